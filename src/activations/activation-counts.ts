import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Application } from '../domain/application';
import { CLEARANCE_STATUSES, type ClearanceStatus } from '../domain/status';
import { queryOf } from './search';

/** How many activations of an application are alive, and how they stand. */
export interface ActivationCounts {
  readonly byStatus: Readonly<Record<ClearanceStatus, number>>;
  /** Those for which a person has to act. */
  readonly needAttention: number;
  /** Those that wait because a command failed. */
  readonly inTrouble: number;
  /** Seconds since the oldest activation that is still pending has begun, right to 2 %; 0 where none is. */
  readonly oldestPending: number;
}

/** For one count, in milliseconds. */
const DEADLINE = 10_000;

/**
 * Counts the activations of an application by the server's search. It costs 12 count queries, and up to 10 more where some are
 * pending: one after the other, whatever the number of vehicles.
 */
export async function countActivations(client: Client, app: Application): Promise<ActivationCounts> {
  const count = async (query: string): Promise<number> => {
    const reply = await client.withDeadline(Date.now() + DEADLINE, () => client.workflow.count(query));
    return reply.count;
  };
  const counts: [string, number][] = [];
  for (const status of CLEARANCE_STATUSES) counts.push([status, await count(queryOf({ ...app, status }))]);
  const byStatus = Object.fromEntries(counts) as Record<ClearanceStatus, number>;

  const pending = queryOf({ ...app, status: 'pending' });
  const now = Date.now();
  const isAnyOlder = async (seconds: number): Promise<boolean> =>
    (await count(`${pending} AND StartTime < '${new Date(now - seconds * 1_000).toISOString()}'`)) > 0;
  return {
    byStatus,
    needAttention: await count(queryOf({ ...app, needsAttention: true })),
    inTrouble: await count(queryOf({ ...app, inTrouble: true })),
    oldestPending: byStatus.pending > 0 ? await oldestAge(isAnyOlder) : 0,
  };
}

/** Seconds. Every age is in between: of a start just now, and of the oldest activation there can be. */
const AGES = { least: 1, most: 20 * 365 * 86_400 };

/**
 * Finds the age of the oldest by asking whether there is any older than this: a search cannot be sorted. It halves
 * the logarithm of the age, so that ten questions are enough for 2 % of an age between a second and twenty years.
 *
 * @returns seconds.
 */
export async function oldestAge(isAnyOlder: (seconds: number) => Promise<boolean>): Promise<number> {
  let { least, most } = AGES;
  while (most / least > 1.02) {
    const middle = Math.sqrt(least * most);
    if (await isAnyOlder(middle)) least = middle;
    else most = middle;
  }
  return least;
}

/**
 * Takes the counts again and again. One that fails is told, and the next comes in its time.
 *
 * @param pause between the end of one and the beginning of the next, in milliseconds.
 * @returns a function that stops it, and waits for the one that is under way.
 */
export function repeatCounts<T>(
  take: () => Promise<T>,
  pause: number,
  told: { readonly counted: (counts: T) => void; readonly failed: (error: unknown) => void },
): () => Promise<void> {
  const stopping = new AbortController();
  const rounds = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await take().then(told.counted, told.failed);
      await setTimeout(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = rounds();
  return () => {
    stopping.abort();
    return ended;
  };
}
