import { matchReason } from '../src/domain/reason';
import type { Rules } from '../src/domain/rules';
import type { ActivationState, Command, Parked } from './state';

/** The one next thing to do. */
export type Plan =
  /** `again`: a retry rule submits, and no person asked for it. */
  | { readonly do: Command; readonly again?: boolean }
  | { readonly waitUntil: number; readonly for: string }
  | { readonly rest: true }
  | { readonly park: Omit<Parked, 'since'> }
  /** Withdraw, because the policy says so: the reason in words. */
  | { readonly giveUp: string }
  | { readonly end: true };

const REST: Plan = { rest: true };
const READ: Plan = { do: 'read' };
const END: Plan = { end: true };
const CONFIRMATION = 'the provider to confirm what its webhook says';

/** Submissions again after a drift, before a person is asked. */
const DRIFT_RESUBMISSIONS = 3;

/** What to do now, given all that is known. The first rule that fits wins. */
export function planNext(state: ActivationState, rules: Rules, now: number): Plan {
  if (state.inFlight) {
    const stop = state.inFlight === 'submit' && state.defleet && !state.stopping;
    return stop ? { do: 'stop-submitting' } : REST;
  }
  if (state.doubt) return READ;
  if (state.parked) return REST;
  if (state.vehicle.brand !== rules.brand.id) return { do: 'read-rules' };
  if (!state.own) return planWithoutClearance(state, rules, now);
  switch (state.clearance.status) {
    case 'pending':
      return state.defleet ? planCancel(state, rules, now) : planPending(state, rules, now);
    case 'approved':
      return state.defleet ? planRevoke(state, now) : planFirstData(state, rules, now);
    case 'revoking':
    case 'canceling':
      return look(state, now, 'the provider to finish the withdrawal');
    case 'revoked':
    case 'canceled':
      return planGone(state, rules, now);
    case 'rejected':
    case 'error':
      return planRejected(state, rules, now, state.clearance.status);
    case 'absent':
      return planLost(state, rules, now);
    case 'unknown':
      return look(state, now, 'a status that we know');
  }
}

/** Nothing of ours is at the provider: submit, unless the vehicle is leaving. */
function planWithoutClearance(state: ActivationState, rules: Rules, now: number): Plan {
  const { status } = state.clearance;
  if (status === 'revoking' || status === 'canceling') {
    return look(state, now, 'the provider to finish an earlier withdrawal');
  }
  if (state.defleet) return END;
  if (now < state.submitNotBefore)
    return { waitUntil: state.submitNotBefore, for: 'the provider to catch up' };
  return planEligibility(state, rules) ?? { do: 'submit' };
}

/** Asks the carmaker first, where the policy wants it and the brand can be asked; a "no" may stop the submission. */
function planEligibility({ eligibility }: ActivationState, { brand, policy }: Rules): Plan | null {
  if (policy.eligibility === 'off' || !brand.eligibilityCheck) return null;
  if (eligibility === null) return { do: 'check-eligibility' };
  if (policy.eligibility === 'advisory' || eligibility === 'eligible') return null;
  return {
    park: {
      kind: 'parked',
      why: `The vehicle was not submitted: ${NOT_ELIGIBLE[eligibility]}`,
      owner: 'fleet-manager',
      action:
        'Check VIN and brand, then retry to ask again; or amend the policy to {"eligibility": "off"} and resume.',
      ladder: 'default',
    },
  };
}

const NOT_ELIGIBLE = {
  ineligible: 'the carmaker says that it is not eligible',
  'unknown-vin': 'the carmaker does not know its VIN',
  'brand-not-enabled': 'its brand is not activated for our application at the provider',
  'not-known': 'the carmaker did not say whether it is eligible',
} as const;

/** The provider itself retries while a clearance is pending: we look, and never submit again. */
function planPending(state: ActivationState, rules: Rules, now: number): Plan {
  const { giveUp } = rules.policy;
  const looking = look(state, now, waitingFor(state, rules));
  if (!giveUp) return looking;
  const due = (state.own?.since ?? now) + giveUp.after;
  if (now < due) return sooner(looking, { waitUntil: due, for: 'the day on which the policy gives up' });
  const why = 'the clearance is pending for longer than the policy allows';
  if (giveUp.by === 'withdraw') return { giveUp: why };
  const { owner, action, ladder } = matchReason(rules, 'pending', state.clearance.reason);
  return { park: { kind: 'parked', why, owner, action, ladder } };
}

/** Approved means access, not data: the vehicle may have to be driven first. */
function planFirstData({ data }: ActivationState, rules: Rules, now: number): Plan {
  const { ask, within } = rules.policy.firstData;
  const over =
    !data || data.answer === 'flowing' || data.answer === 'not-asked' || now >= data.since + within;
  if (!ask || over) return REST;
  if (now >= data.nextAt) return { do: 'check-data' };
  return { waitUntil: data.nextAt, for: 'the first data: the vehicle has to be driven' };
}

function planCancel(state: ActivationState, rules: Rules, now: number): Plan {
  if (!rules.brand.canCancelPending || state.cannotCancel) {
    return look(state, now, `the carmaker's decision: ${rules.brand.name} cannot cancel a pending clearance`);
  }
  const since = state.own?.since ?? now;
  const due = Math.max(since + rules.brand.cancelPendingAfter, state.withdrawNotBefore);
  if (now >= due) return { do: 'withdraw' };
  return sooner(look(state, now, ''), { waitUntil: due, for: 'the clearance to be old enough to cancel' });
}

function planRevoke(state: ActivationState, now: number): Plan {
  const due = state.withdrawNotBefore;
  return now >= due ? { do: 'withdraw' } : { waitUntil: due, for: 'the provider to finish a change' };
}

/** Gone at the provider: as we wanted, or behind our back. */
function planGone(state: ActivationState, rules: Rules, now: number): Plan {
  if (!state.clearance.confirmed) return look(state, now, CONFIRMATION);
  if (state.defleet) return END;
  if (rules.policy.drift === 'resubmit' && state.resubmissions < DRIFT_RESUBMISSIONS) {
    return { do: 'submit', again: true };
  }
  return {
    park: {
      kind: 'drift',
      why: `The clearance was ${state.clearance.status} at the provider, and not by us`,
      owner: 'fleet-manager',
      action: 'Find out who ended the access. Then retry to ask for it again, or defleet the vehicle.',
      ladder: 'default',
    },
  };
}

/** By the reason: final, again by itself after a while, or once a person has mended it. */
function planRejected(state: ActivationState, rules: Rules, now: number, status: 'rejected' | 'error'): Plan {
  const { clearance, resubmissions } = state;
  if (!clearance.confirmed) return look(state, now, CONFIRMATION);
  if (state.defleet) return END;
  const { retry, owner, action, ladder } = matchReason(rules, status, clearance.reason);
  if (retry.kind === 'never') return END;
  if (retry.kind === 'after' && resubmissions < retry.attempts) {
    const wait = Math.min(retry.delay * retry.backoff ** resubmissions, retry.maximum);
    const due = onGrid(clearance.since + wait, rules.policy.resubmitGrid);
    if (now >= due) return { do: 'submit', again: true };
    return { waitUntil: due, for: `the time to submit again: ${action}` };
  }
  const why = `${status}: ${clearance.reason ?? 'no reason given'}`;
  return { park: { kind: 'parked', why, owner, action, ladder } };
}

/** The provider took the VIN and does not know it any more (or not yet). */
function planLost(state: ActivationState, rules: Rules, now: number): Plan {
  if (state.defleet) return planWithdrawUnseen(state, rules, now);
  const since = state.own?.since ?? now;
  if (now < since + rules.policy.lostAfter) return look(state, now, 'the provider to know the vehicle');
  return {
    park: {
      kind: 'drift',
      why: 'The provider took the vehicle and does not know it any more',
      owner: 'provider-support',
      action: "Ask the provider's support what happened. Then retry, or defleet the vehicle.",
      ladder: 'support',
    },
  };
}

/** Leaves, and no read shows the clearance: DELETE tells. One that cannot be cancelled is there, only not seen yet. */
function planWithdrawUnseen(state: ActivationState, rules: Rules, now: number): Plan {
  const unseen = state.cannotCancel && now < state.clearance.since + rules.policy.lostAfter;
  return unseen ? look(state, now, 'the provider to show the clearance') : planRevoke(state, now);
}

/** The next moment at which vehicles are submitted together. */
function onGrid(moment: number, grid: number): number {
  return grid === 0 ? moment : Math.ceil(moment / grid) * grid;
}

/** Reads when it is time to, or waits until it is. */
function look(state: ActivationState, now: number, waitFor: string): Plan {
  return now >= state.nextLook ? READ : { waitUntil: state.nextLook, for: waitFor };
}

function sooner(one: Plan, other: Extract<Plan, { waitUntil: number }>): Plan {
  if (!('waitUntil' in one)) return one;
  return { waitUntil: Math.min(one.waitUntil, other.waitUntil), for: other.for };
}

function waitingFor(state: ActivationState, rules: Rules): string {
  const { reason } = state.clearance;
  if (reason === null) return `the carmaker (${rules.brand.name}) to approve`;
  const { owner, action } = matchReason(rules, 'pending', reason);
  return owner === 'nobody' ? `the carmaker: ${reason}` : `the ${owner.replace('-', ' ')}: ${action}`;
}
