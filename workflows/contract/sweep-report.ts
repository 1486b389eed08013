import type { Application } from '../../src/domain/application';
import type { ClearanceStatus } from '../../src/domain/status';

/** What starts a sweep. Small enough to be typed in the Temporal UI. */
export interface SweepInput extends Application {
  /** Compares everything, whatever was compared before, and reports the drift. */
  readonly full?: boolean;
}

/** Some of the vehicles of one kind of drift, and how many there are. */
export interface Sample<T> {
  readonly count: number;
  /** At most `LISTED`, in the order of their VINs. */
  readonly first: readonly T[];
}

/** How many vehicles of each kind a report names. */
export const LISTED = 1_000;

/** What a sweep's workflow hands to its activity. */
export interface SweepOrder extends Required<SweepInput> {
  /** When the workflow began, by Temporal's clock: before the list is read. Milliseconds since 1970. */
  readonly begun?: number;
}

/** What a full sweep finds that nobody told us. */
export interface Drift {
  /** The provider holds a pending or approved clearance of it, and no activation runs for it here. */
  readonly unmanaged: Sample<{
    readonly vin: string;
    /** As the provider spells it; null where it does not say. */
    readonly brand: string | null;
    readonly theirs: ClearanceStatus;
  }>;
  /** Its activation believes in an open clearance, and the provider knows no such VIN. */
  readonly lost: Sample<{ readonly vin: string; readonly ours: ClearanceStatus }>;
  /** Its activation and the provider say different things. The activation has been told. */
  readonly disagreeing: Sample<{
    readonly vin: string;
    readonly ours: ClearanceStatus;
    readonly theirs: ClearanceStatus;
  }>;
}

/** What one sweep saw and did. */
export interface SweepSummary extends Application {
  readonly full: boolean;
  /** When it began, ISO 8601, UTC. */
  readonly at: string;
  /** Milliseconds, all in all, and until the list was read. */
  readonly duration: number;
  readonly listDuration: number;
  /** Rows of the list, and those of them that could not be read as they should. */
  readonly rows: number;
  readonly broken: number;
  /** Vehicles whose rows were not compared yet, or differ from when they were. */
  readonly changed: number;
  /** Activations that believed something else than the provider says. */
  readonly differences: number;
  /** Activations that were told what the provider says: the differences, and news that may wait for confirmation. */
  readonly signals: number;
  /** Activations that did not take what they should have been told. The next sweep tells them again. */
  readonly untold: Sample<{ readonly vin: string; readonly problem: string }>;
  /** Only of a full sweep. */
  readonly drift: Drift | null;
}

/** How far a sweep has come: the details of its activity's heartbeats. */
export interface SweepProgress {
  readonly phase: 'waiting' | 'reading the list' | 'comparing' | 'confirming absences';
  readonly rows: number;
  readonly compared: number;
  readonly signals: number;
}
