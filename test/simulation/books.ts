import type { Clock } from './clock';
import { otonomoWire } from './otonomo-wire';
import { VIN, type World } from './world';

/** The provider's own words. `on hold` is one that no document knows: its clearance is open. */
export type Word =
  | 'pending'
  | 'approved'
  | 'rejected'
  | 'revoking'
  | 'revoked'
  | 'canceling'
  | 'canceled'
  | 'on hold';

interface Entry {
  readonly word: Word;
  readonly reason: string | null;
  /** The provider's time. */
  readonly stamp: number;
  /** When it happened, on the true clock. */
  readonly at: number;
}

/** One clearance in the provider's books: what happened to it, oldest first. */
export interface Row {
  readonly entries: Entry[];
  /** Nobody can see it before this time: a write that is lost for a while. */
  readonly hiddenUntil: number;
  /** Made by a POST of this life. */
  isOurs: boolean;
  readonly brand: string;
  /** It has been enabled by us, and not been disabled since. */
  isEnabled?: boolean;
  /** Somebody has disabled it. */
  switchedOff?: boolean;
  /** It cannot be read before this time. */
  unreadableUntil: number;
}

const OPEN: readonly Word[] = ['pending', 'approved', 'revoking', 'canceling', 'on hold'];

export function wordOf(row: Row | undefined): Word | null {
  return row?.entries.at(-1)?.word ?? null;
}

export function isOpenWord(word: Word): boolean {
  return OPEN.includes(word);
}

export function isOpen(row: Row): boolean {
  const word = wordOf(row);
  return word !== null && OPEN.includes(word);
}

/** A list that somebody was shown. */
export interface ShownList {
  readonly askedAt: number;
  /** How old the copy was. */
  readonly asOf: number;
  /** Whether any row in it was open, or could not be read. */
  readonly anyOpen: boolean;
  /** Whether one of these says that it is of our vehicle. */
  readonly namesOpen: boolean;
  readonly isEmptyByFault: boolean;
  /** When it came back; null while it is on its way. */
  readonly backAt: number | null;
}

/** The provider's books about one VIN. It has its own idea of the rules, and shares no code with the product. */
export class Books {
  rows: Row[] = [];
  /** What was removed without a trace: copies of earlier times have it still. */
  readonly #removed: { readonly row: Row; readonly at: number }[] = [];
  readonly #clock: Clock;
  readonly #world: World;

  constructor(clock: Clock, world: World) {
    this.#clock = clock;
    this.#world = world;
  }

  get newest(): Row | undefined {
    return this.rows.at(-1);
  }

  get open(): Row[] {
    return this.rows.filter(isOpen);
  }

  add(
    word: Word,
    reason: string | null,
    { isOurs = true, hiddenFor = 0, brand = this.#world.brand } = {},
  ): Row {
    const hiddenUntil = this.#clock.now + hiddenFor;
    const row = { entries: [], hiddenUntil, isOurs, brand, unreadableUntil: 0 };
    this.rows.push(row);
    this.write(row, word, reason);
    return row;
  }

  /** Another life begins: whatever is there is from before it. */
  beginAnew(): void {
    for (const row of [...this.rows, ...this.#removed.map((one) => one.row)]) row.isOurs = false;
  }

  remove(row: Row): void {
    this.#removed.push({ row, at: this.#clock.now });
    this.rows = this.rows.filter((one) => one !== row);
  }

  write(row: Row, word: Word, reason: string | null): void {
    const { now } = this.#clock;
    const { grain, skew } = this.#world;
    row.entries.push({ word, reason, stamp: Math.floor((now + skew) / grain) * grain, at: now });
  }

  /** A backup is played back: whatever happened since is gone. */
  restore(time: number): void {
    this.rows = this.#at(time);
    for (const row of this.rows) {
      const kept = row.entries.filter(({ at }) => at <= time);
      row.entries.splice(0, row.entries.length, ...kept);
    }
    this.rows = this.rows.filter(({ entries }) => entries.length > 0);
  }

  /** The rows that a reader is shown, by a copy of the books of that time. */
  asOf(time: number): { readonly row: Row; readonly entries: readonly Entry[] }[] {
    const { now } = this.#clock;
    return this.#at(time)
      .filter(({ hiddenUntil }) => hiddenUntil <= now)
      .map((row) => ({ row, entries: row.entries.filter(({ at }) => at <= time) }))
      .filter(({ entries }) => entries.length > 0);
  }

  /** The rows that were there at a time, or have come since. */
  #at(time: number): Row[] {
    return [...this.#removed.flatMap(({ row, at }) => (at > time ? [row] : [])), ...this.rows];
  }

  /** Since when a row has been open without a break, or seen so; null where it is not. */
  openSince(row: Row): number | null {
    if (!isOpen(row)) return null;
    let since = row.entries.at(-1)?.at ?? 0;
    for (const { word, at } of [...row.entries].reverse()) {
      if (!OPEN.includes(word)) break;
      since = at;
    }
    return Math.max(since, row.hiddenUntil);
  }
}

/** A row as the API sends it. */
export function wireOf(
  { row, entries }: { readonly row: Row; readonly entries: readonly Entry[] },
  { rows, timeFormat, isOtonomo }: World,
  isUnreadable: boolean,
): object {
  const vin = rows.lowerCase ? VIN.toLowerCase() : VIN;
  if (isOtonomo) return otonomoWire(vin, entries.at(-1)?.word, row.brand, isUnreadable);
  if (isUnreadable) return { vin, status: 17, changelog: 'none' };
  const last = entries.at(-1) as Entry;
  const isBeside = rows.reason === 'beside' || rows.reason === 'both';
  const inLog = rows.reason === 'changelog' || rows.reason === 'both';
  return {
    vin,
    brand: row.brand,
    status: last.word,
    tags: {},
    ...(isBeside && { reason: last.reason }),
    changelog:
      timeFormat === 'none'
        ? null
        : entries.map(({ word, reason, stamp }) => ({
            timestamp: timestamp(stamp, timeFormat),
            status: word,
            ...(inLog && { reason }),
          })),
  };
}

function timestamp(stamp: number, format: World['timeFormat']): string {
  const iso = new Date(stamp).toISOString();
  if (format === 'no zone') return iso.slice(0, -1);
  return format === 'microseconds' ? `${iso.slice(0, -1)}123Z` : iso;
}
