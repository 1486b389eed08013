import { observationOf } from '../../activities/observation';
import { type Drift, LISTED, type Sample } from '../../workflows/contract/sweep-report';
import type { Observation } from '../../workflows/lifecycle/state';
import type { RateLimiter } from '../calls/rate-limiter';
import { hasEnded, isHeld } from '../domain/status';
import type { ClearanceProvider } from '../providers/provider';
import type { RunningActivation, SweptActivations } from './activations-at-provider';
import { agrees, type ListedBelief } from './agreement';
import { isObserved, type ListMemory, type Standing } from './list-memory';
import { Telling } from './telling';

/** Vehicles of one search. */
export const TOGETHER = 100;

/** More vehicles than this are not searched for one by one: going through all activations is quicker then. */
export const SEARCHED = 5_000;

/** Absences that one sweep confirms, in calls of `TOGETHER`: more at once look like a fault of the provider. */
const CONFIRMED = 1_000;

/** How long a call that confirms absences may wait for its turn, in milliseconds. */
const TURN = 60_000;

export interface ComparisonOptions {
  readonly memory: ListMemory;
  readonly source: Pick<ClearanceProvider, 'list'>;
  readonly activations: SweptActivations;
  readonly turns: RateLimiter;
  /** A time before the list was read, by Temporal's clock; milliseconds since 1970. */
  readonly begun: number | null;
  /** Activations that began after this are not taken for lost yet; milliseconds since 1970. */
  readonly lostBefore: number;
  /** How many absences one call of the list confirms. */
  readonly confirmedTogether: number;
  readonly signal: AbortSignal | undefined;
  /** Called at each step. */
  readonly onStep: (phase: 'comparing' | 'confirming absences', comparison: Comparison) => void;
}

/** Compares what the provider says with what activations believe, and tells those that do not know. For one sweep. */
export class Comparison {
  compared = 0;
  differences = 0;
  private readonly telling = new Telling();
  private readonly missing: RunningActivation[] = [];
  private readonly lost: { vin: string; ours: ListedBelief['status'] }[] = [];
  private readonly disagreeing: {
    vin: string;
    ours: ListedBelief['status'];
    theirs: ListedBelief['status'];
  }[] = [];

  constructor(private readonly options: ComparisonOptions) {}

  /** Activations that were told something. */
  get signals(): number {
    return this.telling.told;
  }

  /** Those that did not take it. */
  get untold(): Sample<{ vin: string; problem: string }> {
    return byVin(this.telling.refused);
  }

  /** Compares what is open since the last sweep, a hundred vehicles a search. */
  async open(except: ReadonlySet<string> = new Set()): Promise<void> {
    const { memory, activations } = this.options;
    const standings = [...memory.openStandings()].filter(([vin]) => !except.has(vin));
    for (let from = 0; from < standings.length; from += TOGETHER) {
      this.step('comparing');
      const part = standings.slice(from, from + TOGETHER);
      const beliefs = await activations.of(part.map(([vin]) => vin));
      for (const [vin, standing] of part) await this.judge(vin, standing, beliefs.get(vin));
    }
    await this.finish();
  }

  /** Compares every vehicle that the provider lists, and every activation that runs. */
  async everything(): Promise<Drift> {
    const { memory, activations } = this.options;
    const standings = memory.allStandings();
    const managed = new Set<string>();
    for await (const belief of activations.all()) {
      if (managed.size % TOGETHER === 0) this.step('comparing');
      managed.add(belief.vin);
      const unknown = memory.knowsAbsence ? null : 'unreadable';
      await this.judge(belief.vin, standings.get(belief.vin) ?? unknown, belief);
    }
    // Those that the search did not see: nobody's, or just between two runs of their activation.
    const rest = memory.openCount;
    if (rest <= SEARCHED) await this.open(managed);
    else
      for (const [vin, standing] of memory.openStandings())
        if (!managed.has(vin)) memory.settle(vin, standing);
    await this.finish();
    return {
      unmanaged: await this.unmanaged(standings, managed),
      lost: byVin(this.lost),
      disagreeing: byVin(this.disagreeing),
    };
  }

  private async judge(vin: string, standing: Standing, belief: RunningActivation | undefined): Promise<void> {
    const { memory, lostBefore } = this.options;
    this.compared += 1;
    if (standing === 'unreadable' || !belief) {
      memory.settle(vin, standing);
      return;
    }
    if (agrees(belief, standing)) {
      const isNews = memory.isNews(vin) && standing !== null;
      memory.settle(vin, standing);
      // It may have heard of it from a webhook only, and wait to have it confirmed.
      if (isNews) await this.tell(vin, standing, undefined, () => memory.keepNews(vin));
      return;
    }
    if (standing === null) {
      if (belief.startedAt < lostBefore) this.missing.push(belief);
      else memory.keepOpen(vin);
      return;
    }
    await this.tellDifference(belief, standing);
  }

  /** Waits for all signals; then asks once more for those that the list does not have, before they are given up. */
  private async finish(): Promise<void> {
    await this.telling.done();
    const { memory, source, turns, confirmedTogether: together } = this.options;
    const missing = this.missing.splice(0);
    for (let from = 0; from < Math.min(missing.length, CONFIRMED); from += together) {
      this.step('confirming absences');
      const part = missing.slice(from, Math.min(from + together, CONFIRMED));
      await turns.acquire('list', Date.now() + TURN);
      const clearances = await source.list({ vins: part.map(({ vin }) => vin) });
      const found = new Map(clearances.map((clearance) => [clearance.vin, observationOf(clearance)]));
      for (const belief of part) {
        const standing = found.get(belief.vin) ?? null;
        if (agrees(belief, standing)) memory.keepOpen(belief.vin);
        else await this.tellDifference(belief, standing);
      }
    }
    for (const { vin } of missing.slice(CONFIRMED)) memory.keepOpen(vin);
    await this.telling.done();
  }

  private async tellDifference(
    { vin, status: ours }: ListedBelief,
    standing: Observation | null,
  ): Promise<void> {
    this.options.memory.keepOpen(vin);
    await this.tell(vin, standing, () => {
      this.differences += 1;
      if (standing === null) this.lost.push({ vin, ours });
      else if (standing.status !== ours) this.disagreeing.push({ vin, ours, theirs: standing.status });
    });
  }

  /** An activation that has ended meanwhile is told nothing, and is no difference. */
  private async tell(
    vin: string,
    standing: Observation | null,
    onTold = () => {},
    onRefused = () => {},
  ): Promise<void> {
    const { activations, memory } = this.options;
    // A row that does not say whose it is may be an open one of this vehicle: then its end is news, and no proof.
    const isProof = memory.knowsAbsence || standing === null || !hasEnded(standing.status);
    const begun = isProof ? this.options.begun : null;
    await this.telling.add(vin, () => activations.tell(vin, standing, begun), {
      told: onTold,
      refused: onRefused,
      gone: () => memory.settle(vin, standing),
    });
  }

  /** Open clearances without an activation. A search may have missed one that just began: those named are asked again. */
  private async unmanaged(
    standings: ReadonlyMap<string, Standing>,
    managed: ReadonlySet<string>,
  ): Promise<Drift['unmanaged']> {
    const found = [...standings].flatMap(([vin, standing]) =>
      isObserved(standing) && isHeld(standing.status) && !managed.has(vin)
        ? [{ vin, theirs: standing.status }]
        : [],
    );
    const { first, count } = byVin(found);
    const still: typeof found = [];
    for (let from = 0; from < first.length; from += TOGETHER) {
      this.step('comparing');
      const part = first.slice(from, from + TOGETHER);
      const beliefs = await this.options.activations.of(part.map(({ vin }) => vin));
      still.push(...part.filter(({ vin }) => !beliefs.has(vin)));
    }
    const brands = this.options.memory.brandsOf(new Set(still.map(({ vin }) => vin)));
    return {
      count: count - (first.length - still.length),
      first: still.map(({ vin, theirs }) => ({ vin, brand: brands.get(vin) ?? null, theirs })),
    };
  }

  private step(phase: 'comparing' | 'confirming absences'): void {
    this.options.onStep(phase, this);
    this.options.signal?.throwIfAborted();
  }
}

function byVin<T extends { readonly vin: string }>(all: readonly T[]): Sample<T> {
  const sorted = [...all].sort((a, b) => (a.vin < b.vin ? -1 : 1));
  return { count: all.length, first: sorted.slice(0, LISTED) };
}
