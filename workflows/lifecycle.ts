import { matchReason } from '../src/domain/reason';
import { type Rules, tagsFor } from '../src/domain/rules';
import type { LifecycleEvent } from './events';
import { believe, mergeClaim, mergeReading, recall } from './merge';
import type { ActivationState, Command, Parked } from './state';

export interface Decision {
  readonly state: ActivationState;
  readonly commands: readonly Command[];
}

/**
 * The whole rule book of an activation: takes in one event and says what to do next.
 * Pure: no clock, no I/O, no Temporal. Waiting and ending are told through `state.wake` and `state.ended`.
 */
export function decide(state: ActivationState, event: LifecycleEvent): Decision {
  const known = absorb(state, event);
  const { rules } = known;
  if (!rules || known.ended) return { state: known, commands: [] };
  return carryOut(known, planNext(known, rules, event.at), event.at);
}

/** The one next thing to do. */
type Plan =
  | { readonly do: Command }
  | { readonly waitUntil: number; readonly for: string }
  | { readonly rest: true }
  | { readonly park: Omit<Parked, 'since'> }
  | { readonly end: true };

const REST: Plan = { rest: true };
const READ: Plan = { do: 'read' };
const END: Plan = { end: true };
const CONFIRMATION = 'the provider to confirm what its webhook says';

/** Takes an event into the state, without deciding anything yet. */
function absorb(state: ActivationState, event: LifecycleEvent): ActivationState {
  const { at } = event;
  switch (event.type) {
    case 'started': {
      const { rules } = event;
      const vehicle = { ...state.vehicle, brand: rules.brand.id, tags: tagsFor(rules, state.vehicle.tags) };
      return { ...state, rules, vehicle };
    }
    case 'submitted':
      return absorbSubmitted(state, event);
    case 'submission-stopped':
      return { ...state, inFlight: null, stopping: false, doubt: true };
    case 'observed':
      return lookAgain(mergeReading({ ...state, inFlight: null }, event.clearance, event.source, at), at);
    case 'claimed':
      return mergeClaim(state, event, at);
    case 'withdrawn':
      return absorbWithdrawn({ ...state, inFlight: null }, event);
    case 'command-failed':
      return absorbFailure({ ...state, inFlight: null, stopping: false }, event);
    case 'defleet-asked': {
      if (state.defleet) return { ...state, parked: null };
      const { via, by, reason } = event;
      const asked = { ...state, parked: null, defleet: { at, via, by, reason } };
      return recall(asked, 'person', at, `asked to defleet${reason ? `: ${reason}` : ''}`);
    }
    case 'retry-asked': {
      const asked = recall({ ...state, parked: null }, 'person', at, 'asked to try again');
      return isOver(asked) ? { ...asked, own: null } : { ...asked, doubt: true };
    }
    case 'deadline-reached':
      return state;
  }
}

function absorbSubmitted(
  state: ActivationState,
  { at, result }: Extract<LifecycleEvent, { type: 'submitted' }>,
): ActivationState {
  const back = { ...state, inFlight: null, stopping: false };
  if (result.outcome === 'found') return lookAgain(mergeReading(back, result.clearance, 'submit', at), at);
  const refused = result.outcome === 'refused';
  const belief = {
    status: refused ? 'error' : result.status,
    reason: refused ? result.description : null,
    since: at,
    changedAt: null,
    confirmed: true,
  } as const;
  const own = { since: at, earlierChange: refused ? null : result.earlierChange };
  return lookAgain(believe({ ...back, own }, belief, 'submit', at), at);
}

function absorbWithdrawn(
  state: ActivationState,
  { at, answer }: Extract<LifecycleEvent, { type: 'withdrawn' }>,
): ActivationState {
  if (answer.outcome === 'accepted') {
    const belief = { ...state.clearance, status: answer.status, reason: null, since: at, confirmed: true };
    const accepted = { ...state, withdrawal: { at, from: state.clearance } };
    return lookAgain(believe(accepted, belief, 'withdraw', at), at);
  }
  const told = recall(state, 'withdraw', at, answer.detail || answer.outcome);
  const later = at + (state.rules?.policy.transitionRetry ?? 0);
  switch (answer.outcome) {
    case 'absent': {
      const belief = { status: 'absent', reason: null, since: at, changedAt: null, confirmed: true } as const;
      return { ...believe(told, belief, 'withdraw', at), own: null };
    }
    case 'not-supported':
      return lookAgain({ ...told, cannotCancel: true }, at);
    case 'refused':
      return park(told, at, {
        why: `The provider refused to end the clearance: ${answer.detail}`,
        owner: 'provider-support',
        action: "Ask the provider's support, then defleet again.",
      });
    case 'already-removed':
    case 'in-transition':
    case 'too-early':
      return { ...told, withdrawNotBefore: later, doubt: true };
  }
}

function absorbFailure(
  state: ActivationState,
  { at, command, message, next }: Extract<LifecycleEvent, { type: 'command-failed' }>,
): ActivationState {
  const why = `Could not ${command}: ${message}`;
  return park({ ...state, doubt: false }, at, { why, owner: 'fleet-manager', action: next });
}

/** What to do now, given all that is known. The first rule that fits wins. */
function planNext(state: ActivationState, rules: Rules, now: number): Plan {
  if (state.inFlight) {
    const stop = state.inFlight === 'submit' && state.defleet && !state.stopping;
    return stop ? { do: 'stop-submitting' } : REST;
  }
  if (state.doubt) return READ;
  if (state.parked) return REST;
  if (!state.own) return planWithoutClearance(state, now);
  switch (state.clearance.status) {
    case 'pending':
      return state.defleet ? planCancel(state, rules, now) : look(state, now, waitingFor(state, rules));
    case 'approved':
      return state.defleet ? planRevoke(state, now) : REST;
    case 'revoking':
    case 'canceling':
      return look(state, now, 'the provider to finish the withdrawal');
    case 'revoked':
    case 'canceled':
      return planGone(state, now);
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
function planWithoutClearance(state: ActivationState, now: number): Plan {
  if (state.defleet) return END;
  const { status } = state.clearance;
  if (status === 'revoking' || status === 'canceling') {
    return look(state, now, 'the provider to finish an earlier withdrawal');
  }
  return { do: 'submit' };
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

function planGone(state: ActivationState, now: number): Plan {
  if (!state.clearance.confirmed) return look(state, now, CONFIRMATION);
  if (state.defleet) return END;
  return {
    park: {
      why: `The clearance was ${state.clearance.status} at the provider, and not by us`,
      owner: 'fleet-manager',
      action: 'Find out who ended the access. Then retry to ask for it again, or defleet the vehicle.',
    },
  };
}

function planRejected(state: ActivationState, rules: Rules, now: number, status: 'rejected' | 'error'): Plan {
  const { clearance, attempts } = state;
  if (!clearance.confirmed) return look(state, now, CONFIRMATION);
  if (state.defleet) return END;
  const reason = matchReason(rules, status, clearance.reason);
  const rule = reason.retry;
  if (rule.kind === 'never') return END;
  if (rule.kind === 'after' && attempts.submit <= rule.attempts) {
    const due = clearance.since + Math.min(rule.delay * rule.backoff ** (attempts.submit - 1), rule.maximum);
    return now >= due
      ? { do: 'submit' }
      : { waitUntil: due, for: `the time to submit again: ${reason.action}` };
  }
  const why = `${status}: ${clearance.reason ?? 'no reason given'}`;
  return { park: { why, owner: reason.owner, action: reason.action } };
}

/** The provider took the VIN and does not know it any more (or not yet). */
function planLost(state: ActivationState, rules: Rules, now: number): Plan {
  if (state.defleet) return now >= state.withdrawNotBefore ? { do: 'withdraw' } : READ;
  const since = state.own?.since ?? now;
  if (now < since + rules.policy.lostAfter) return look(state, now, 'the provider to know the vehicle');
  return {
    park: {
      why: 'The provider took the vehicle and does not know it any more',
      owner: 'provider-support',
      action: "Ask the provider's support what happened. Then retry, or defleet the vehicle.",
    },
  };
}

/** Reads when it is time to, or waits until it is. */
function look(state: ActivationState, now: number, waitFor: string): Plan {
  return now >= state.nextLook ? READ : { waitUntil: state.nextLook, for: waitFor };
}

function sooner(one: Plan, other: Extract<Plan, { waitUntil: number }>): Plan {
  if (!('waitUntil' in one)) return one;
  return { waitUntil: Math.min(one.waitUntil, other.waitUntil), for: other.for };
}

/** Turns a plan into a state and the commands for the shell. */
function carryOut(state: ActivationState, plan: Plan, at: number): Decision {
  const idle = { ...state, wake: null };
  if ('rest' in plan) return { state: idle, commands: [] };
  if ('end' in plan) return { state: { ...idle, ended: true }, commands: [] };
  if ('park' in plan) return { state: park(idle, at, plan.park), commands: [] };
  if ('waitUntil' in plan) {
    return { state: { ...idle, wake: { at: plan.waitUntil, for: plan.for } }, commands: [] };
  }
  return { state: send(idle, plan.do), commands: [plan.do] };
}

function send(state: ActivationState, command: Command): ActivationState {
  if (command === 'stop-submitting') return { ...state, stopping: true };
  const attempts = { ...state.attempts, [command]: state.attempts[command] + 1 };
  const sent = { ...state, inFlight: command, attempts };
  return command === 'submit' ? { ...sent, own: null } : sent;
}

function park(state: ActivationState, at: number, why: Omit<Parked, 'since'>): ActivationState {
  return recall({ ...state, parked: { since: at, ...why } }, 'activation', at, `parked: ${why.why}`);
}

/** Sets the time of the next look by ourselves: sooner where the provider is about to finish something. */
function lookAgain(state: ActivationState, at: number): ActivationState {
  if (!state.rules) return state;
  const { pollInterval, withdrawPollInterval } = state.rules.policy;
  const { status, confirmed } = state.clearance;
  const soon = status === 'revoking' || status === 'canceling' || !confirmed;
  return { ...state, nextLook: at + (soon ? withdrawPollInterval : pollInterval) };
}

/** Whether the clearance has ended, so that trying again means submitting again. */
function isOver(state: ActivationState): boolean {
  return ['absent', 'rejected', 'revoked', 'canceled', 'error'].includes(state.clearance.status);
}

function waitingFor(state: ActivationState, rules: Rules): string {
  const { reason } = state.clearance;
  if (reason === null) return `the carmaker (${rules.brand.name}) to approve`;
  const { owner, action } = matchReason(rules, 'pending', reason);
  return owner === 'nobody' ? `the carmaker: ${reason}` : `the ${owner.replace('-', ' ')}: ${action}`;
}
