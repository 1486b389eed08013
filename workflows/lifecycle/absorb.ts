import { hasEnded } from '../../src/domain/status';
import { absorbAcknowledged, absorbAmended, askedAnew, startAfresh, tryAgain } from './absorb-message';
import { absorbSubmitted, maySent } from './absorb-submission';
import { asked, seen } from './data';
import { hasToBeRemoved } from './ending';
import type { EventOf, LifecycleEvent } from './events';
import { isOfPerson, type MessageEvent, taken, turnedAway } from './intake';
import { absorbDefleet, absorbStay, mayHaveEnded } from './leaving';
import { cut, LIMITS } from './limits';
import { believe, mergeClaim, mergeReading } from './merge';
import { pollAgain } from './next-poll';
import { outlook } from './outlook';
import { park, pauseOf } from './parking';
import { by, record } from './record';
import { governedAnew } from './refresh';
import { countedWithAnswer } from './repeats';
import { absorbStarting } from './starting';
import { type ActivationState, change, type Running } from './state';
import { absorbSuspend, absorbSuspended } from './suspension';
import { inTrouble } from './trouble';

/** Takes an event into the state, without deciding anything yet. */
export function absorb(state: ActivationState, event: LifecycleEvent): ActivationState {
  if (!isOfPerson(event)) return absorbAny(state, event);
  const refused = turnedAway(state, event);
  if (refused) return refused;
  const next = absorbAny(state, event);
  return taken(next, event, outlook(next, event as MessageEvent, state));
}

/** What comes while somebody is still told of the end: a person's message is answered. */
export function heardAtEnd(state: ActivationState, event: LifecycleEvent): ActivationState {
  return isOfPerson(event) ? (turnedAway(state, event) ?? state) : state;
}

function absorbAny(state: ActivationState, event: LifecycleEvent): ActivationState {
  if (!state.rules) return absorbStarting(state, event);
  const next = absorbRunning(state, event);
  // A fleet has rules of its own.
  return next.vehicle.fleet === state.vehicle.fleet ? next : change(next, { rulesDue: true });
}

function absorbRunning(state: Running, event: LifecycleEvent): Running {
  const { at } = event;
  switch (event.type) {
    case 'rules-read':
      return governedAnew(back(state), event.rules, at);
    case 'submitted':
      return absorbSubmitted(answered(state), event);
    case 'submission-stopped':
      return change(maySent(back(state), at, event.trace), { needsRead: true });
    case 'observed':
      return absorbObserved(state, event);
    case 'claimed':
      return mergeClaim(state, event, at);
    case 'withdrawn':
      return absorbWithdrawn(answered(state), event);
    case 'enabled':
      return absorbEnabled(answered(state), event);
    case 'suspended':
      return absorbSuspended(answered(state), event);
    case 'data-checked':
      return absorbData(answered(state), event);
    case 'eligibility-checked':
      return absorbEligibility(answered(state), event);
    case 'command-failed':
      return absorbFailure(
        withRequest(back(state), event),
        event,
        state.stopping && state.inFlight === event.command,
      );
    case 'defleet-asked':
      return absorbDefleet(state, event);
    case 'stay-asked':
      return absorbStay(state, event);
    case 'retry-asked':
    case 'resume-asked':
      // What was wrong may have been a rule.
      return change(startAfresh(tryAgain(state, event), at), {
        rulesDue: true,
        ...(event.type === 'resume-asked' && { suspended: null }),
      });
    case 'refresh-asked':
      return change(askedAnew(state, event), { rulesDue: true });
    case 'suspend-asked':
      return absorbSuspend(state, event);
    case 'amended':
      return absorbAmended(state, event);
    case 'acknowledged':
      return absorbAcknowledged(state, event);
    case 'data-seen':
      return absorbDataSeen(state, event);
    case 'started':
    case 'message-refused':
    case 'deadline-reached':
      return state;
    case 'fresh-run-due':
      return change(state, { isHandingOver: true });
    case 'fresh-run-begun':
      return change(state, { isHandingOver: false, rulesDue: true });
  }
}

/** Nothing is in flight any more. */
function back(state: Running): Running {
  return state.inFlight || state.stopping ? change(state, { inFlight: null, stopping: false }) : state;
}

/** The provider has answered: nothing is in flight any more, and no trouble in the way. */
function answered(state: Running): Running {
  return state.trouble ? change(back(countedWithAnswer(state)), { trouble: null }) : back(state);
}

/** A sweep tells without having been asked: what is in flight stays so. */
function absorbObserved(state: Running, event: EventOf<'observed'>): Running {
  const { at, source, clearance } = event;
  const isSwept = source === 'sweep';
  const begun = event.begun ?? (isSwept ? null : state.inFlightSince);
  return pollAgain(mergeReading(isSwept ? state : answered(state), clearance, source, at, begun), at);
}

/** Answers to a DELETE by which it has certainly not been carried out. */
const DID_NOTHING: ReadonlySet<EventOf<'withdrawn'>['answer']['outcome']> = new Set([
  'refused',
  'too-early',
  'not-supported',
]);

function absorbWithdrawn(before: Running, { at, answer }: EventOf<'withdrawn'>): Running {
  const state = DID_NOTHING.has(answer.outcome) ? before : mayHaveEnded(before);
  if (answer.outcome === 'accepted') {
    const withdrawal = { at, from: state.clearance };
    // What is accepted and done by nobody is a refusal without words: the record stays.
    const keptSince = hasToBeRemoved(state) ? (state.keptSince ?? at) : null;
    const accepted = change(state, { withdrawal, deniedAt: null, endedAt: at, keptSince });
    // A webhook or a sweep may have told of the end before this answer came: that it is about to end is no news then.
    if (answer.status === null || hasEnded(state.clearance.status))
      return change(record(accepted, 'withdraw', at, 'accepted'), { needsRead: true });
    const belief = { ...state.clearance, status: answer.status, reason: null, since: at, confirmed: true };
    // What it is ending was there: a reading that did not show it is no proof any more.
    const refuted = state.lastReading?.isOpen === false ? change(accepted, { lastReading: null }) : accepted;
    return pollAgain(believe(refuted, belief, 'withdraw', at), at);
  }
  // The newest answer counts: one that says something else takes back an earlier "there is none".
  const told = change(record(state, 'withdraw', at, answer.detail || answer.outcome), {
    deniedAt: null,
    ...(hasToBeRemoved(state) && { keptSince: state.keptSince ?? at }),
  });
  const later = at + state.rules.policy.transitionRetry;
  // Whatever it says, it is no proof: a reading is.
  switch (answer.outcome) {
    case 'absent':
      return change(told, { deniedAt: at, needsRead: true });
    case 'already-removed':
      return change(told, { deniedAt: at, withdrawNotBefore: later, needsRead: true });
    case 'not-supported':
      return change(told, { cannotCancel: true, withdrawNotBefore: later, needsRead: true });
    case 'refused':
      return park(told, at, {
        why: `The provider refused to end the clearance: ${answer.detail}`,
        owner: 'provider-support',
        action: 'Ask why the access cannot be ended, then resume.',
        failed: 'withdraw',
        until: at + pauseOf(state),
      });
    case 'too-early':
      return change(told, { withdrawNotBefore: oldEnough(told, later), needsRead: true });
    case 'in-transition':
    case 'unclear':
      return change(told, { withdrawNotBefore: later, needsRead: true });
  }
}

/** Whatever the provider answers, a reading says what has come of it. */
function absorbEnabled(state: Running, { at, answer }: EventOf<'enabled'>): Running {
  if (answer.outcome === 'accepted')
    return change(record(state, 'submit', at, 'enabled'), { needsRead: true });
  const told = record(state, 'submit', at, answer.detail || answer.outcome);
  if (answer.outcome !== 'refused') return change(told, { needsRead: true });
  return park(told, at, {
    why: `The provider refused to enable the clearance: ${answer.detail}`,
    owner: 'provider-support',
    action: 'Ask why the clearance cannot be enabled, then resume.',
    until: at + pauseOf(state),
  });
}

/**
 * When a pending clearance is as old as the provider wants it: counted once more from where we believe it began. What is
 * believed to be something else is looked at, and asked for again soon.
 */
function oldEnough({ clearance, ownClearance: own, rules }: Running, later: number): number {
  if (clearance.status !== 'pending') return later;
  return Math.max(later, (own?.since ?? 0) + rules.brand.cancelPendingAfter);
}

function absorbData(state: Running, { at, answer }: EventOf<'data-checked'>): Running {
  const { data, rules } = state;
  if (!data) return state;
  const checked = change(state, { data: asked(data, rules, answer, at) });
  return data.answer === answer ? checked : record(checked, 'poll', at, DATA_NOTES[answer]);
}

/** Somebody who reads the data by other ways says that it flows. What is not approved as we believe is looked at. */
function absorbDataSeen(state: Running, event: EventOf<'data-seen'>): Running {
  const { at } = event;
  const { data } = state;
  if (!data) return record(change(state, { needsRead: true }), 'person', at, `data was seen${by(event)}`);
  const known = change(state, { data: seen(data, at) });
  return data.answer === 'flowing' ? known : record(known, 'person', at, `data was seen${by(event)}`);
}

function absorbEligibility(state: Running, { at, verdict }: EventOf<'eligibility-checked'>): Running {
  // What could not be asked is asked again whenever somebody wants it.
  const known = change(state, { eligibility: verdict, eligibilityAt: verdict === 'not-known' ? null : at });
  return record(known, 'poll', at, `eligibility: ${verdict}`);
}

const DATA_NOTES = {
  flowing: 'data flows',
  'not-yet': 'approved, but there is no data yet',
  lost: 'consent was removed, or privacy mode is on: no data',
  'not-asked': 'the provider cannot be asked for data',
} as const;

/** Keeps the provider's own ids of requests that failed. */
function withRequest(state: Running, { requestId }: EventOf<'command-failed'>): Running {
  if (requestId === undefined) return state;
  const known = (state.requestIds ?? []).filter((id) => id !== requestId);
  return change(state, { requestIds: [...known, cut(requestId, LIMITS.id)].slice(-LIMITS.requestIds) });
}

function absorbFailure(state: Running, event: EventOf<'command-failed'>, wasStopped: boolean): Running {
  const { at, command, message, next, mayPass = false } = event;
  // A question that was told to stop leaves nothing behind. What an enabling has done is looked at.
  if (wasStopped && command === 'enable') return change(state, { needsRead: true });
  if (wasStopped && command !== 'submit') return state;
  // Data is good to know and no more: an activation never stops for it.
  if (command === 'check-data')
    return state.data ? change(state, { data: asked(state.data, state.rules, null, at) }) : state;
  const isAskedAgain = mayPass && state.rules.policy.eligibility === 'blocking';
  if (command === 'check-eligibility' && !isAskedAgain) {
    return absorbEligibility(state, { type: 'eligibility-checked', at, verdict: 'not-known' });
  }
  const sent = leftBehind(state, event);
  const waiting = inTrouble(sent, event);
  if (waiting) return mayBeDone(event) ? change(waiting, { needsRead: true }) : waiting;
  const { rules, vehicle } = state;
  const known =
    command === 'read-rules' ? { vehicle: { ...vehicle, brand: rules.brand.id }, rulesDue: false } : {};
  const why = `Could not ${command}: ${message}`;
  // It goes on with the rules that it has, and a vehicle that leaves does not wait for those of its brand.
  if (command === 'read-rules' && (state.defleet || vehicle.brand === rules.brand.id)) {
    return record(change(sent, known), 'activation', at, why);
  }
  // A vehicle that leaves is never left to a person alone.
  const until = mayPass || state.defleet ? at + pauseOf(state) : null;
  // A doubt stays: that of a read is answered by the next one, after the pause (`planNext`).
  const needsRead = mayBeDone(event) || (command !== 'read' && state.needsRead);
  return park(change(sent, { ...known, needsRead, trouble: null }), at, {
    why,
    owner: 'fleet-manager',
    action: next,
    failed: command,
    until,
  });
}

/** What a call has left behind of which no answer is known. */
function leftBehind(state: Running, { at, command, trace }: EventOf<'command-failed'>): Running {
  if (command === 'withdraw') return mayHaveEnded(state);
  return command === 'submit' ? maySent(state, at, trace) : state;
}

/** It may have been carried out all the same: the record tells. */
function mayBeDone({ command, mayPass }: EventOf<'command-failed'>): boolean {
  return mayPass === true && (command === 'withdraw' || command === 'enable' || command === 'suspend');
}
