/** Whom a notice tells. `owner` is whoever has to act. */
export const AUDIENCES = ['owner', 'fleet-manager', 'operations', 'provider-support'] as const;

export type Audience = (typeof AUDIENCES)[number];
