import { type BesideCounts, beginOf, dayOf, type Flow, type KeptDay } from '../../workflows/contract/days';
import type { CallCounts } from '../domain/call-counts';

const DAY = 86_400_000;
/** Before today. */
export const SHOWN_DAYS = 14;

/** The names of the last days until one, the oldest first. */
export function daysBefore(until: string, count: number): string[] {
  const end = beginOf(until);
  return Array.from({ length: count }, (_, index) => dayOf(end - (count - 1 - index) * DAY));
}

/** A day at one application. */
export interface TrendDay {
  readonly day: string;
  /** When it was counted last, ISO 8601. Null: a gap; nobody counted, because no worker ran, and no number is known but of calls. */
  readonly countedAt: string | null;
  /** How many had each status, and waited for whom. */
  readonly open: Readonly<Record<string, number>> | null;
  readonly waiting: Readonly<Record<string, number>> | null;
  /** Pending ones that were older than 85 of 100 of their brand took. */
  readonly old: number | null;
  readonly approved: number | null;
  readonly rejected: number | null;
  readonly ended: number | null;
  /** How long those took that were approved on this day: p50, p85 and p90 in seconds; null where none was. */
  readonly took: Flow['took'];
  /** Calls at the provider by brand and endpoint, as far as workers have told. */
  readonly calls: CallCounts;
}

/** The last days at one application, the oldest first: the last one is today, so far. */
export interface Trend {
  readonly application: string;
  readonly days: readonly TrendDay[];
  readonly ageing: Ageing;
}

/** Which share of what is pending is old by our own past, from 0 to 1; null where nothing is known or pending. */
export interface Ageing {
  readonly today: number | null;
  /** The median of the days before, and of how many. */
  readonly before: number | null;
  readonly counted: number;
}

/** One for each application of which something is kept. @param until today */
export function trendsOf(kept: ReadonlyMap<string, KeptDay>, until: string): Trend[] {
  const days = daysBefore(until, SHOWN_DAYS + 1);
  const keys = new Set(days.flatMap((day) => Object.keys(kept.get(day)?.applications ?? {})));
  return [...keys].sort().map((application) => {
    const own = days.map((day) => dayFrom(day, kept.get(day), application));
    const shares = own.map(shareOf);
    const before = shares.slice(0, -1).flatMap((share) => share ?? []);
    const ageing = { today: shares.at(-1) ?? null, before: medianOf(before), counted: before.length };
    return { application, days: own, ageing };
  });
}

/** Parkings and defleetings of a day; null where nobody counted them. */
export type BesideDay = { readonly day: string } & {
  readonly [K in keyof BesideCounts]: BesideCounts[K] | null;
};

/** The same of the last days, the oldest first. @param until today */
export function besideOf(kept: ReadonlyMap<string, KeptDay>, until: string): BesideDay[] {
  return daysBefore(until, SHOWN_DAYS + 1).map((day) => {
    const { parkings = null, defleetings = null } = kept.get(day)?.beside ?? {};
    return { day, parkings, defleetings };
  });
}

const GAP = { open: null, waiting: null, old: null, approved: null, rejected: null, ended: null, took: null };
const NOTHING = { approved: 0, rejected: 0, ended: 0, took: null } satisfies Flow;

function dayFrom(day: string, kept: KeptDay | undefined, application: string): TrendDay {
  const { stand, flow = NOTHING, calls = {} } = kept?.applications[application] ?? {};
  const countedAt = kept?.countedAt ?? null;
  if (countedAt === null) return { day, countedAt, ...GAP, calls };
  const { open = {}, waiting = {}, old = 0 } = stand ?? {};
  return { day, countedAt, open, waiting, old, ...flow, calls };
}

function shareOf({ open, old }: TrendDay): number | null {
  const pending = open?.['pending'] ?? 0;
  return old === null || pending === 0 ? null : old / pending;
}

function medianOf(shares: readonly number[]): number | null {
  const sorted = [...shares].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}
