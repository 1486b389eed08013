/**
 * What the carmaker says of a VIN before it is submitted (High Mobility, "Vehicle eligibility"). Only some brands can
 * be asked; "eligible" promises nothing, and a rejection may still follow.
 */
export const ELIGIBILITY_VERDICTS = [
  'eligible',
  'ineligible',
  /** The carmaker does not know the VIN. */
  'unknown-vin',
  /** The brand is not activated for our application: a matter of configuration, not of the vehicle. */
  'brand-not-enabled',
  /** There was no answer. */
  'not-known',
] as const;
export type EligibilityVerdict = (typeof ELIGIBILITY_VERDICTS)[number];

/** Whether an activation asks before it submits, and whether a "no" stops it. */
export const ELIGIBILITY_MODES = ['off', 'advisory', 'blocking'] as const;
export type EligibilityMode = (typeof ELIGIBILITY_MODES)[number];
