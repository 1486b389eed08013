import { setTimeout } from 'node:timers/promises';
import { oneOf } from '../activations/search';
import type { Application } from '../domain/application';
import type { Goal } from './goals';
import { type Reading, type ReadPage, readRows } from './read-snapshot';
import type { OpenActivation } from './snapshot';

/** What came of the wait for a vehicle. `missed`: its activation has ended otherwise. `unknown`: there is none. */
export type WaitOutcome = 'reached' | 'missed' | 'unknown' | 'pending';

export interface Waited {
  readonly vin: string;
  readonly outcome: WaitOutcome;
  readonly row: OpenActivation | null;
}

/** VINs of one search. */
const AT_ONCE = 100;
/** Milliseconds between two rounds: the first and the longest. */
const PAUSE = { first: 1_000, longest: 20_000 } as const;
/** Whatever was started just now may not be listed yet; milliseconds. */
const LAG = 10_000;

export interface Waiting extends Reading {
  /** Until when, in milliseconds since 1970. */
  readonly until: number;
  readonly signal?: AbortSignal;
  /** Told of each vehicle that is no longer waited for. */
  readonly onNews?: (waited: Waited) => void;
  /** Told of a round that failed: the next one comes in its time. Of the first one it is the failure of the wait. */
  readonly onProblem?: (error: unknown) => void;
}

/**
 * Waits until each vehicle has reached its goal or cannot any more, or the time is over. It asks lists only: a round is a search
 * for each hundred vehicles that are still waited for.
 */
export async function waitForAll(
  readPage: ReadPage,
  app: Application,
  vins: readonly string[],
  goal: Goal,
  { until, signal, onNews, onProblem, ...reading }: Waiting,
): Promise<Waited[]> {
  const { now = Date.now, wait = (pause: number) => setTimeout(pause, undefined, { signal }) } = reading;
  const begun = now();
  const open = new Set(vins);
  const known = new Map<string, Waited>();
  for (let pause: number = PAUSE.first; ; pause = Math.min(pause * 2, PAUSE.longest)) {
    const rows = await newestOf(readPage, app, [...open], reading).catch((error: unknown) => {
      if (known.size === 0) throw error;
      onProblem?.(error);
      return null;
    });
    for (const vin of rows ? open : []) {
      const waited = judged(vin, rows?.get(vin) ?? null, goal, now() - begun > LAG);
      known.set(vin, waited);
      if (waited.outcome === 'pending') continue;
      open.delete(vin);
      onNews?.(waited);
    }
    const rest = until - now();
    if (open.size === 0 || rest <= 0 || signal?.aborted) break;
    await Promise.resolve(wait(Math.min(pause, rest))).catch(() => undefined);
  }
  return vins.map((vin) => known.get(vin) ?? { vin, outcome: 'pending', row: null });
}

/** The newest life of each vehicle. */
async function newestOf(
  readPage: ReadPage,
  { provider, application }: Application,
  vins: readonly string[],
  reading: Reading,
): Promise<Map<string, OpenActivation>> {
  const queries: string[] = [];
  for (let at = 0; at < vins.length; at += AT_ONCE) {
    const some = oneOf('vin', vins.slice(at, at + AT_ONCE));
    queries.push(
      `WorkflowType = 'activation' AND ExecutionStatus != 'ContinuedAsNew' AND Provider = '${provider}' AND Application = '${application}' AND ${some}`,
    );
  }
  const { activations } = await readRows(readPage, queries, reading);
  return new Map(activations.map((row) => [row.vin, row]));
}

function judged(vin: string, row: OpenActivation | null, goal: Goal, isLate: boolean): Waited {
  if (!row) return { vin, outcome: isLate ? 'unknown' : 'pending', row };
  const hasEnded = row.execution !== 'RUNNING';
  if (isReached(row, goal, hasEnded)) return { vin, outcome: 'reached', row };
  return { vin, outcome: hasEnded ? 'missed' : 'pending', row };
}

function isReached({ status, step }: OpenActivation, goal: Goal, hasEnded: boolean): boolean {
  if (goal === 'ended') return hasEnded;
  if (goal === 'data') return !hasEnded && status === 'approved' && step === 'quiet';
  return status === goal;
}
