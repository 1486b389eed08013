/** Whom a notice tells. `owner` is whoever has to act; what the provider's support has to do, operations is told. */
export const AUDIENCES = ['owner', 'fleet-manager', 'operations'] as const;

export type Audience = (typeof AUDIENCES)[number];
