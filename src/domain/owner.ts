/** Who can have to act. The catalogue's owners, and those who run the service. */
export const OWNERS = [
  'fleet-manager',
  'driver',
  'workshop',
  'provider-support',
  'carmaker',
  'operations',
  'nobody',
] as const;
