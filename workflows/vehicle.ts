import type { Application } from '../src/domain/application';
import type { Odometer } from '../src/domain/clearance';
import type { EligibilityMode } from '../src/domain/eligibility';

/** The vehicle of an activation, as it was started and amended. */
export interface Vehicle extends Application {
  readonly vin: string;
  readonly brand: string;
  readonly fleet: string | null;
  /** The caller's own reference to the vehicle. */
  readonly externalId: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly odometer: Odometer | null;
  /** What was asked for when it started; null: as the policy says. */
  readonly checkEligibility: EligibilityMode | null;
}
