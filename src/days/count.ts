import type { BesideCounts, DayCounted, Flow, KeptDay, Stand } from '../../workflows/contract/days';
import { beginOf, dayOf } from '../../workflows/contract/days';
import { applicationKey } from '../domain/application';
import { momentsOf } from '../snapshot/changes';
import { reportOf, timesOf, tookOf } from '../snapshot/report';
import type { OpenActivation, Snapshot } from '../snapshot/snapshot';
import { daysBefore } from './trend';

const DAY = 86_400_000;
/** Days back to which what happened is settled: their last count was made before their end. */
const SETTLED_DAYS = 3;

/**
 * When the first of the days begins that a count looks at, in milliseconds since 1970: the last one before today that was counted.
 * What happened on it after its last count is known now, whenever a worker comes: also hours or days later.
 */
export function countedSince(at: number, kept: ReadonlyMap<string, KeptDay>): number {
  const [today = '', ...before] = daysBefore(dayOf(at), SETTLED_DAYS + 1).reverse();
  return beginOf(before.find((day) => kept.get(day)?.countedAt) ?? today);
}

/** The days that a count has to know of. */
export const KNOWN_DAYS = SETTLED_DAYS + 1;

/**
 * The numbers of the day, and what happened on the one that is settled.
 *
 * @param since of `countedSince`. @param ended what has ended since then.
 */
export function countDays(
  snapshot: Snapshot,
  ended: Pick<Snapshot, 'activations' | 'defleetings' | 'parkings'>,
  at: number,
  since: number,
): DayCounted[] {
  const today = beginOf(dayOf(at));
  const rows = [...snapshot.activations, ...ended.activations];
  const stands = standsOf(snapshot);
  return [...new Set([since, today])].map((begin) => {
    const flows = flowsOf(rows, begin);
    const isToday = begin === today;
    const keys = [...new Set([...Object.keys(flows), ...(isToday ? Object.keys(stands) : [])])].sort();
    const applications = keys.map((key) => [
      key,
      { ...(isToday && { stand: stands[key] ?? NONE }), flow: flows[key] ?? NOTHING },
    ]);
    return {
      day: dayOf(begin),
      at: new Date(at).toISOString(),
      applications: Object.fromEntries(applications),
      ...(isToday && { beside: besideOf(snapshot, ended, begin) }),
    };
  });
}

/** Whether a day is kept as it was counted. */
export function isKept({ day, at, applications }: DayCounted, kept: ReadonlyMap<string, KeptDay>): boolean {
  const known = kept.get(day);
  if (!known || dayOf(Date.parse(at)) === day) return false;
  return Object.entries(applications).every(([key, { flow }]) => {
    const { approved, rejected, ended, took } = known.applications[key]?.flow ?? NOTHING;
    return JSON.stringify({ approved, rejected, ended, took }) === JSON.stringify(flow);
  });
}

/** Parkings and defleetings: what is open, and what has begun and ended on a day. */
function besideOf(
  open: Pick<Snapshot, 'defleetings' | 'parkings'>,
  ended: Pick<Snapshot, 'defleetings' | 'parkings'>,
  begin: number,
): BesideCounts {
  const countOf = (rows: readonly { readonly from: string | null; readonly endedAt: string | null }[]) => ({
    open: rows.filter(({ endedAt }) => endedAt === null).length,
    begun: rows.filter(({ from }) => isOn(from, begin)).length,
    ended: rows.filter(({ endedAt }) => isOn(endedAt, begin)).length,
  });
  return {
    parkings: countOf(
      [...open.parkings, ...ended.parkings].map(({ addedAt, endedAt }) => ({ from: addedAt, endedAt })),
    ),
    defleetings: countOf(
      [...open.defleetings, ...ended.defleetings].map(({ askedAt, endedAt }) => ({ from: askedAt, endedAt })),
    ),
  };
}

/** Whether something was on the day that begins then. */
function isOn(time: string | null, begin: number): boolean {
  const at = time === null ? Number.NaN : Date.parse(time);
  return at >= begin && at < begin + DAY;
}

/** Where nothing is open any more. */
const NONE: Stand = { open: {}, waiting: {}, old: 0 };
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
  const isThen = (time: string | null): boolean => isOn(time, begin);
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
