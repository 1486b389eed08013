import type { DayCounted, Flow, Stand } from '../../workflows/contract/days';
import { beginOf, dayOf } from '../../workflows/contract/days';
import { applicationKey } from '../domain/application';
import { momentsOf } from '../snapshot/changes';
import { reportOf, timesOf, tookOf } from '../snapshot/report';
import type { OpenActivation, Snapshot } from '../snapshot/snapshot';

const DAY = 86_400_000;
/** In its first hours a day settles what happened on the one before: its last count was made before its end. Milliseconds. */
const SETTLING = 3 * 3_600_000;

/** When the first of the days begins that a count looks at, in milliseconds since 1970. */
export function countedSince(at: number): number {
  const begin = beginOf(dayOf(at));
  return at - begin < SETTLING ? begin - DAY : begin;
}

/**
 * The numbers of the day, and of the one before where it is to be settled.
 *
 * @param ended what has ended since `countedSince`.
 */
export function countDays(snapshot: Snapshot, ended: readonly OpenActivation[], at: number): DayCounted[] {
  const today = beginOf(dayOf(at));
  const rows = [...snapshot.activations, ...ended];
  const stands = standsOf(snapshot);
  const begins = countedSince(at) < today ? [today - DAY, today] : [today];
  return begins.map((begin) => {
    const flows = flowsOf(rows, begin);
    const stand = begin === today ? stands : {};
    const keys = [...new Set([...Object.keys(flows), ...Object.keys(stand)])].sort();
    const applications = keys.map((key) => [
      key,
      { ...(stand[key] && { stand: stand[key] }), flow: flows[key] ?? NOTHING },
    ]);
    return {
      day: dayOf(begin),
      at: new Date(at).toISOString(),
      applications: Object.fromEntries(applications),
    };
  });
}

const NOTHING: Flow = { approved: 0, rejected: 0, ended: 0, took: null };

/** How it stands, by the key of the application. */
function standsOf(snapshot: Snapshot): Record<string, Stand> {
  const old = new Map<string, number>();
  for (const { application, pending } of reportOf(snapshot).brands) {
    old.set(application, (old.get(application) ?? 0) + pending.old);
  }
  const stands: Record<string, Stand> = {};
  for (const [key, rows] of byApplication(snapshot.activations)) {
    stands[key] = {
      open: tally(rows.map(({ status }) => status)),
      waiting: tally(rows.flatMap(({ needsAttention, owner }) => (needsAttention && owner ? [owner] : []))),
      old: old.get(key) ?? 0,
    };
  }
  return stands;
}

/** What happened on a day, by the key of the application. */
function flowsOf(rows: readonly OpenActivation[], begin: number): Record<string, Flow> {
  const isThen = (time: string | null): boolean => {
    const at = time === null ? Number.NaN : Date.parse(time);
    return at >= begin && at < begin + DAY;
  };
  const flows: Record<string, Flow> = {};
  for (const [key, own] of byApplication(rows)) {
    const approved = own.filter(({ approvedAt }) => isThen(approvedAt));
    const rejected = own.filter((row) =>
      momentsOf(row).some(({ change, at }) => change === 'rejected' && isThen(at)),
    );
    const ended = own.filter(({ endedAt }) => isThen(endedAt));
    const times = timesOf(approved.flatMap((row) => tookOf(row) ?? []));
    flows[key] = {
      approved: approved.length,
      rejected: rejected.length,
      ended: ended.length,
      took: times && [seconds(times.p50), seconds(times.p85), seconds(times.p90)],
    };
  }
  return flows;
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1_000);
}

function byApplication(rows: readonly OpenActivation[]): Map<string, OpenActivation[]> {
  const groups = new Map<string, OpenActivation[]>();
  for (const row of rows) {
    const key = applicationKey(row);
    const known = groups.get(key);
    if (known) known.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
