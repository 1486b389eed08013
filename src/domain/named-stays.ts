import type { Stay } from './stay';

/** So many are not named: there was no room for them. */
export interface LeftOut {
  readonly locked: number;
  readonly unlocked: number;
}

/** What a lock came to. */
interface Outcome {
  readonly locked: readonly Stay[];
  readonly unlocked: readonly Stay[];
  /** Absent: all are named. */
  readonly leftOut?: LeftOut;
}

/** Bytes that named stays may take in all. What a workflow keeps, and what an activity answers, ends at 2 MB. */
const ROOM = 256 * 1024;
/** For each of many credentials. */
const LEAST_ROOM = 32 * 1024;

/** The room for the stays of each of so many credentials. */
export function roomOf(credentials: number): number {
  return Math.max(LEAST_ROOM, Math.floor(ROOM / Math.max(1, credentials)));
}

/** The same as far as there is room, and how many are left out: last of all those that go on, and then those that are not locked. */
export function withinRoom<O extends Outcome>(outcome: O, room: number): O {
  const { locked, unlocked, leftOut } = outcome;
  const open = new Set(unlocked);
  const weight = (stay: Stay): number => (stay.endedAt === null ? 2 : 0) + (open.has(stay) ? 1 : 0);
  const sorted = [...unlocked, ...locked].sort(
    (one, other) => weight(other) - weight(one) || (other.endedAt ?? 0) - (one.endedAt ?? 0),
  );
  const kept = new Set(firstWithin(sorted, room));
  if (kept.size === sorted.length) return outcome;
  const named = {
    locked: locked.filter((stay) => kept.has(stay)),
    unlocked: unlocked.filter((stay) => kept.has(stay)),
  };
  return {
    ...outcome,
    ...named,
    leftOut: {
      locked: (leftOut?.locked ?? 0) + locked.length - named.locked.length,
      unlocked: (leftOut?.unlocked ?? 0) + unlocked.length - named.unlocked.length,
    },
  };
}

/** The newest stays as far as there is room, and how many are left out. */
export function newestWithin(
  stays: readonly Stay[],
  room: number,
): { readonly stays: readonly Stay[]; readonly leftOut: number } {
  const { unlocked, leftOut } = withinRoom<Outcome>({ locked: [], unlocked: stays }, room);
  return { stays: unlocked, leftOut: leftOut?.unlocked ?? 0 };
}

/** How many there are of all, named or not. */
export function countsOf(all: readonly Outcome[]): LeftOut {
  const sum = (count: (one: Outcome) => number) => all.reduce((before, one) => before + count(one), 0);
  return {
    locked: sum(({ locked, leftOut }) => locked.length + (leftOut?.locked ?? 0)),
    unlocked: sum(({ unlocked, leftOut }) => unlocked.length + (leftOut?.unlocked ?? 0)),
  };
}

/** How many of all are not named; 0: none. */
export function leftOutOf(all: readonly Outcome[]): number {
  return all.reduce((sum, { leftOut }) => sum + (leftOut ? leftOut.locked + leftOut.unlocked : 0), 0);
}

function firstWithin(sorted: readonly Stay[], room: number): readonly Stay[] {
  let left = room;
  const end = sorted.findIndex((stay) => {
    left -= sizeOf(stay);
    return left < 0;
  });
  return end < 0 ? sorted : sorted.slice(0, Math.max(end, 1));
}

/** Bytes of it as JSON, or some more. */
function sizeOf(stay: Stay): number {
  const text = JSON.stringify(stay);
  return text.length + 2 * (text.length - text.replace(/[^\0-\x7f]/g, '').length) + 1;
}
