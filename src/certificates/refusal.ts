/** What is looked at, in this order. */
export const CHECKS = [
  'file',
  'form',
  'header',
  'algorithm',
  'type',
  'key',
  'signature',
  'content',
  'commitment',
  'vehicle',
  'copy',
  'number',
  'chain',
] as const;
export type Check = (typeof CHECKS)[number];

/** Which check a file did not pass, and why, in words. */
export interface Refusal {
  readonly ok: false;
  readonly check: Check;
  readonly problem: string;
}

export function refused(check: Check, problem: string): Refusal {
  return { ok: false, check, problem };
}
