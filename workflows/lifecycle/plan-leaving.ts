import { absenceCountsFrom, hasToBeRemoved, isProvenGone, openSeenAt, wishedAt } from './ending';
import { CONFIRMATION, look, planStale, READ, sooner } from './looks';
import type { Plan } from './plan';
import type { Running } from './state';

const END: Plan = { end: true };

/**
 * The vehicle leaves: whatever is open is withdrawn, and the end needs its proof. Where an older record shows it open, that soon
 * becomes the truth, and is read then, not with the next look.
 */
export function planLeaving(state: Running, now: number): Plan {
  const { staleSince, lastReading, rules } = state;
  const plan = planWithdrawal(state, now);
  if (staleSince === null || !lastReading?.isOpen) return plan;
  const { transitionRetry, lostAfter } = rules.policy;
  return planStale(plan, staleSince + Math.min(transitionRetry, lostAfter), now);
}

function planWithdrawal(state: Running, now: number): Plan {
  if (isProvenGone(state)) return END;
  if (hasToBeRemoved(state)) return planRemoval(state, now);
  switch (state.clearance.status) {
    case 'pending':
      return planCancel(state, now);
    case 'approved':
    case 'unknown':
      return planRevoke(state, now);
    case 'revoking':
    case 'canceling':
      return look(state, now, 'the provider to finish the withdrawal');
    case 'absent':
      return isUnseen(state) ? planRevoke(state, now) : planProof(state, now);
    default:
      // What a webhook says of its end a sweep may soon confirm, for all vehicles in one call.
      return state.clearance.confirmed ? planProof(state, now) : look(state, now, CONFIRMATION);
  }
}

/** Nothing seems to be open: a reading has to show it, and is made as soon as it can. */
export function planProof(state: Running, now: number): Plan {
  const { lastReading } = state;
  const isRefuted = lastReading?.isOpen || !wasReadSince(state, wishedAt(state));
  const due = absenceCountsFrom(state);
  // What was told open in between is read once more.
  if (isRefuted || now >= due) return READ;
  const looking = look(state, now, 'the provider to show that nothing is open');
  return sooner(looking, { waitUntil: due, for: 'the provider to show that nothing is open' });
}

/** Readings show nothing of a clearance that is there, or may be: then DELETE tells, as long as it has not. */
function isUnseen(state: Running): boolean {
  const { cannotCancel, deniedAt } = state;
  const wished = wishedAt(state);
  const mayBeThere = openSeenAt(state) !== null && wasReadSince(state, wished);
  return mayBeThere && !cannotCancel && (deniedAt === null || deniedAt < wished);
}

export function wasReadSince({ lastReading }: Running, moment: number): boolean {
  return lastReading !== null && lastReading.begun >= moment;
}

function planCancel(state: Running, now: number): Plan {
  const { brand } = state.rules;
  if (!brand.canCancelPending || state.cannotCancel) {
    return look(state, now, `the carmaker's decision: ${brand.name} cannot cancel a pending clearance`);
  }
  const since = state.ownClearance?.since ?? now;
  const due = Math.max(since + brand.cancelPendingAfter, state.withdrawNotBefore);
  if (now >= due) return { do: 'withdraw' };
  const waiting = look(state, now, 'the clearance to be old enough to cancel');
  return sooner(waiting, { waitUntil: due, for: 'the clearance to be old enough to cancel' });
}

function planRevoke(state: Running, now: number): Plan {
  const due = state.withdrawNotBefore;
  return now >= due ? { do: 'withdraw' } : { waitUntil: due, for: 'the provider to finish a change' };
}

/** It gives no access any more, and its record is removed. Where that is refused for long, a reading shows that nothing is open. */
function planRemoval(state: Running, now: number): Plan {
  const { endedAt, keptSince, rules } = state;
  const { transitionRetry, lostAfter } = rules.policy;
  const why = 'the provider to remove its record';
  if (typeof endedAt === 'number' && now < endedAt + transitionRetry) return look(state, now, why);
  if (typeof keptSince !== 'number') return planRevoke(state, now);
  const due = keptSince + lostAfter;
  return now >= due ? READ : sooner(planRevoke(state, now), { waitUntil: due, for: why });
}
