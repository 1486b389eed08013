import type { Stay, StayEnd, StayView, Total } from '../contract/parking';

/** A stay, and what was told of it. Times and durations in milliseconds. */
export interface KnownStay extends Stay {
  /** When the last notification of it came, on our clock. */
  readonly heardAt: number;
  /** The longest period that was notified: the stay lasts at least so long. */
  readonly period: number;
  /** From one periodical notification to the next; null: none has come. */
  readonly every: number | null;
  /** Whether people were told that it is long. */
  readonly isTold: boolean;
  /** It is notified no more, and nobody has said when it ended. */
  readonly isSilent: boolean;
}

/** The most that is kept of one plate: a fresh run takes all of it along. */
export const MOST_STAYS = 200;

/** So many periods without a notification, and a stay that was notified counts as over (a driver may have paid it). */
const SILENT_PERIODS = 2;

/**
 * Takes in a notification. Each is of one stay and one period, and may come late, doubled or in another order: the one with the
 * longest period is the newest, and none takes away what a list has said.
 *
 * @param period milliseconds since the entry; null: it is that of the entry.
 */
export function withNotified(
  stays: readonly KnownStay[],
  stay: Stay,
  at: number,
  period: number | null,
): readonly KnownStay[] {
  const before = stays.find(({ id }) => id === stay.id);
  const isOld = before !== undefined && (period ?? 0) < before.period;
  // The same again is no sign that it still goes on: it may be a repeat of hours ago.
  const isNews = before === undefined || (period ?? 0) > before.period;
  const every = period === null ? null : period - (before?.period ?? 0);
  return withStay(stays, {
    ...(isOld ? filledUp(before, stay) : filledUp(stay, before)),
    // What a list has said of the end and the cost stands: notifications do not know it.
    endedAt: before?.endedAt ?? stay.endedAt,
    heardAt: isNews ? at : before.heardAt,
    period: Math.max(period ?? 0, before?.period ?? 0),
    every: every !== null && every > 0 ? shorter(every, before?.every ?? null) : (before?.every ?? null),
    isTold: before?.isTold ?? false,
    isSilent: isNews ? false : before.isSilent,
  });
}

/** Takes in what a list says: it is the newest word. What it leaves out stays as it was heard. */
export function withListed(
  stays: readonly KnownStay[],
  listed: readonly Stay[],
  at: number,
): readonly KnownStay[] {
  if (listed.length === 0) return stays;
  // A list may have thousands: none of them is looked for among all that are kept.
  const all = new Map(stays.map((stay) => [stay.id, stay]));
  for (const stay of listed) {
    const before = all.get(stay.id);
    all.delete(stay.id);
    all.set(stay.id, {
      ...filledUp(stay, before),
      // It goes on, or nobody knows: only notifications tell the two apart.
      heardAt: before?.heardAt ?? at,
      period: before?.period ?? 0,
      every: before?.every ?? null,
      isTold: before?.isTold ?? false,
      isSilent: before?.isSilent ?? false,
    });
    if (all.size > MOST_STAYS) all.delete(leastWanted(all));
  }
  return [...all.values()];
}

/** The provider has corrected the plate of a stay: it is another vehicle's. */
export function withoutStay(stays: readonly KnownStay[], id: string): readonly KnownStay[] {
  return stays.filter((stay) => stay.id !== id);
}

/** Marks the stays of which nothing was heard for too long. */
export function withSilent(stays: readonly KnownStay[], now: number, speed = 1): readonly KnownStay[] {
  return changed(stays, (stay) => (isSilentBy(stay, now, speed) ? { ...stay, isSilent: true } : stay));
}

/** Marks the stays that people are to hear of: each once. @param longest null: never */
export function withTold(stays: readonly KnownStay[], longest: number | null): readonly KnownStay[] {
  if (longest === null) return stays;
  return changed(stays, (stay) =>
    !stay.isTold && isRunning(stay) && stay.period >= longest ? { ...stay, isTold: true } : stay,
  );
}

/** When the next stay becomes silent, unless it is heard of; null: none can. @param speed of a trial, where it is notified more often */
export function nextSilence(stays: readonly KnownStay[], speed = 1): number | null {
  const times = stays.flatMap((stay) => silenceOf(stay, speed) ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** Whether a stay counts as one that goes on. */
export function isRunning({ endedAt, isSilent }: KnownStay): boolean {
  return endedAt === null && !isSilent;
}

/** A stay as people see it. */
export function viewOf(stay: KnownStay): StayView {
  const { heardAt, period, every, isTold, isSilent, ...known } = stay;
  return { ...known, end: endOf(stay), isAlerted: isTold && isRunning(stay) };
}

/**
 * What the stays came to, for each currency by itself and in the order of their names. A stay whose cost nobody has said is in
 * none.
 */
export function totalsOf(stays: readonly Pick<Stay, 'cost'>[]): readonly Total[] {
  const sums = new Map<string, { gross: number; count: number }>();
  for (const { cost } of stays) {
    if (cost?.gross === null || cost === null) continue;
    const sum = sums.get(cost.currency) ?? { gross: 0, count: 0 };
    sums.set(cost.currency, { gross: sum.gross + cost.gross, count: sum.count + 1 });
  }
  return [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([currency, { gross, count }]) => ({ currency, gross: Math.round(gross * 1_000) / 1_000, count }));
}

/** Which stays are asked for. What is not named is not asked. */
export interface StaySearch {
  readonly id?: string;
  readonly type?: string;
  readonly operator?: string;
  readonly end?: StayEnd;
  /** Milliseconds since 1970: those that begin then or later, and before. */
  readonly from?: number;
  readonly to?: number;
}

/** The stays that are as asked for, in the order in which they are kept. */
export function searchStays(stays: readonly KnownStay[], search: StaySearch): readonly KnownStay[] {
  const { id, type, operator, end, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = search;
  const isTimed = search.from !== undefined || search.to !== undefined;
  return stays.filter(
    (stay) =>
      (id === undefined || stay.id === id) &&
      (type === undefined || stay.type === type) &&
      (operator === undefined || stay.operator === operator) &&
      (end === undefined || endOf(stay) === end) &&
      (!isTimed || (stay.startedAt !== null && stay.startedAt >= from && stay.startedAt < to)),
  );
}

function endOf(stay: KnownStay): StayEnd {
  if (stay.endedAt !== null) return 'known';
  return stay.isSilent ? 'not-known' : 'running';
}

/** The newest word on each id counts, and stands last. */
function withStay(stays: readonly KnownStay[], stay: KnownStay): readonly KnownStay[] {
  const all = new Map([...stays.filter(({ id }) => id !== stay.id), stay].map((one) => [one.id, one]));
  if (all.size > MOST_STAYS) all.delete(leastWanted(all));
  return [...all.values()];
}

/** Where there are too many, the oldest that is over goes first; where none is, the oldest. */
function leastWanted(stays: ReadonlyMap<string, KnownStay>): string {
  for (const [id, stay] of stays) if (!isRunning(stay)) return id;
  const [[oldest] = ['']] = stays;
  return oldest;
}

/** One word on a stay, with what only the other one says. */
function filledUp(word: Stay, other: Stay | undefined): Stay {
  return {
    id: word.id,
    type: word.type,
    operator: word.operator ?? other?.operator ?? null,
    place: word.place ?? other?.place ?? null,
    startedAt: word.startedAt ?? other?.startedAt ?? null,
    endedAt: word.endedAt ?? other?.endedAt ?? null,
    cost: word.cost ?? other?.cost ?? null,
    invoicing: word.invoicing ?? other?.invoicing ?? null,
  };
}

/** A missed notification makes a gap too long: the shortest one is the period. */
function shorter(every: number, before: number | null): number {
  return before === null ? every : Math.min(every, before);
}

function silenceOf(stay: KnownStay, speed: number): number | null {
  return isRunning(stay) && stay.every !== null ? stay.heardAt + (SILENT_PERIODS * stay.every) / speed : null;
}

function isSilentBy(stay: KnownStay, now: number, speed: number): boolean {
  const at = silenceOf(stay, speed);
  return at !== null && now >= at;
}

/** The same array where nothing has changed. */
function changed(stays: readonly KnownStay[], change: (stay: KnownStay) => KnownStay): readonly KnownStay[] {
  const next = stays.map(change);
  return next.some((stay, index) => stay !== stays[index]) ? next : stays;
}
