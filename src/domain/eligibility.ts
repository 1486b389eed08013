/**
 * What the carmaker says of a VIN before it is submitted (High Mobility, "Vehicle eligibility"). Only some brands can
 * be asked; "eligible" promises nothing, and a rejection may still follow.
 */
export type EligibilityVerdict =
  | 'eligible'
  | 'ineligible'
  /** The carmaker does not know the VIN. */
  | 'unknown-vin'
  /** The brand is not activated for our application: a matter of configuration, not of the vehicle. */
  | 'brand-not-enabled'
  /** There was no answer. */
  | 'not-known';

/** Whether an activation asks before it submits, and whether a "no" stops it. */
export type EligibilityMode = 'off' | 'advisory' | 'blocking';
