/** Where a clearance is in its life at the provider. */
type Phase =
  /** There is none. */
  | 'none'
  /** Asked for, or given. */
  | 'held'
  /** On its way out: a DELETE was taken, and is not done. */
  | 'leaving'
  /** Over: nothing more comes of it, and it gives no access. */
  | 'ended'
  /** The provider holds one, and says of it what we do not know: it may be anything but over. */
  | 'unclear';

/**
 * What a provider says of one clearance (Fleet Clearance API reference), and in which phase that is.
 * `absent` is ours: the provider knows no such VIN. `unknown` is ours too: the provider
 * used a word that we do not know yet.
 */
const PHASES = {
  absent: 'none',
  pending: 'held',
  approved: 'held',
  rejected: 'ended',
  revoking: 'leaving',
  revoked: 'ended',
  canceling: 'leaving',
  canceled: 'ended',
  error: 'ended',
  unknown: 'unclear',
} as const satisfies Record<string, Phase>;

export type ClearanceStatus = keyof typeof PHASES;
export const CLEARANCE_STATUSES = Object.keys(PHASES) as ClearanceStatus[];

/** The statuses whose reasons the catalogue has rules for; `error` is the provider's refusal of a submission. */
export const REASON_STATUSES = ['pending', 'rejected', 'error'] as const satisfies readonly ClearanceStatus[];
export type ReasonStatus = (typeof REASON_STATUSES)[number];

/** Whether rules may say what the reason of a clearance in this status means. */
export function hasReasonRules(status: ClearanceStatus): status is ReasonStatus {
  return (REASON_STATUSES as readonly ClearanceStatus[]).includes(status);
}

/** Whether the provider holds a clearance in this status, or may hold one: a word that we do not know can mean that. */
export function isOpen(status: ClearanceStatus): boolean {
  const phase = PHASES[status];
  return phase !== 'none' && phase !== 'ended';
}

/** Whether a clearance in this status is asked for or given, in the provider's known words. */
export function isHeld(status: ClearanceStatus): boolean {
  return PHASES[status] === 'held';
}

/** Whether the provider is ending a clearance in this status. */
export function isLeaving(status: ClearanceStatus): boolean {
  return PHASES[status] === 'leaving';
}

/** Whether a clearance in this status is over: nothing more comes of it, and it gives no access. */
export function hasEnded(status: ClearanceStatus): boolean {
  return PHASES[status] === 'ended';
}

/**
 * What is the matter with a clearance in this status that somebody has to look at, where the catalogue knows no reason; one that is
 * approved is a matter of its data.
 */
export const MATTERS = {
  absent: 'not-submitted',
  pending: 'no-answer',
  approved: 'no-data-yet',
  rejected: 'access-ended',
  revoking: 'ending',
  revoked: 'access-ended',
  canceling: 'ending',
  canceled: 'access-ended',
  error: 'access-ended',
  unknown: 'unknown-status',
} as const satisfies Record<ClearanceStatus, string>;

/** Reads a provider's word for a status; case and outer spaces do not matter. */
export function parseStatus(word: string): ClearanceStatus {
  const normal = word.trim().toLowerCase();
  return CLEARANCE_STATUSES.find((status) => status === normal) ?? 'unknown';
}
