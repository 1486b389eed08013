import type { ClearanceStatus } from './status';

/** One entry of the provider's own record of what happened. Times are milliseconds since 1970, UTC. */
export interface ChangelogEntry {
  readonly status: ClearanceStatus;
  readonly reason: string | null;
  readonly at: number;
}

/** The provider's record of one VIN, in our words. */
export interface Clearance {
  readonly vin: string;
  readonly status: ClearanceStatus;
  /** The provider's own free text on this status, kept verbatim. */
  readonly reason: string | null;
  readonly brand: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Oldest entry first. */
  readonly changelog: readonly ChangelogEntry[];
}

/** When the provider's record last changed, or null where it does not say. */
export function changedAt(clearance: Clearance): number | null {
  return clearance.changelog.at(-1)?.at ?? null;
}

/** What is sent to a provider to have one VIN cleared. */
export interface ClearanceRequest {
  readonly vin: string;
  readonly brand: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Only the sandbox's first virtual VIN still asks for it (High Mobility's documentation of the sandbox). */
  readonly odometer?: Odometer;
}

export interface Odometer {
  readonly value: number;
  readonly unit: 'kilometers' | 'miles';
}
