import { addCalls, type CallCounts, sumOfCalls, sumOfEndpoints } from '../../src/domain/call-counts';
import {
  beginOf,
  type CallsCounted,
  type CarriedDays,
  type DayCounted,
  type KeptApplication,
  type KeptDay,
  monthOf,
} from '../contract/days';
import { readCalls, readCount } from './told';

/** The days of a month, in characters of JSON: some servers store no more than 64 KB of what a list shows. */
export const MOST = 50_000;
/** Lives of workers that are remembered one by one for a day; what the older ones told is in its sums. */
export const MOST_TOLD = 100;
/** Days of which a worker may still tell. */
const OPEN_DAYS = 2;

/** How far ahead of the server's the clock of a worker may be, in milliseconds. */
const AHEAD = 3_600_000;

const NOTHING: KeptDay = { countedAt: null, applications: {} };

/** What is known of each day of a month. Pure. */
export class DayBook {
  readonly #days: Map<string, KeptDay>;
  readonly #told: Map<string, readonly CallsCounted[]>;

  constructor(
    private readonly month: string,
    carried: CarriedDays = { days: {}, told: {} },
  ) {
    this.#days = new Map(Object.entries(carried.days));
    this.#told = new Map(Object.entries(carried.told));
  }

  /**
   * Takes a count in. One of a later day only settles what happened on a day that was counted while it lasted: a day on which
   * nobody counted stays a gap.
   */
  counted(told: unknown): void {
    const count = readCount(told);
    if (count && monthOf(count.day) === this.month) this.#count(count);
  }

  #count({ day, at, applications, beside }: DayCounted): void {
    const known = this.#days.get(day) ?? NOTHING;
    const isWhole = at.startsWith(day);
    if (!isWhole && known.countedAt === null) return;
    if (isWhole && known.countedAt !== null && known.countedAt > at) return;
    const merged: Record<string, KeptApplication> = { ...known.applications };
    // What a whole count does not name has nothing open any more: it was renamed, or its last vehicle has gone.
    if (isWhole) for (const [key, one] of Object.entries(merged)) merged[key] = emptied(one);
    for (const [key, { stand, flow }] of Object.entries(applications)) {
      merged[key] = { ...merged[key], ...(isWhole && stand && { stand }), flow };
    }
    // The same count told again, by a worker of another version, changes nothing: a history of 0.2.0 replays.
    const isNew = isWhole && known.countedAt !== at && beside !== undefined;
    this.#days.set(day, {
      ...known,
      countedAt: isWhole ? at : known.countedAt,
      applications: merged,
      ...(isNew && { beside }),
    });
  }

  /**
   * Takes in what a worker has called until now. What is older than what it told before changes nothing, and neither does a day that is
   * still far: the clock of that worker is wrong, and those of the others must count.
   *
   * @param now milliseconds since 1970, by the server's clock.
   */
  called(told: unknown, now: number = Number.POSITIVE_INFINITY): void {
    const report = readCalls(told);
    if (!report || monthOf(report.day) !== this.month || beginOf(report.day) > now + AHEAD) return;
    this.#call(report);
  }

  #call(report: CallsCounted): void {
    const { day, process } = report;
    if (!this.#days.has(day)) this.#days.set(day, NOTHING);
    const newest = [...this.#days.keys()].sort().slice(-OPEN_DAYS);
    if (!newest.includes(day)) return;
    for (const old of this.#told.keys()) if (!newest.includes(old)) this.#fold(old, 0);
    const told = this.#told.get(day) ?? [];
    const before = told.find((one) => one.process === process);
    if (before && sumOf(before) > sumOf(report)) return;
    this.#told.set(day, [...told.filter((one) => one !== before), report]);
    this.#fold(day, MOST_TOLD);
  }

  /** Each day as it is kept, the oldest with less of its calls where all would be too much. */
  days(): Record<string, KeptDay> {
    const names = [...this.#days.keys()].sort();
    const days = Object.fromEntries(names.map((day) => [day, this.#whole(day)]));
    for (const shorten of [byBrand, withoutCalls]) {
      for (const day of names) {
        if (JSON.stringify(days).length <= MOST) return days;
        days[day] = shorten(days[day] ?? NOTHING);
      }
    }
    return days;
  }

  /** For a fresh run. */
  carried(): CarriedDays {
    return { days: Object.fromEntries(this.#days), told: Object.fromEntries(this.#told) };
  }

  #whole(day: string): KeptDay {
    return (this.#told.get(day) ?? []).reduce(withCalls, this.#days.get(day) ?? NOTHING);
  }

  /** Puts what the oldest have told into the sums. */
  #fold(day: string, most: number): void {
    const told = this.#told.get(day) ?? [];
    const over = told.length - most;
    if (over <= 0) return;
    this.#days.set(day, told.slice(0, over).reduce(withCalls, this.#days.get(day) ?? NOTHING));
    if (most === 0) this.#told.delete(day);
    else this.#told.set(day, told.slice(over));
  }
}

function emptied({ stand, ...rest }: KeptApplication): KeptApplication {
  return stand ? { ...rest, stand: { open: {}, waiting: {}, old: 0 } } : rest;
}

function withCalls(day: KeptDay, { calls }: CallsCounted): KeptDay {
  const applications: Record<string, KeptApplication> = { ...day.applications };
  for (const [key, more] of Object.entries(calls)) {
    applications[key] = { ...applications[key], calls: addCalls(applications[key]?.calls ?? {}, more) };
  }
  return { ...day, applications };
}

function sumOf({ calls }: CallsCounted): number {
  return Object.values(calls).reduce((sum, one) => sum + sumOfCalls(one), 0);
}

function byBrand(day: KeptDay): KeptDay {
  return eachOf(day, (calls) =>
    Object.fromEntries(
      Object.entries(calls).map(([brand, endpoints]) => [brand, { all: sumOfEndpoints(endpoints) }]),
    ),
  );
}

function withoutCalls(day: KeptDay): KeptDay {
  return eachOf(day, (calls) => ({ all: { all: sumOfCalls(calls) } }));
}

function eachOf(day: KeptDay, change: (calls: CallCounts) => CallCounts): KeptDay {
  const changed = Object.entries(day.applications).map(([key, { calls, ...rest }]) => [
    key,
    { ...rest, ...(calls && { calls: change(calls) }) },
  ]);
  return { ...day, applications: Object.fromEntries(changed) };
}
