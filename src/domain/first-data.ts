/** What a provider says when it is asked for data of an approved vehicle. */
export const FIRST_DATA = [
  /** Data flows. */
  'flowing',
  /** Approved, but there is no data yet: the vehicle has to be driven. */
  'not-yet',
  /** Consent was removed, or privacy mode is on. */
  'lost',
  /** The provider cannot be asked. */
  'not-asked',
] as const;
export type FirstData = (typeof FIRST_DATA)[number];
