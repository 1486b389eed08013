/**
 * What a provider says of one clearance (Fleet Clearance API reference).
 * `absent` is ours: the provider knows no such VIN. `unknown` is ours too: the provider
 * used a word that we do not know yet.
 */
export const CLEARANCE_STATUSES = [
  'absent',
  'pending',
  'approved',
  'rejected',
  'revoking',
  'revoked',
  'canceling',
  'canceled',
  'error',
  'unknown',
] as const;
export type ClearanceStatus = (typeof CLEARANCE_STATUSES)[number];

/** Reads a provider's word for a status; case and outer spaces do not matter. */
export function parseStatus(word: string): ClearanceStatus {
  const normal = word.trim().toLowerCase();
  return CLEARANCE_STATUSES.find((status) => status === normal) ?? 'unknown';
}
