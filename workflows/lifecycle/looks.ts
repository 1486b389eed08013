import { matchReason } from '../../src/domain/reason';
import { isHeld, isLeaving } from '../../src/domain/status';
import type { Plan } from './plan';
import type { Running } from './state';

/** Looks at the provider's record in the policy's rhythm, and what is waited for meanwhile. */

export const READ: Plan = { do: 'read' };
export const CONFIRMATION = 'the provider to confirm what its webhook says';

/** Reads when it is time to, or waits until it is. */
export function look(state: Running, now: number, waitFor: string): Plan {
  if (now < state.nextPollAt) return { waitUntil: state.nextPollAt, for: waitFor };
  // One that has failed is made again sooner than the rhythm: that is counted.
  return { do: 'read', scheduled: !looksSoon(state) && state.parked?.failed !== 'read' };
}

/** Whether we look more often than in the policy's own rhythm: the provider is about to finish something. */
export function looksSoon({ clearance: { status, confirmed }, defleet }: Running): boolean {
  if (isLeaving(status) || !confirmed) return true;
  return defleet !== null && !isHeld(status);
}

export function sooner(one: Plan, other: Extract<Plan, { waitUntil: number }>): Plan {
  if (!('waitUntil' in one)) return one;
  return other.waitUntil < one.waitUntil ? other : one;
}

export function waitingFor(state: Running): string {
  const { rules, clearance } = state;
  const { reason } = clearance;
  if (reason === null) return `the carmaker (${rules.brand.name}) to approve`;
  const { owner, action } = matchReason(rules, 'pending', reason);
  return owner === 'nobody' ? `the carmaker: ${reason}` : `the ${owner.replace('-', ' ')}: ${action}`;
}

/** What is older than what we know becomes the truth when it has lasted: then it is read once more. */
export function planStale(plan: Plan, due: number, now: number): Plan {
  if (!('waitUntil' in plan || 'rest' in plan)) return plan;
  if (now >= due) return READ;
  const wait = { waitUntil: due, for: 'an older record of the provider to prove right' };
  return 'rest' in plan ? wait : sooner(plan, wait);
}
