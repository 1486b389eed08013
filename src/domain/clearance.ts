import { type ClearanceStatus, isOpen } from './status';

/** One entry of the provider's own record of what happened. Times are milliseconds since 1970, UTC. */
export interface ChangelogEntry {
  readonly status: ClearanceStatus;
  readonly reason: string | null;
  readonly at: number;
}

/**
 * The provider's record of one VIN, in our words. A VIN that was cleared again has several rows at the provider: then
 * this is the one that counts (`countsBefore`).
 */
export interface Clearance {
  readonly vin: string;
  readonly status: ClearanceStatus;
  /** The provider's own free text on this status, kept verbatim. */
  readonly reason: string | null;
  readonly brand: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Oldest entry first. */
  readonly changelog: readonly ChangelogEntry[];
  /**
   * When any row of the VIN last changed, in the provider's time: milliseconds since 1970, or null where none says it.
   * Later than `changedAt` where a row that has ended is newer than the open one. Of a single row, its own time.
   */
  readonly newestChange: number | null;
  /** How many rows the VIN has, where that is more than one. */
  readonly rows?: number;
}

/** When the provider's record last changed, or null where it does not say. */
export function changedAt(clearance: Clearance): number | null {
  return clearance.changelog.at(-1)?.at ?? null;
}

/** What decides which of several rows of a VIN counts. */
export interface RowFacts {
  readonly status: ClearanceStatus;
  /** When the row last changed, in the provider's time; null where it does not say: the oldest. */
  readonly changedAt: number | null;
}

/**
 * Whether one row of a VIN counts before another one. An open row, and one that may be open, counts before one that has
 * ended, however old it is: the provider documents neither an order nor that only the newest can be open. Then the
 * newer counts, and the later in the list where times are equal.
 * So where the row that counts has ended, no row of the VIN is open.
 *
 * @param isLater whether the row stands behind the other one in the list.
 */
export function countsBefore(row: RowFacts, other: RowFacts, isLater: boolean): boolean {
  if (isOpen(row.status) !== isOpen(other.status)) return isOpen(row.status);
  const [time, otherTime] = [row.changedAt ?? -Infinity, other.changedAt ?? -Infinity];
  return time === otherTime ? isLater : time > otherTime;
}

/** What is sent to a provider to have one VIN cleared. */
export interface ClearanceRequest {
  readonly vin: string;
  readonly brand: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Only the sandbox's first virtual VIN still asks for it (High Mobility's documentation of the sandbox). */
  readonly odometer?: Odometer;
}

export const ODOMETER_UNITS = ['kilometers', 'miles'] as const;

export interface Odometer {
  readonly value: number;
  readonly unit: (typeof ODOMETER_UNITS)[number];
}
