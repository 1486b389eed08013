import { type Application, applicationOf } from '../../src/domain/application';
import type { Odometer } from '../../src/domain/clearance';
import type { EligibilityMode } from '../../src/domain/eligibility';
import type { ActivationInput } from './messages';

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

/** The vehicle that an activation is started for; what was not given is null. */
export function vehicleOf(input: ActivationInput): Vehicle {
  return {
    vin: input.vin,
    ...applicationOf(input),
    brand: input.brand,
    fleet: input.fleet ?? null,
    externalId: input.externalId ?? null,
    tags: input.tags ?? {},
    odometer: input.odometer ?? null,
    checkEligibility: input.checkEligibility ?? null,
  };
}
