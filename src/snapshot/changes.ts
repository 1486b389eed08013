import type { OpenActivation } from './snapshot';
import { sinceOf, topicOf } from './topics';

/** What can have happened to a vehicle. */
export const CHANGES = {
  begun: 'Its activation began',
  approved: 'It was approved',
  rejected: 'It was rejected',
  stuck: 'Somebody has to act since then',
  lost: 'The access, or the consent to its data, ended, and nobody here asked for it',
  leaving: 'It leaves',
  left: 'It has left',
  closed: 'Its activation was closed from outside, or failed',
} as const;
export type Change = keyof typeof CHANGES;

/** A vehicle to which something has happened. */
export interface Changed {
  readonly row: OpenActivation;
  /** In the order of the table. */
  readonly what: readonly Change[];
  /** When the last of it was, ISO 8601. */
  readonly at: string;
}

/** What was lost. */
const LOST: readonly string[] = ['access-ended', 'data-lost', 'ending'];

/**
 * What has happened since a time, by how each vehicle stands now: of two changes the last is seen.
 *
 * @param rows alive and ended.
 * @param since milliseconds since 1970.
 */
export function changesSince(rows: readonly OpenActivation[], since: number): Changed[] {
  const changed: Changed[] = [];
  // A front of 10,000 vehicles is made of this: nothing is built for those to whom nothing has happened.
  for (const row of rows) {
    const happened = momentsOf(row).filter(({ at }) => Date.parse(at) >= since);
    const last = happened
      .map(({ at }) => at)
      .sort()
      .at(-1);
    if (last !== undefined) changed.push({ row, what: happened.map(({ change }) => change), at: last });
  }
  return changed.sort((a, b) => compare(b.at, a.at) || compare(a.row.vin, b.row.vin));
}

interface Moment {
  readonly change: Change;
  readonly at: string;
}

/** What is known of when what happened. */
export function momentsOf(row: OpenActivation): Moment[] {
  const { begunAt, startedAt, approvedAt, changedAt, endedAt, status, leaving, needsAttention, reasonSince } =
    row;
  const isRunning = row.execution === 'RUNNING';
  const changed = reasonSince ?? changedAt ?? startedAt;
  const topic = isRunning && needsAttention ? topicOf(row) : '';
  const isLost = LOST.includes(topic);
  const isRejected = status === 'rejected' || status === 'error';
  const moments: Moment[] = [];
  const add = (change: Change, at: string | null): void => {
    if (at) moments.push({ change, at });
  };
  add('begun', begunAt ?? startedAt);
  add('approved', approvedAt);
  if (isRejected) add('rejected', endedAt ?? changed);
  if (isLost) add('lost', changedAt ?? startedAt);
  if (isRunning) {
    if (needsAttention && !isLost && !isRejected) add('stuck', sinceOf(row));
    if (leaving !== null) add('leaving', changedAt ?? startedAt);
  } else if (!isRejected) {
    add(CLOSED_BY_ITSELF.includes(row.execution) ? 'left' : 'closed', endedAt);
  }
  return moments;
}

/** As texts of ASCII: far quicker than by the rules of a language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

const CLOSED_BY_ITSELF = ['COMPLETED', 'CANCELLED'];

/** How many vehicles each change has happened to. */
export function countsOfChanges(changed: readonly Changed[]): Record<Change, number> {
  const counts = Object.fromEntries(Object.keys(CHANGES).map((change) => [change, 0])) as Record<
    Change,
    number
  >;
  for (const { what } of changed) for (const change of what) counts[change] += 1;
  return counts;
}
