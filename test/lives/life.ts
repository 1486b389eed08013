import { isDeepStrictEqual } from 'node:util';
import { observationOf } from '../../activities/observation';
import { loadCatalogue } from '../../src/domain/catalogue';
import type { CatalogueOverrides } from '../../src/domain/catalogue-schema';
import { type Rules, rulesFor } from '../../src/domain/rules';
import { decide } from '../../workflows/lifecycle';
import type { ActivationState, Observation } from '../../workflows/state';
import { Auditor } from './auditor';
import { Clock, DAY, HOUR } from './clock';
import { Line } from './line';
import { People } from './people';
import { SimulatedProvider } from './provider';
import { Random } from './random';
import { type Decider, Shell } from './shell';
import { drawWorld, type World } from './world';

const START = Date.UTC(2026, 0, 1);
/** How long the world is wild; then its faults stop, so that everything can come to rest. */
const LIFE = 40 * DAY;
const FINAL: readonly string[] = ['rejected', 'revoked', 'canceled', 'error'];
/** More than this in one life is a loop. */
const MOST_JOBS = 50_000;

const POLICIES: Record<World['policy'], CatalogueOverrides> = {
  plain: {},
  'gives up by withdrawing': { policy: { giveUp: { after: '20d', by: 'withdraw' } } },
  'gives up by parking': { policy: { giveUp: { after: '12d', by: 'park' } } },
  resubmits: { policy: { drift: 'resubmit' } },
  'asks for no data': { policy: { firstData: { ask: false } } },
};

const known = new Map<string, Rules>();

const SWEEP_INTERVAL = 3 * HOUR;

function rulesOf({ brand, policy, sweeps }: World): Rules {
  const key = `${brand} ${policy} ${sweeps}`;
  const options = { speed: 1, ...(sweeps && { sweepInterval: SWEEP_INTERVAL }) };
  const rules = known.get(key) ?? rulesFor(loadCatalogue(undefined, POLICIES[policy]), brand, options);
  known.set(key, rules);
  return rules;
}

/** What came of one life. */
export interface Life {
  readonly seed: number;
  readonly world: World;
  readonly state: ActivationState;
  /** What the auditor found: empty when all is well. */
  readonly complaints: readonly string[];
  readonly provider: SimulatedProvider;
  readonly line: Line;
  readonly auditor: Auditor;
  readonly people: People;
  readonly restarts: number;
}

/** Lives one life of forty days, and until it has come to rest. */
export async function live(seed: number, decider: Decider = decide): Promise<Life> {
  const random = new Random(seed);
  const clock = new Clock(START);
  const world = drawWorld(random, START);
  const provider = new SimulatedProvider(clock, random, world, (claim) =>
    shell.tell({ type: 'claimed', ...claim }),
  );
  const line = new Line(clock, random, world);
  const auditor = new Auditor(clock, provider);
  const shell: Shell = new Shell(
    { clock, random, world, provider, line, rules: rulesOf(world) },
    decider,
    auditor,
  );
  const people = new People(clock, random, world, provider, shell);
  auditor.onNotice = (notice) => people.hear(notice);
  auditor.onState = (state) => people.see(state);

  const isOver = (): boolean => shell.state.ended || auditor.complaints.length > 0 || clock.ran > MOST_JOBS;
  const run = (end: number): Promise<void> => clock.run(end, isOver, () => shell.isAwaiting);
  shell.start();
  people.begin();
  if (world.sweeps) sweep(clock, provider, shell);
  else sweepDaily(clock, provider, shell);
  await run(START + LIFE);
  provider.calm = true;
  line.calm = true;
  for (let day = 0; day < 60 && !isOver(); day++) {
    if (day === 10) provider.decideAll();
    if (day >= 12 && !shell.state.defleet) break;
    // What is parked on its way out needs a person who asks again.
    if (shell.state.defleet && day % 2 === 0) people.leave();
    await run(clock.now + DAY);
  }
  if (clock.ran > MOST_JOBS) auditor.complain('spins: the life has no end');
  if (auditor.complaints.length === 0) checkRest(shell.state, provider, auditor, clock.now);
  const { complaints } = auditor;
  return {
    seed,
    world,
    state: shell.state,
    complaints,
    provider,
    line,
    auditor,
    people,
    restarts: shell.restarts,
  };
}

/** The provider's record, told where it differs from what we believe, and once more when it has become final. */
function sweep(
  clock: Clock,
  provider: SimulatedProvider,
  shell: Shell,
  last: Observation | null = null,
): void {
  clock.after(SWEEP_INTERVAL, () => {
    const record = provider.records.show(0);
    const clearance = record && observationOf(record);
    const { status, reason } = shell.state.clearance;
    const differs = (clearance?.status ?? 'absent') !== status || (clearance?.reason ?? null) !== reason;
    const isFinal = clearance !== null && FINAL.includes(clearance.status);
    if (differs || (isFinal && !isDeepStrictEqual(clearance, last))) {
      shell.tell({ type: 'observed', source: 'sweep', clearance });
    }
    sweep(clock, provider, shell, clearance);
  });
}

/** Once a day the provider's whole list is compared with what we believe; a difference is told as a claim. */
function sweepDaily(clock: Clock, provider: SimulatedProvider, shell: Shell): void {
  clock.after(DAY + HOUR, () => {
    const truth = provider.records.show(0);
    const status = truth?.status ?? 'absent';
    const { state } = shell;
    const isOurs = state.own || provider.records.current?.isOurs;
    if (isOurs && !state.inFlight && status !== state.clearance.status) {
      const providerTime = truth?.changelog.at(-1)?.at ?? null;
      shell.tell({ type: 'claimed', status, reason: truth?.reason ?? null, deliveryId: null, providerTime });
    }
    sweepDaily(clock, provider, shell);
  });
}

/** After the faults: everything is settled and true, or waits for a person. */
function checkRest(state: ActivationState, provider: SimulatedProvider, auditor: Auditor, now: number): void {
  const { records } = provider;
  // What was before this life does not count, unless we took it over.
  const isOurs = records.current?.isOurs ?? false;
  const hadSweep = (records.current?.entries.at(-1)?.at ?? 0) < now - 2 * DAY;
  const { clearance, ended, defleet, parked } = state;
  if (defleet && !ended)
    auditor.complain(`leaves and never ends: ${clearance.status}, ${parked?.why ?? 'not parked'}`);
  if (
    isOurs &&
    hadSweep &&
    !ended &&
    !state.inFlight &&
    clearance.status !== records.status &&
    clearance.status !== 'error'
  ) {
    auditor.complain(`believes ${clearance.status}, but the provider says ${records.status}`);
  }
}
