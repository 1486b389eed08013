import { loadCatalogue } from '../../src/catalogue/catalogue';
import type { Catalogue, CatalogueOverrides } from '../../src/catalogue/schema';
import { type Rules, rulesFor } from '../../src/domain/rules';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { otonomo } from '../../src/providers/otonomo/profile';
import { UNHEARD_OF } from './carmaker';
import { type Clock, DAY, HOUR } from './clock';
import { FORGETFUL } from './other-provider';
import type { Random } from './random';
import { SWEEP_INTERVAL } from './sweeps';
import type { PolicyName, World } from './world';

const POLICIES: Record<PolicyName, CatalogueOverrides> = {
  plain: {},
  'gives up by withdrawing': { policy: { giveUp: { after: '20d', by: 'withdraw' } } },
  'gives up by parking': { policy: { giveUp: { after: '12d', by: 'park' } } },
  resubmits: { policy: { drift: 'resubmit' } },
  'asks for no data': { policy: { firstData: { ask: false } } },
  'asks before': { policy: { eligibility: 'advisory' } },
  'asks before, blocking': { policy: { eligibility: 'blocking' } },
};

/** What somebody may have learned of reasons since. */
const LEARNED: readonly CatalogueOverrides[] = [
  {},
  {
    reasons: [
      {
        id: 'moon',
        on: ['pending', 'rejected'],
        texts: [UNHEARD_OF],
        brands: ['*'],
        class: 'timeout',
        owner: 'driver',
        action: 'Wait for the moon.',
        retry: { kind: 'after', delay: '1d', backoff: 2, maximum: '4d', attempts: 3 },
        ladder: 'driving',
      },
    ],
  },
  { reasons: [{ id: 'privacy-mode', owner: 'fleet-manager', ladder: 'consent' }] },
  { reasons: [{ id: 'unspecified', retry: { kind: 'owner' }, ladder: 'default' }] },
  { policy: { ladders: { default: [{ after: '0s', audience: 'owner', every: '3d' }] } } },
];

/** The fleet of every vehicle when it begins. */
export const FLEET = 'Fleet';

const known = new Map<string, Rules>();

/** The catalogue and the configuration of the workers, which somebody may change while vehicles live by what was. */
export class RuleBook {
  /** Whether others than at the beginning were read. */
  hasChanged = false;
  readonly #changes: readonly {
    readonly at: number;
    readonly policy: PolicyName;
    readonly learned: number;
  }[];

  constructor(
    private readonly clock: Clock,
    random: Random,
    private readonly world: World,
  ) {
    const names = Object.keys(POLICIES) as PolicyName[];
    this.#changes = Array.from({ length: random.pick([0, 0, 1, 3]) }, () => ({
      at: clock.now + random.between(HOUR, 38 * DAY),
      policy: random.chance(0.5) ? world.policy : random.pick(names),
      learned: random.between(0, LEARNED.length - 1),
    })).sort((one, other) => one.at - other.at);
  }

  /** The rules for a brand and a fleet, as they are now. */
  of(brand: string, fleet: string | null): Rules {
    const { sweeps, isForgetful, isOtonomo = false } = this.world;
    const change = this.#changes.findLast(({ at }) => at <= this.clock.now);
    const { policy: usual, learned } = change ?? { policy: this.world.policy, learned: 0 };
    // Whoever is moved there lives by others.
    const policy = fleet === FLEET ? usual : 'resubmits';
    this.hasChanged ||= policy !== this.world.policy || learned > 0;
    const key = `${brand} ${policy} ${learned} ${sweeps === 'none'} ${isForgetful} ${isOtonomo}`;
    const found = known.get(key) ?? this.#read(brand, policy, learned);
    known.set(key, found);
    return found;
  }

  #read(brand: string, policy: PolicyName, learned: number): Rules {
    const { sweeps, isForgetful, isOtonomo } = this.world;
    const options = { speed: 1, ...(sweeps !== 'none' && { sweepInterval: SWEEP_INTERVAL }) };
    const profile = isOtonomo ? otonomo : isForgetful ? FORGETFUL : highMobility;
    return rulesFor(catalogueOf(profile, policy, isOtonomo ? 0 : learned), brand, options);
  }
}

const catalogues = new Map<string, Catalogue>();

/** Of all brands. What is learned is of the first profile's reasons. */
function catalogueOf(
  profile: Parameters<typeof loadCatalogue>[2] & object,
  policy: PolicyName,
  learned: number,
): Catalogue {
  const key = `${profile.id} ${policy} ${learned}`;
  const [one, other] = [POLICIES[policy], LEARNED[learned] as CatalogueOverrides];
  const overrides = { ...one, ...other, policy: { ...one.policy, ...other.policy } };
  const found = catalogues.get(key) ?? loadCatalogue(undefined, overrides, profile);
  catalogues.set(key, found);
  return found;
}
