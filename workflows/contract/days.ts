import type { SignalDefinition } from '@temporalio/common';
import type { CallCounts } from '../../src/domain/call-counts';

/** What those who count days and those who read them agree on. A day is one of UTC, so that everybody means the same. */

/** The workflow type that keeps the days of one month. */
export const DAYS = 'days';
/** The workflow type of one count. */
export const DAY_COUNT = 'dayCount';
/** The id of its schedule. */
export const DAY_COUNTS = 'days:count';

/** For how many days each is kept. */
export const KEPT_DAYS = 400;
const DAY = 86_400_000;

/** `2026-11-27`. @param at milliseconds since 1970 */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** When a day begins, in milliseconds since 1970. */
export function beginOf(day: string): number {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return Date.UTC(year, month - 1, date);
}

/** One workflow for each month: what a server stores of one stays small. */
export function daysId(month: string): string {
  return `${DAYS}:${month}`;
}

/** The month of a day. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** When nobody needs the days of a month any more, in milliseconds since 1970. */
export function forgottenAt(month: string): number {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return Date.UTC(year, number, 1) + KEPT_DAYS * DAY;
}

/** What a month is called; whatever else somebody types in the Temporal UI is none. */
export const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** What happened on a day at one application. */
export interface Flow {
  readonly approved: number;
  readonly rejected: number;
  /** Activations that ended, however they did. */
  readonly ended: number;
  /** How long those that were approved on this day took, in seconds: p50, p85 and p90; null where none was. */
  readonly took: readonly [p50: number, p85: number, p90: number] | null;
}

/** How it stood at one application when it was counted last. */
export interface Stand {
  /** By the status of the clearance; statuses that none has are left out. */
  readonly open: Readonly<Record<string, number>>;
  /** Those that wait for a person, by whose turn it is. */
  readonly waiting: Readonly<Record<string, number>>;
  /** Pending ones that are older than 85 of 100 approved ones of their brand took. */
  readonly old: number;
}

export interface KeptApplication {
  readonly stand?: Stand;
  readonly flow?: Flow;
  readonly calls?: CallCounts;
}

/** What of a day is counted that belongs to no application. */
export const BESIDE = ['parkings', 'defleetings'] as const;

/** How many were open when it was counted last, and how many had begun and ended on that day until then. */
export interface BesideCount {
  readonly open: number;
  /** Parkings: the provider has added the plate. Defleetings: somebody has asked for it. */
  readonly begun: number;
  readonly ended: number;
}
export type BesideCounts = Readonly<Record<(typeof BESIDE)[number], BesideCount>>;

/** A day as it is kept. No vehicle is named. */
export interface KeptDay {
  /** When how it stands was counted last, ISO 8601; null where nobody counted, and only calls are known. */
  readonly countedAt: string | null;
  /** By the key of the application. */
  readonly applications: Readonly<Record<string, KeptApplication>>;
  /** Absent: not known, version 0.2.0 did not count it. */
  readonly beside?: BesideCounts;
}

/** A day has been counted. Twice it is one: what was counted later counts. */
export interface DayCounted {
  readonly day: string;
  readonly at: string;
  readonly applications: Readonly<Record<string, { readonly stand?: Stand; readonly flow: Flow }>>;
  /** Only of today. */
  readonly beside?: BesideCounts;
}

/** What a worker has called on a day, all in all: told again it is the same. */
export interface CallsCounted {
  readonly day: string;
  /** Of one life of one worker. */
  readonly process: string;
  /** By the key of the application. */
  readonly calls: Readonly<Record<string, CallCounts>>;
}

/** Its memo has each day, by its name. */
export interface DaysInput {
  readonly month: string;
  /** Set by the workflow itself when it continues in a new run. */
  readonly carried?: CarriedDays;
}

export interface CarriedDays {
  readonly days: Readonly<Record<string, KeptDay>>;
  /** What workers have told of the newest days, by the day: not in the sums of `days`. */
  readonly told: Readonly<Record<string, readonly CallsCounted[]>>;
}

export const dayCounted = { type: 'signal', name: 'dayCounted' } as SignalDefinition<[DayCounted]>;
export const callsCounted = { type: 'signal', name: 'callsCounted' } as SignalDefinition<[CallsCounted]>;
