import { giveWay } from '../clock';
import { liveTogether } from './life';

type Together = Awaited<ReturnType<typeof liveTogether>>;

const every = (lives: Together, has: (site: Together['sites'][number]) => boolean | undefined): boolean =>
  lives.sites.some((site) => has(site) ?? false);

/** What such a life was about. Every one of these must occur among the lives of a run. */
const TRAITS: Readonly<Record<string, (life: Together) => boolean | undefined>> = {
  'left everywhere': ({ rounds }) => rounds.last?.state?.outcome === 'left',
  'moved to another day': ({ rounds }) => rounds.met.has('moved'),
  'taken back': ({ rounds }) => rounds.met.has('taken-back'),
  'not taken back any more': ({ rounds }) => rounds.met.has('not-taken-back'),
  'taken back, and left later': ({ rounds }) => rounds.met.has('taken-back') && rounds.all.length > 1,
  'begun by hand while it leaves': ({ rounds }) => rounds.met.has('by-hand'),
  'came back, and left again': ({ rounds }) => rounds.met.has('came-back') && rounds.all.length > 1,
  'managed by nobody at one of them': (life) => every(life, ({ vehicle }) => vehicle.lives.length === 0),
  'taken over, to end what nobody managed': (life) =>
    every(life, ({ vehicle }) => vehicle.lives[0]?.input.adopt === true),
  'data kept by a provider': ({ witness }) =>
    witness.certificates[0]?.accesses.some(({ outcome }) => outcome === 'ended-data-kept'),
  'left by a DELETE at both': ({ sites }) => sites.every(({ provider }) => provider.deletes > 0),
  'open at one of them past the deadline': ({ witness }) => witness.statements > 0,
  'signed again, as the answer was lost': ({ witness }) => witness.signedAgain > 0,
  'went on in a fresh run': ({ rounds }) => rounds.all.some(({ freshRuns }) => freshRuns > 0),
  'a parking that nobody managed': ({ isParked }) => !isParked,
  'payments locked': ({ parked }) => parked.world.uses.some(({ locks }) => locks > 0),
};

/** Vehicles at all providers, one after the other. */
export class ManyTogether {
  readonly #counts = new Map(Object.keys(TRAITS).map((trait) => [trait, 0]));
  #lived = 0;

  constructor(private readonly first: number) {}

  /** @returns what the next life has broken, in words; null: nothing. */
  async next(): Promise<string | null> {
    const seed = this.first + this.#lived;
    const life = await liveTogether(seed);
    this.#lived += 1;
    for (const [trait, has] of Object.entries(TRAITS))
      if (has(life)) this.#counts.set(trait, (this.#counts.get(trait) ?? 0) + 1);
    await giveWay();
    if (life.complaints.length === 0) return null;
    const lines: string[] = [];
    await liveTogether(seed, {}, (line) => lines.push(line));
    const again = `npm run lives -- --together --seeds 1 --from ${seed}`;
    return [`Seed ${seed} breaks a promise. Again: ${again}`, ...lines.slice(-60), ...life.complaints].join(
      '\n',
    );
  }

  get lines(): readonly string[] {
    const counts = [...this.#counts].map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`);
    return [`${this.#lived} vehicles at all providers from seed ${this.first}`, ...counts];
  }

  /** What did not occur. */
  get missing(): readonly string[] {
    return [...this.#counts].flatMap(([name, count]) => (count === 0 ? [name] : []));
  }
}
