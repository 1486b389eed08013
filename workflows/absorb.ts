import { matchReason } from '../src/domain/reason';
import { type Rules, tagsFor } from '../src/domain/rules';
import { type ClearanceStatus, hasEnded } from '../src/domain/status';
import type { LifecycleEvent } from './events';
import { isOfPerson, type MessageEvent, taken, turnedAway, withTags } from './intake';
import { cut, LIMITS } from './limits';
import { believe, mergeClaim, mergeReading } from './merge';
import { outlook } from './outlook';
import { looksSoon } from './plan';
import { record } from './record';
import { type ActivationState, change, type Parked, type SubmissionTrace } from './state';

type Event<T extends LifecycleEvent['type']> = Extract<LifecycleEvent, { type: T }>;

/** How long a command that failed for good waits for a person before it is tried again by itself. */
const FAILED_PAUSE = 6 * 3_600_000;

function pauseOf({ rules }: ActivationState): number {
  return FAILED_PAUSE / (rules?.speed ?? 1);
}

/** Takes an event into the state, without deciding anything yet. */
export function absorb(state: ActivationState, event: LifecycleEvent): ActivationState {
  if (!isOfPerson(event)) return absorbFact(state, event);
  const refused = turnedAway(state, event);
  if (refused) return refused;
  const next = absorbFact(state, event);
  return taken(next, event, outlook(next, event as MessageEvent));
}

function absorbFact(state: ActivationState, event: LifecycleEvent): ActivationState {
  const { at } = event;
  switch (event.type) {
    case 'started':
      return absorbStarted(withRules(state, event.rules), event);
    case 'rules-read':
      return absorbRules(back(state), event);
    case 'submitted':
      return absorbSubmitted(back(state), event);
    case 'submission-stopped':
      return change(maySent(back(state), at, event.trace), { doubt: true });
    case 'observed':
      return absorbObserved(state, event);
    case 'claimed':
      return mergeClaim(state, event, at);
    case 'withdrawn':
      return absorbWithdrawn(back(state), event);
    case 'data-checked':
      return absorbData(back(state), event);
    case 'eligibility-checked':
      return absorbEligibility(back(state), event);
    case 'command-failed':
      return absorbFailure(back(state), event);
    case 'defleet-asked':
      return absorbDefleet(state, event);
    case 'retry-asked':
    case 'resume-asked':
      return startAfresh(record(state, 'person', at, `asked to try again${by(event)}`), at);
    case 'amended':
      return absorbAmended(state, event);
    case 'acknowledged':
      return absorbAcknowledged(state, event);
    case 'message-refused':
    case 'deadline-reached':
      return state;
  }
}

/** Nothing is in flight any more. */
function back(state: ActivationState): ActivationState {
  return state.inFlight || state.stopping ? change(state, { inFlight: null, stopping: false }) : state;
}

function withRules(state: ActivationState, rules: Rules): ActivationState {
  const vehicle = { ...state.vehicle, brand: rules.brand.id, tags: tagsFor(rules, state.vehicle.tags) };
  const eligibility = state.vehicle.checkEligibility ?? rules.policy.eligibility;
  return change(state, { rules: { ...rules, policy: { ...rules.policy, eligibility } }, vehicle });
}

function absorbRules(state: ActivationState, { at, rules }: Event<'rules-read'>): ActivationState {
  const before = state.rules?.brand.id;
  const next = withRules(state, rules);
  if (before === undefined || before === rules.brand.id) return next;
  return record(
    next,
    'activation',
    at,
    `governed by the rules of ${rules.brand.name}, no longer of ${before}`,
  );
}

function absorbStarted(state: ActivationState, event: Event<'started'>): ActivationState {
  const { at, submission, trace } = event;
  const mayBeSent =
    trace?.maySent || (submission === 'unknown' && !trace) ? maySent(state, at, trace) : state;
  if (!submission) return mayBeSent;
  // The submission goes on, and reads first; where the vehicle has left meanwhile, a look tells what has arrived.
  if (submission === 'unknown') return change(mayBeSent, { doubt: state.doubt || state.defleet !== null });
  const attempts = { ...state.attempts, submit: state.attempts.submit + 1 };
  return absorbSubmitted(change(state, { attempts }), { type: 'submitted', at, result: submission });
}

/** An attempt to submit may have been carried out, and its clearance may still come to light. */
function maySent(state: ActivationState, at: number, trace?: SubmissionTrace | null): ActivationState {
  if (trace && !trace.maySent) return state;
  return change(state, { sent: { at: trace?.sentAt ?? at, seen: trace?.seen ?? null } });
}

/** A sweep tells without having been asked: what is in flight stays so. */
function absorbObserved(state: ActivationState, event: Event<'observed'>): ActivationState {
  const { at, source, clearance } = event;
  const isSwept = source === 'sweep';
  const begun = event.begun ?? (isSwept ? null : state.inFlightSince);
  return lookAgain(mergeReading(isSwept ? state : back(state), clearance, source, at, begun), at);
}

function absorbSubmitted(state: ActivationState, { at, result }: Event<'submitted'>): ActivationState {
  const sent = result.maySent ? { at, seen: state.sent?.seen ?? null } : null;
  switch (result.outcome) {
    case 'found':
      return absorbFound(state, result.clearance, at);
    case 'found-ended':
      return absorbForgotten(state, result.clearance, at);
    case 'refused': {
      const belief = { ...NEW_BELIEF, status: 'error', reason: result.description, since: at } as const;
      const refused = change(state, { own: { since: at, earlierChange: null }, sent });
      return lookAgain(believe(refused, belief, 'submit', at), at);
    }
    case 'accepted': {
      // Somebody has told of it already, and knows more than the reply.
      if (state.own) return change(state, { doubt: true });
      const { status, earlierChange, description = null, isTimeless = false } = result;
      const own = { since: at, earlierChange, requestedAt: at };
      const seen = { any: earlierChange !== null || isTimeless, newest: earlierChange };
      const isOpen = status === 'pending' || status === 'approved';
      const sent = { at, seen, ...(result.maySent && { isDouble: true }) };
      const accepted = change(state, { own, sent, absentSince: null, deniedAt: null });
      const reason = isOpen ? null : description;
      const belief = { ...NEW_BELIEF, status, reason, since: at, confirmed: isOpen };
      const believed = believe(accepted, belief, 'submit', at);
      // A reply that says that it is over already: the record knows why.
      return lookAgain(isOpen ? believed : change(believed, { doubt: true }), at);
    }
  }
}

const NEW_BELIEF = { changedAt: null, confirmed: true } as const;

function absorbFound(
  state: ActivationState,
  clearance: Extract<Event<'submitted'>['result'], { outcome: 'found' }>['clearance'],
  at: number,
): ActivationState {
  const asked = state.own ? state : change(state, { own: ownOfFound(state, clearance, at) });
  const found = lookAgain(mergeReading(asked, clearance, 'submit', at, state.inFlightSince), at);
  if (found.clearance.status === clearance.status) return found;
  // An old copy stood in the way of the submission: give the provider a moment to show the newer one.
  return change(found, { submitNotBefore: at + (state.rules?.policy.transitionRetry ?? 0) });
}

/**
 * What an attempt of ours has made, and what has ended since, is ours, also where its end was told before the result was
 * heard: what is open is adopted by the reading, but not where a newer one has shown it over.
 */
function ownOfFound(
  { sent, lastReading, clearance: known }: ActivationState,
  { status, changedAt }: { readonly status: ClearanceStatus; readonly changedAt: number | null },
  at: number,
): ActivationState['own'] {
  // A submission forgets the reading before it (`send`): one that is there was made meanwhile.
  const hasEndedMeanwhile =
    lastReading !== null && !lastReading.isOpen && (changedAt ?? at) < (known.changedAt ?? 0);
  if (!hasEnded(status) && !hasEndedMeanwhile) return null;
  return { since: at, earlierChange: sent?.seen?.newest ?? null };
}

/** A record that has ended, and nobody remembers whether it is of this request: never taken for its refusal. */
function absorbForgotten(
  state: ActivationState,
  clearance: Extract<Event<'submitted'>['result'], { outcome: 'found-ended' }>['clearance'],
  at: number,
): ActivationState {
  const { status, reason, changedAt } = clearance;
  const words = reason === null ? status : `${status} (${cut(reason)})`;
  // A person sees it now: asked again, only what is newer is of this request.
  const sent = { at: state.sent?.at ?? at, seen: { any: true, newest: changedAt } };
  const belief = { status, reason, since: at, changedAt, confirmed: true };
  // Known from here on, so that whoever reads it again has no news.
  const known = believe(change(state, { submitNotBefore: at, sent }), belief, 'submit', at);
  // A vehicle that leaves is never left to a person alone: a reading is the proof for its end.
  if (state.defleet) return change(known, { doubt: true });
  return park(known, at, {
    why: `A record of this vehicle says ${words}, and may be of a request of ours whose reply was lost`,
    owner: 'fleet-manager',
    action:
      'Look at the record in the console of the provider. Then retry to ask for it again, or defleet the vehicle.',
  });
}

function absorbWithdrawn(state: ActivationState, { at, answer }: Event<'withdrawn'>): ActivationState {
  if (answer.outcome === 'accepted') {
    const accepted = change(state, { withdrawal: { at, from: state.clearance } });
    if (answer.status === null) return change(record(accepted, 'withdraw', at, 'accepted'), { doubt: true });
    const belief = { ...state.clearance, status: answer.status, reason: null, since: at, confirmed: true };
    return lookAgain(believe(accepted, belief, 'withdraw', at), at);
  }
  const told = record(state, 'withdraw', at, answer.detail || answer.outcome);
  const later = at + (state.rules?.policy.transitionRetry ?? 0);
  // Whatever it says, it is no proof: a reading is.
  switch (answer.outcome) {
    case 'absent':
      return change(told, { deniedAt: at, doubt: true });
    case 'already-removed':
      return change(told, { deniedAt: at, withdrawNotBefore: later, doubt: true });
    case 'not-supported':
      return change(told, { cannotCancel: true, withdrawNotBefore: later, doubt: true });
    case 'refused':
      return park(told, at, {
        why: `The provider refused to end the clearance: ${answer.detail}`,
        owner: 'provider-support',
        action: "Ask the provider's support, then resume.",
        until: at + pauseOf(state),
      });
    case 'too-early':
      return change(told, { withdrawNotBefore: oldEnough(told, later), doubt: true });
    case 'in-transition':
    case 'unclear':
      return change(told, { withdrawNotBefore: later, doubt: true });
  }
}

/** When a pending clearance is as old as the provider wants it: counted once more from where we believe it began. */
function oldEnough({ own, rules }: ActivationState, later: number): number {
  return Math.max(later, (own?.since ?? 0) + (rules?.brand.cancelPendingAfter ?? 0));
}

function absorbData(state: ActivationState, { at, answer }: Event<'data-checked'>): ActivationState {
  const checked = countCheck(state, at);
  if (!checked.data || checked.data.answer === answer) return checked;
  return record(change(checked, { data: { ...checked.data, answer } }), 'poll', at, DATA_NOTES[answer]);
}

function absorbEligibility(
  state: ActivationState,
  { at, verdict }: Event<'eligibility-checked'>,
): ActivationState {
  return record(change(state, { eligibility: verdict }), 'poll', at, `eligibility: ${verdict}`);
}

/** The next look for data comes later each time. */
function countCheck(state: ActivationState, at: number): ActivationState {
  const { data, rules } = state;
  if (!data || !rules) return state;
  const { delay, backoff, maximum } = rules.policy.firstData;
  const nextAt = at + Math.min(delay * backoff ** data.checks, maximum);
  return change(state, { data: { ...data, checks: data.checks + 1, nextAt } });
}

const DATA_NOTES = {
  flowing: 'data flows',
  'not-yet': 'approved, but there is no data yet',
  lost: 'consent was removed, or privacy mode is on: no data',
  'not-asked': 'the provider cannot be asked for data',
} as const;

function absorbFailure(state: ActivationState, event: Event<'command-failed'>): ActivationState {
  const { at, command, message, next, mayPass = false, trace } = event;
  // Data is good to know and no more: an activation never stops for it.
  if (command === 'check-data') return countCheck(state, at);
  if (command === 'check-eligibility') {
    return absorbEligibility(state, { type: 'eligibility-checked', at, verdict: 'not-known' });
  }
  const sent = command === 'submit' ? maySent(state, at, trace) : state;
  const { rules, vehicle } = state;
  const known = rules && command === 'read-rules' ? { vehicle: { ...vehicle, brand: rules.brand.id } } : {};
  const why = `Could not ${command}: ${message}`;
  // A vehicle that leaves is never left to a person alone.
  const until = mayPass || state.defleet ? at + pauseOf(state) : null;
  // It may have been carried out all the same: the record tells.
  return park(change(sent, { ...known, doubt: command === 'withdraw' && mayPass }), at, {
    why,
    owner: 'fleet-manager',
    action: next,
    until,
  });
}

function absorbDefleet(state: ActivationState, event: Event<'defleet-asked'>): ActivationState {
  const { at, via, by: who, reason } = event;
  const known = change(state, { parked: null, repeats: {} });
  if (state.defleet) return known;
  const defleet = { at, via, by: who && cut(who, LIMITS.name), reason: reason && cut(reason, LIMITS.name) };
  // What was read before, or is being read, began before this wish and proves nothing.
  const inFlightSince = Math.min(state.inFlightSince, at - 1);
  const asked = change(known, { defleet, withdrawNotBefore: at, lastReading: null, inFlightSince });
  return record(asked, 'person', at, `asked to defleet${by(event)}${reason ? `: ${reason}` : ''}`);
}

function absorbAmended(state: ActivationState, event: Event<'amended'>): ActivationState {
  const { at, brand, tags, policy } = event;
  const { vehicle, rules } = state;
  const changed = change(state, {
    vehicle: { ...vehicle, brand: brand ?? vehicle.brand, tags: withTags(vehicle.tags, tags) },
    rules: rules && { ...rules, policy: { ...rules.policy, ...policy } },
  });
  const amended = record(changed, 'person', at, `amended the request${by(event)}`);
  return waitsForAmendment(state) ? startAfresh(amended, at) : amended;
}

/** Whether the clearance was refused for something in the request itself. */
function waitsForAmendment({ clearance, rules, parked }: ActivationState): boolean {
  const { status, reason } = clearance;
  if (!rules || !parked || (status !== 'rejected' && status !== 'error')) return false;
  return matchReason(rules, status, reason).retry.kind === 'amend';
}

function absorbAcknowledged(state: ActivationState, event: Event<'acknowledged'>): ActivationState {
  const { at, until } = event;
  const topics = Object.fromEntries(
    Object.entries(state.topics).map(([key, topic]) => [key, { ...topic, silentUntil: until }]),
  );
  const day = new Date(until).toISOString();
  return record(change(state, { topics }), 'person', at, `acknowledged until ${day}${by(event)}`);
}

/** A person had a say: waiting is over, and counting begins again. One that leaves is looked at, never submitted. */
function startAfresh(state: ActivationState, at: number): ActivationState {
  const fresh = change(state, { parked: null, resubmissions: 0, eligibility: null, repeats: {} });
  const mayBeSubmitted = isOver(fresh) && !state.defleet && !mayStillShow(state, at);
  return mayBeSubmitted ? change(fresh, { own: null }) : change(fresh, { doubt: true });
}

/** Whether our clearance is only not seen: a list that lags must not make a second one. */
function mayStillShow({ clearance, own, sent, absentSince, rules }: ActivationState, at: number): boolean {
  if (clearance.status !== 'absent' || own === null || !rules) return false;
  return at < Math.max(sent?.at ?? 0, absentSince ?? 0) + rules.policy.lostAfter;
}

function park(
  state: ActivationState,
  at: number,
  { until = null, ...why }: Pick<Parked, 'why' | 'owner' | 'action' | 'until'>,
): ActivationState {
  const goesOn = until === null ? {} : { until };
  const parked = {
    since: at,
    kind: 'parked',
    ladder: 'support',
    ...why,
    why: cut(why.why),
    ...goesOn,
  } as const;
  return record(change(state, { parked }), 'activation', at, `parked: ${why.why}`);
}

/** Sets the time of the next look by ourselves: sooner where the provider is about to finish something. */
function lookAgain(state: ActivationState, at: number): ActivationState {
  if (!state.rules) return state;
  const { pollInterval, withdrawPollInterval } = state.rules.policy;
  return change(state, { nextLook: at + (looksSoon(state) ? withdrawPollInterval : pollInterval) });
}

/** Whether the clearance has ended, so that trying again means submitting again. */
function isOver(state: ActivationState): boolean {
  return state.clearance.status === 'absent' || hasEnded(state.clearance.status);
}

function by(event: { readonly by: string | null }): string {
  return event.by ? ` (${event.by})` : '';
}
