import { applicationKey } from '../domain/application';
import type { OpenActivation, Snapshot } from './snapshot';
import { topicOf } from './topics';

/** How long activations took, of those that were approved; milliseconds. */
export interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p85: number;
  readonly p90: number;
}

/** A brand at an application. */
export interface BrandReport {
  readonly application: string;
  readonly brand: string;
  /** From the begin of an activation to its last approval; null where none was approved. */
  readonly times: Times | null;
  /** Pending ones by their age: younger than half of those that were approved took, up to 85 of 100, and older. */
  readonly pending: { readonly young: number; readonly usual: number; readonly old: number };
  /** The oldest of the old ones. */
  readonly oldest: readonly { readonly vin: string; readonly age: number }[];
}

/** What a snapshot tells of the past and of what is slow. */
export interface Report {
  /** Each stage has those of the next one in it: begun, submitted, approved (also before), data flows. */
  readonly funnel: {
    readonly begun: number;
    readonly submitted: number;
    readonly approved: number;
    readonly flowing: number;
  };
  readonly brands: readonly BrandReport[];
  /** What is the matter with those that wait for a person, most first. */
  readonly reasons: readonly { readonly topic: string; readonly owner: string; readonly count: number }[];
}

/** Old ones that are named for each brand. */
const NAMED = 5;

/** The report of a snapshot: all ages are of its time. */
export function reportOf({ activations, at }: Snapshot): Report {
  const count = (isOne: (row: OpenActivation) => boolean): number => activations.filter(isOne).length;
  const brands = groupedBy(activations, (row) => `${applicationKey(row)} ${row.brand}`);
  const waiting = activations.filter(({ needsAttention }) => needsAttention);
  const reasons = groupedBy(waiting, (row) => `${topicOf(row)} ${row.owner}`);
  return {
    funnel: {
      begun: activations.length,
      submitted: count(({ status }) => status !== 'absent'),
      approved: count(({ approvedAt }) => approvedAt !== null),
      flowing: count(({ status, step }) => status === 'approved' && step === 'quiet'),
    },
    brands: brands
      .map((rows) => brandOf(rows, at))
      .sort((a, b) => a.application.localeCompare(b.application) || a.brand.localeCompare(b.brand)),
    reasons: reasons
      .map((rows) => ({ topic: topicOf(rows[0]), owner: rows[0].owner ?? 'nobody', count: rows.length }))
      .sort((a, b) => b.count - a.count || a.topic.localeCompare(b.topic)),
  };
}

function brandOf(rows: readonly [OpenActivation, ...OpenActivation[]], at: number): BrandReport {
  const times = timesOf(rows.flatMap((row) => tookOf(row) ?? []));
  const pending = rows
    .filter(({ status }) => status === 'pending')
    .map((row) => ({ vin: row.vin, age: at - begunOf(row) }))
    .sort((a, b) => b.age - a.age);
  // Without a past of its own, nothing is known to be old.
  const { p50, p85 } = times ?? { p50: Number.POSITIVE_INFINITY, p85: Number.POSITIVE_INFINITY };
  const old = pending.filter(({ age }) => age > p85);
  const young = pending.filter(({ age }) => age <= p50).length;
  return {
    application: applicationKey(rows[0]),
    brand: rows[0].brand,
    times,
    pending: { young, usual: pending.length - young - old.length, old: old.length },
    oldest: old.slice(0, NAMED),
  };
}

function begunOf({ begunAt, startedAt }: OpenActivation): number {
  return Date.parse(begunAt ?? startedAt);
}

/** How long it took until it was approved, or was last; null where it never was. */
export function tookOf(row: OpenActivation): number | null {
  return row.approvedAt === null ? null : Math.max(0, Date.parse(row.approvedAt) - begunOf(row));
}

/** Percentiles by the nearest rank: each is a time that was. */
export function timesOf(took: readonly number[]): Times | null {
  if (took.length === 0) return null;
  const sorted = [...took].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { count: sorted.length, p50: at(0.5), p85: at(0.85), p90: at(0.9) };
}

function groupedBy<T>(rows: readonly T[], keyOf: (row: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = groups.get(key);
    if (known) known.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}
