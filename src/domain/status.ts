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

const OPEN: ReadonlySet<ClearanceStatus> = new Set([
  'pending',
  'approved',
  'revoking',
  'canceling',
  'unknown',
]);
const ENDED: ReadonlySet<ClearanceStatus> = new Set(['rejected', 'revoked', 'canceled', 'error']);

/** Whether the provider holds a clearance in this status, or may hold one: a word that we do not know can mean that. */
export function isOpen(status: ClearanceStatus): boolean {
  return OPEN.has(status);
}

/** Whether a clearance in this status is over: nothing more comes of it, and it gives no access. */
export function hasEnded(status: ClearanceStatus): boolean {
  return ENDED.has(status);
}

/** Reads a provider's word for a status; case and outer spaces do not matter. */
export function parseStatus(word: string): ClearanceStatus {
  const normal = word.trim().toLowerCase();
  return CLEARANCE_STATUSES.find((status) => status === normal) ?? 'unknown';
}
