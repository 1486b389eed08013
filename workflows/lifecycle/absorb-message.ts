import { matchReason } from '../../src/domain/reason';
import { hasEnded } from '../../src/domain/status';
import type { EventOf } from './events';
import { withTags } from './intake';
import { cut, LIMITS } from './limits';
import { record } from './record';
import { type ActivationState, change, type OwnClearance } from './state';

export function absorbDefleet(state: ActivationState, event: EventOf<'defleet-asked'>): ActivationState {
  const { at, via, by: who, reason } = event;
  const known = change(state, { parked: null, repeats: {} });
  if (state.defleet) return known;
  const defleet = { at, via, by: who && cut(who, LIMITS.name), reason: reason && cut(reason, LIMITS.name) };
  // What was read before, or is being read, began before this wish and proves nothing.
  const inFlightSince = Math.min(state.inFlightSince, at - 1);
  const asked = change(known, { defleet, withdrawNotBefore: at, lastReading: null, inFlightSince });
  return record(asked, 'person', at, `asked to defleet${by(event)}${reason ? `: ${reason}` : ''}`);
}

export function absorbAmended(state: ActivationState, event: EventOf<'amended'>): ActivationState {
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

export function absorbAcknowledged(state: ActivationState, event: EventOf<'acknowledged'>): ActivationState {
  const { at, until } = event;
  const topics = Object.fromEntries(
    Object.entries(state.topics).map(([key, topic]) => [key, { ...topic, silentUntil: until }]),
  );
  const day = new Date(until).toISOString();
  return record(change(state, { topics }), 'person', at, `acknowledged until ${day}${by(event)}`);
}

/** A person had a say: waiting is over, and counting begins again. One that leaves is looked at, never submitted. */
export function startAfresh(state: ActivationState, at: number): ActivationState {
  const { isDisabled: _, ...own } = state.ownClearance ?? {};
  const known = state.ownClearance?.isDisabled ? { ownClearance: own as OwnClearance } : {};
  const fresh = change(state, { parked: null, resubmissions: 0, eligibility: null, repeats: {}, ...known });
  const mayBeSubmitted = isOver(fresh) && !state.defleet && !mayStillShow(state, at);
  return mayBeSubmitted ? change(fresh, { ownClearance: null }) : change(fresh, { needsRead: true });
}

/** Whether our clearance is only not seen: a list that lags must not make a second one. */
function mayStillShow(
  { clearance, ownClearance: own, sent, absentSince, rules }: ActivationState,
  at: number,
): boolean {
  if (clearance.status !== 'absent' || own === null || !rules) return false;
  return at < Math.max(sent?.at ?? 0, absentSince ?? 0) + rules.policy.lostAfter;
}

/** Whether the clearance has ended, so that trying again means submitting again. */
function isOver(state: ActivationState): boolean {
  return state.clearance.status === 'absent' || hasEnded(state.clearance.status);
}

/** Who sent a message, as the history says it. */
export function by(event: { readonly by: string | null }): string {
  return event.by ? ` (${event.by})` : '';
}
