import { matchReason } from '../src/domain/reason';
import { tagsFor } from '../src/domain/rules';
import type { LifecycleEvent } from './events';
import { believe, mergeClaim, mergeReading, recall } from './merge';
import { type ActivationState, change, type Parked } from './state';

type Event<T extends LifecycleEvent['type']> = Extract<LifecycleEvent, { type: T }>;

/** Takes an event into the state, without deciding anything yet. */
export function absorb(state: ActivationState, event: LifecycleEvent): ActivationState {
  const { at } = event;
  switch (event.type) {
    case 'started':
      return absorbStarted(withRules(state, event.rules), event);
    case 'rules-read':
      return withRules(back(state), event.rules);
    case 'submitted':
      return absorbSubmitted(back(state), event);
    case 'submission-stopped':
      return change(back(state), { doubt: true });
    case 'observed':
      // A sweep tells without having been asked: what is in flight stays so.
      return lookAgain(
        mergeReading(event.source === 'sweep' ? state : back(state), event.clearance, event.source, at),
        at,
      );
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
      return startAfresh(recall(state, 'person', at, `asked to try again${by(event)}`));
    case 'amended':
      return absorbAmended(state, event);
    case 'acknowledged':
      return absorbAcknowledged(state, event);
    case 'deadline-reached':
      return state;
  }
}

/** Nothing is in flight any more. */
function back(state: ActivationState): ActivationState {
  return state.inFlight || state.stopping ? change(state, { inFlight: null, stopping: false }) : state;
}

function withRules(state: ActivationState, rules: NonNullable<ActivationState['rules']>): ActivationState {
  const vehicle = { ...state.vehicle, brand: rules.brand.id, tags: tagsFor(rules, state.vehicle.tags) };
  const eligibility = state.vehicle.checkEligibility ?? rules.policy.eligibility;
  return change(state, { rules: { ...rules, policy: { ...rules.policy, eligibility } }, vehicle });
}

function absorbStarted(state: ActivationState, { at, submission }: Event<'started'>): ActivationState {
  if (!submission) return state;
  // The submission goes on, and reads first; where the vehicle has left meanwhile, a look tells what has arrived.
  if (submission === 'unknown') return change(state, { doubt: state.doubt || state.defleet !== null });
  const attempts = { ...state.attempts, submit: state.attempts.submit + 1 };
  return absorbSubmitted(change(state, { attempts }), { type: 'submitted', at, result: submission });
}

function absorbSubmitted(state: ActivationState, { at, result }: Event<'submitted'>): ActivationState {
  if (result.outcome === 'found') {
    const found = lookAgain(mergeReading(state, result.clearance, 'submit', at), at);
    if (found.clearance.status === result.clearance.status) return found;
    // An old copy stood in the way of the submission: give the provider a moment to show the newer one.
    return change(found, { submitNotBefore: at + (state.rules?.policy.transitionRetry ?? 0) });
  }
  const refused = result.outcome === 'refused';
  const belief = {
    status: refused ? 'error' : result.status,
    reason: refused ? result.description : null,
    since: at,
    changedAt: null,
    confirmed: true,
  } as const;
  const own = { since: at, earlierChange: refused ? null : result.earlierChange };
  return lookAgain(believe(change(state, { own }), belief, 'submit', at), at);
}

function absorbWithdrawn(state: ActivationState, { at, answer }: Event<'withdrawn'>): ActivationState {
  const later = at + (state.rules?.policy.transitionRetry ?? 0);
  if (answer.outcome === 'accepted') {
    if (answer.status === null) return change(state, { withdrawNotBefore: later, doubt: true });
    const belief = { ...state.clearance, status: answer.status, reason: null, since: at, confirmed: true };
    const accepted = change(state, { withdrawal: { at, from: state.clearance } });
    return lookAgain(believe(accepted, belief, 'withdraw', at), at);
  }
  const told = recall(state, 'withdraw', at, answer.detail || answer.outcome);
  // Neither the DELETE nor a read finds a clearance: what was removed is an earlier life of the VIN.
  const isGone = answer.outcome === 'already-removed' && state.clearance.status === 'absent';
  switch (isGone ? 'absent' : answer.outcome) {
    case 'absent': {
      const belief = { status: 'absent', reason: null, since: at, changedAt: null, confirmed: true } as const;
      return change(believe(told, belief, 'withdraw', at), { own: null });
    }
    case 'not-supported':
      return lookAgain(change(told, { cannotCancel: true, withdrawNotBefore: later }), at);
    case 'refused':
      return park(told, at, {
        why: `The provider refused to end the clearance: ${answer.detail}`,
        owner: 'provider-support',
        action: "Ask the provider's support, then resume.",
      });
    case 'already-removed':
    case 'in-transition':
    case 'too-early':
    case 'unclear':
      return change(told, { withdrawNotBefore: later, doubt: true });
  }
}

function absorbData(state: ActivationState, { at, answer }: Event<'data-checked'>): ActivationState {
  const checked = countCheck(state, at);
  if (!checked.data || checked.data.answer === answer) return checked;
  return recall(change(checked, { data: { ...checked.data, answer } }), 'poll', at, DATA_NOTES[answer]);
}

function absorbEligibility(
  state: ActivationState,
  { at, verdict }: Event<'eligibility-checked'>,
): ActivationState {
  return recall(change(state, { eligibility: verdict }), 'poll', at, `eligibility: ${verdict}`);
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
  const { at, command, message, next } = event;
  // Data is good to know and no more: an activation never stops for it.
  if (command === 'check-data') return countCheck(state, at);
  if (command === 'check-eligibility') {
    return absorbEligibility(state, { type: 'eligibility-checked', at, verdict: 'not-known' });
  }
  const why = `Could not ${command}: ${message}`;
  return park(change(state, { doubt: false }), at, { why, owner: 'fleet-manager', action: next });
}

function absorbDefleet(state: ActivationState, event: Event<'defleet-asked'>): ActivationState {
  const { at, via, by, reason } = event;
  if (state.defleet) return change(state, { parked: null });
  // What is parked was read long ago, and a submission that failed may have arrived all the same.
  const { own, parked, clearance, attempts } = state;
  const old = own ? parked !== null && clearance.status !== 'error' : attempts.submit > 0;
  const doubt = state.doubt || old;
  const asked = change(state, { parked: null, doubt, defleet: { at, via, by, reason } });
  return recall(asked, 'person', at, `asked to defleet${reason ? `: ${reason}` : ''}`);
}

function absorbAmended(state: ActivationState, event: Event<'amended'>): ActivationState {
  const { at, brand, tags, policy } = event;
  const { vehicle, rules } = state;
  const changed = change(state, {
    vehicle: { ...vehicle, brand: brand ?? vehicle.brand, tags: { ...vehicle.tags, ...tags } },
    rules: rules && { ...rules, policy: { ...rules.policy, ...policy } },
  });
  const amended = recall(changed, 'person', at, `amended the request${by(event)}`);
  return waitsForAmendment(state) ? startAfresh(amended) : amended;
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
  return recall(change(state, { topics }), 'person', at, `acknowledged until ${day}${by(event)}`);
}

/** A person had a say: waiting is over, and counting begins anew. */
function startAfresh(state: ActivationState): ActivationState {
  const fresh = change(state, { parked: null, resubmissions: 0, eligibility: null });
  return isOver(fresh) ? change(fresh, { own: null }) : change(fresh, { doubt: true });
}

function park(
  state: ActivationState,
  at: number,
  why: Pick<Parked, 'why' | 'owner' | 'action'>,
): ActivationState {
  const parked = { since: at, kind: 'parked', ladder: 'support', ...why } as const;
  return recall(change(state, { parked }), 'activation', at, `parked: ${why.why}`);
}

/** Sets the time of the next look by ourselves: sooner where the provider is about to finish something. */
function lookAgain(state: ActivationState, at: number): ActivationState {
  if (!state.rules) return state;
  const { pollInterval, withdrawPollInterval } = state.rules.policy;
  const { status, confirmed } = state.clearance;
  const soon = status === 'revoking' || status === 'canceling' || !confirmed;
  return change(state, { nextLook: at + (soon ? withdrawPollInterval : pollInterval) });
}

/** Whether the clearance has ended, so that trying again means submitting again. */
function isOver(state: ActivationState): boolean {
  return ['absent', 'rejected', 'revoked', 'canceled', 'error'].includes(state.clearance.status);
}

function by(event: { readonly by: string | null }): string {
  return event.by ? ` (${event.by})` : '';
}
