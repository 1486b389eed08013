import type { Sample } from './sweep-report';

/** What those who sweep parkings, and those who ask for it, agree on. Times are milliseconds since 1970 here, ISO 8601 in summaries. */

/** The workflow type of a sweep at a provider of parking. */
export const PARKING_SWEEP = 'parkingSweep';

/** The id of a schedule, and in front of those of its workflows. */
export function parkingSweepId(provider: string, full: boolean): string {
  return `${PARKING_SWEEP}:${provider}:${full ? 'members' : 'changes'}`;
}

/** What starts a sweep. Small enough to be typed in the Temporal UI. */
export interface ParkingSweepInput {
  readonly provider: string;
  /** Compares the provider's list of vehicles with the parkings here; else what has changed of stays is read. */
  readonly full?: boolean;
  /** Until when each credential was read, by its name: its schedule keeps it, each sweep that goes well changes it. */
  readonly read?: Readonly<Record<string, number>>;
}

/** What a sweep's workflow hands to its activity. */
export interface ParkingSweepOrder {
  readonly provider: string;
  /** When the workflow began, by Temporal's clock. */
  readonly begun: number;
  /** Until when each credential was read before, by its name. One that is not named is read for the first time. */
  readonly read: Readonly<Record<string, number>>;
}

/** What one credential showed. */
export interface SweptWindow {
  /** The credential. */
  readonly application: string;
  /** `no-level`: its agreement shows no services. `failed`: it is read again from the same time on. */
  readonly outcome: 'read' | 'no-level' | 'failed';
  readonly from: string | null;
  readonly to: string | null;
  readonly stays: number;
  /** What went wrong, and what to do. */
  readonly words: string | null;
}

/** What one sweep of the changes saw and did. The next one goes on from it. */
export interface ParkingChanges {
  readonly provider: string;
  /** When it began. */
  readonly at: string;
  readonly windows: readonly SweptWindow[];
  /** Until when each credential was read: the next window begins there. */
  readonly read: Readonly<Record<string, number>>;
  /** Parkings that were told of stays. */
  readonly signals: number;
  /** Stays of vehicles that have no parking here. */
  readonly unmanaged: number;
  /** Parkings that did not take what they should have been told: their window is read again. */
  readonly untold: number;
}

/** What a comparison with the provider's list of vehicles found. */
export interface ParkingMembers {
  readonly provider: string;
  readonly at: string;
  /** Vehicles at the provider, and parkings here. */
  readonly listed: number;
  readonly parkings: number;
  /** A parking believes it there, and it is not: the parking looks for itself. */
  readonly vanished: Sample<{ readonly plate: string }>;
  /**
   * So many are missing in a list that looks cut: nobody is told, and the next list that says the same is believed. Absent: it does not.
   */
  readonly doubted?: number;
  /**
   * So many rows of the list cannot be read, and so many parkings may be among them: of those nothing is known. Absent: each can be read.
   */
  readonly unread?: { readonly rows: number; readonly parkings: number };
  /** It is there, and has no parking here. */
  readonly unmanaged: Sample<{ readonly plate: string }>;
  readonly untold: number;
}
