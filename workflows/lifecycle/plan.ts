import { isToEnable, matchReason } from '../../src/domain/reason';
import { isLeaving } from '../../src/domain/status';
import { isProvenGone } from './ending';
import { planInFlight } from './in-flight';
import { CONFIRMATION, look, planStale, READ, sooner, waitingFor } from './looks';
import { givesUpAt, pendingTooLong, sentInVain } from './parking';
import { planLeaving, planProof, wasReadSince } from './plan-leaving';
import { planEligibility, planFirstData } from './plan-questions';
import { heldBack } from './repeats';
import type { Command, Parked, Running } from './state';
import { isPaused } from './suspension';
import { keptBack } from './trouble';

/** The one next thing to do. */
export type Plan =
  | {
      readonly do: Command;
      /** A retry rule submits, and no person asked for it. */
      readonly again?: boolean;
      /** A look in the policy's own rhythm: that is its wait. */
      readonly scheduled?: boolean;
    }
  | {
      readonly waitUntil: number;
      readonly for: string;
      /** Something is to be done, and waits for trouble of the provider to be over. */
      readonly isInTrouble?: true;
    }
  | { readonly rest: true }
  | { readonly park: Omit<Parked, 'since'> }
  /** Withdraw, because the policy says so: the reason in words. */
  | { readonly giveUp: string }
  /** With why in words, where nobody has asked for it and the provider has refused nothing. */
  | { readonly end: true; readonly why?: string };

const REST: Plan = { rest: true };
const END: Plan = { end: true };
const NOTHING_OPEN = 'nothing is open at the provider to take over, and nothing was submitted';

/** Submissions again after a drift, before a person is asked. */
const DRIFT_RESUBMISSIONS = 3;

/** What to do now, given all that is known; what was done in vain waits (`repeats.ts`). */
export function planNext(state: Running, now: number): Plan {
  return heldBack(state, keptBack(state, planFreely(state, now), now), now);
}

/** The first rule that fits wins. */
function planFreely(state: Running, now: number): Plan {
  const { rules, inFlight, parked, staleSince } = state;
  if (inFlight) return planInFlight(state);
  if (state.isHandingOver) return REST;
  if (state.rulesDue) return { do: 'read-rules' };
  if (state.needsRead && !isWithdrawnFirst(state)) return READ;
  if (parked && (parked.until ?? Number.POSITIVE_INFINITY) > now) return planParked(parked);
  // What it should have answered is doubtful still.
  if (parked?.failed === 'read' && !state.defleet) return READ;
  if (state.vehicle.brand !== rules.brand.id) return { do: 'read-rules' };
  if (state.defleet) return planLeaving(state, now);
  const plan = state.ownClearance ? planStaying(state, now) : planWithoutClearance(state, now);
  return staleSince === null ? plan : planStale(plan, staleSince + rules.policy.lostAfter, now);
}

/** Access that is to end is ended first, and looked at then: DELETE may work where the list does not. */
function isWithdrawnFirst({ defleet, parked, trouble, clearance, attempts }: Running): boolean {
  if (defleet === null) return false;
  if (parked || trouble) return (parked ?? trouble)?.failed === 'read';
  return clearance.status === 'approved' && attempts.withdraw === 0;
}

function planParked({ until, owner, action }: Parked): Plan {
  return until === null || until === undefined
    ? REST
    : { waitUntil: until, for: `the ${owner.replace('-', ' ')}: ${action}` };
}

function planStaying(state: Running, now: number): Plan {
  if (state.suspended && state.clearance.status === 'approved') return { do: 'suspend' };
  if (isPaused(state)) return REST;
  switch (state.clearance.status) {
    case 'pending':
      return planPending(state, now);
    case 'approved':
      return planApproved(state, now);
    case 'revoking':
    case 'canceling':
      return look(state, now, 'the provider to finish the withdrawal');
    case 'revoked':
    case 'canceled':
      return planGone(state, now);
    case 'rejected':
    case 'error':
      return planRejected(state, now, state.clearance.status);
    case 'absent':
      return planLost(state, now);
    case 'unknown':
      return look(state, now, 'a status that we know');
  }
}

/** Nothing of ours is at the provider: submit, where it was not begun to take over what is there. */
function planWithoutClearance(state: Running, now: number): Plan {
  const { status } = state.clearance;
  if (isLeaving(status)) {
    return look(state, now, 'the provider to finish an earlier withdrawal');
  }
  if (state.isAdopting) return isProvenGone(state) ? { end: true, why: NOTHING_OPEN } : planProof(state, now);
  if (now < state.submitNotBefore)
    return { waitUntil: state.submitNotBefore, for: 'the provider to catch up' };
  return planEligibility(state) ?? { do: 'submit' };
}

/** The provider itself retries while a clearance is pending: we look, and never submit again. */
function planPending(state: Running, now: number): Plan {
  const { rules } = state;
  if (isToEnable(rules, state.clearance)) return planEnable(state);
  const { giveUp } = rules.policy;
  const looking = look(state, now, waitingFor(state));
  if (!giveUp) return looking;
  const due = givesUpAt(state) ?? now;
  if (now < due) return sooner(looking, { waitUntil: due, for: 'the day on which the policy gives up' });
  const why = 'the clearance is pending for longer than the policy allows';
  if (giveUp.by === 'withdraw') return { giveUp: why };
  return {
    park: { kind: 'parked', why, ...pendingTooLong(matchReason(rules, 'pending', state.clearance.reason)) },
  };
}

/** It waits for us. One that was approved before has been switched off: by whom has to be found out first. */
function planEnable({ ownClearance: own, rules: { policy } }: Running): Plan {
  if (!own?.isDisabled || policy.drift === 'resubmit') return { do: 'enable' };
  return {
    park: {
      kind: 'drift',
      why: 'The access was disabled at the provider, and not by us',
      owner: 'fleet-manager',
      action: 'Find out who disabled it. Then retry to enable it again, or defleet the vehicle.',
      ladder: 'default',
    },
  };
}

/** Approved means access, not data: the vehicle may have to be driven first. A webhook's word is looked at once. */
function planApproved(state: Running, now: number): Plan {
  const data = planFirstData(state, now);
  if (state.clearance.confirmed || 'do' in data) return data;
  const confirming = look(state, now, CONFIRMATION);
  return 'waitUntil' in data ? sooner(confirming, data) : confirming;
}

/** Gone at the provider, behind our back. */
function planGone(state: Running, now: number): Plan {
  if (!state.clearance.confirmed) return look(state, now, CONFIRMATION);
  if (isTakenUp(state, now)) return look(state, now, 'the provider to take the vehicle up again');
  if (state.rules.policy.drift === 'resubmit' && state.resubmissions < DRIFT_RESUBMISSIONS) {
    return { do: 'submit', again: true };
  }
  return {
    park: {
      kind: 'drift',
      why: `The clearance was ${state.clearance.status === 'absent' ? 'removed' : state.clearance.status} at the provider, and not by us`,
      owner: 'fleet-manager',
      action: 'Find out who ended the access. Then retry to ask for it again, or defleet the vehicle.',
      ladder: 'default',
    },
  };
}

/** What we have just asked for again may be shown as it was, for a while. */
function isTakenUp({ sent, rules: { traits, policy } }: Running, now: number): boolean {
  return traits.endsAs === 'removed' && sent !== null && now < sent.at + policy.transitionRetry;
}

/** By the reason: final, again by itself after a while, or once a person has mended it. */
function planRejected(state: Running, now: number, status: 'rejected' | 'error'): Plan {
  const { rules, clearance, resubmissions } = state;
  if (!clearance.confirmed) return look(state, now, CONFIRMATION);
  const { retry, owner, action, ladder } = matchReason(rules, status, clearance.reason);
  if (retry.kind === 'never') return isProvenGone(state) ? END : planProof(state, now);
  if (retry.kind === 'after' && resubmissions < retry.attempts) {
    const wait = Math.min(retry.delay * retry.backoff ** resubmissions, retry.maximum);
    const due = onGrid(clearance.since + wait, rules.policy.resubmitGrid);
    if (now >= due) return { do: 'submit', again: true };
    return { waitUntil: due, for: `the time to submit again: ${action}` };
  }
  const why = `${status}: ${clearance.reason ?? 'no reason given'}`;
  const by = retry.kind === 'after' ? sentInVain({ owner, action, ladder }) : { owner, action, ladder };
  return { park: { kind: 'parked', why, ...by } };
}

/** The provider took the VIN and does not know it any more (or not yet): for longer than a lagging list would take. */
function planLost(state: Running, now: number): Plan {
  const { rules, sent, absentSince, ownClearance: own } = state;
  const isRemoved = rules.traits.endsAs !== 'revoked' && own !== null && sent === null;
  const since = sent?.at ?? absentSince ?? own?.since ?? now;
  const due = since + rules.policy.lostAfter;
  if (now < due) {
    const looking = look(state, now, 'the provider to know the vehicle');
    return sooner(looking, { waitUntil: due, for: 'the provider to know the vehicle' });
  }
  // One empty list is not enough.
  if (!wasReadSince(state, (absentSince ?? now) + 1)) return READ;
  // Where what is ended leaves no record, this is an end like any other.
  if (isRemoved) return planGone(state, now);
  return {
    park: {
      kind: 'drift',
      why: 'The provider took the vehicle and does not know it any more',
      owner: 'provider-support',
      action: 'Ask what has become of the vehicle. Then retry, or defleet it.',
      ladder: 'support',
    },
  };
}

/** The next moment at which vehicles are submitted together. */
function onGrid(moment: number, grid: number): number {
  return grid === 0 ? moment : Math.ceil(moment / grid) * grid;
}
