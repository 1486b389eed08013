import { type ClearanceStatus, hasEnded, isHeld } from '../../src/domain/status';
import { isEndTriedAgain, seenOpen } from './ending';
import type { EventOf } from './events';
import { cut } from './limits';
import { believe, mergeReading } from './merge';
import { pollAgain } from './next-poll';
import { park } from './parking';
import { change, type Running } from './state';
import type { SubmissionTrace } from './submission-trace';

/** An attempt to submit may have been carried out, and its clearance may still come to light. */
export function maySent(state: Running, at: number, trace?: SubmissionTrace | null): Running {
  if (trace && !trace.maySent) return state;
  const { sent, inFlightSince } = state;
  const told = trace?.sentAt ?? at;
  // By its worker's clock, which may be wrong: it was sent between the command and what is told of it.
  const sentAt = told === sent?.at ? told : Math.min(at, Math.max(told, inFlightSince));
  const { seen = null, isDouble = false, isOver = false } = trace ?? {};
  const request = { at: sentAt, seen, ...(isDouble && { isDouble }), ...(isOver && { isOver }) };
  return seenOpen(change(state, { sent: request }), sentAt);
}

export function absorbSubmitted(
  state: Running,
  { at, result, begun = state.inFlightSince }: EventOf<'submitted'>,
): Running {
  const { trace } = result;
  const isDouble = trace?.isDouble ? ({ isDouble: true } as const) : {};
  switch (result.outcome) {
    case 'found':
      return absorbFound(trace ? maySent(state, at, trace) : state, result.clearance, at, begun);
    case 'found-ended':
      return absorbForgotten(trace ? maySent(state, at, trace) : state, result.clearance, at);
    case 'refused': {
      const belief = { ...NEW_BELIEF, status: 'error', reason: result.description, since: at } as const;
      const seen = trace?.seen ?? state.sent?.seen ?? null;
      const sent = result.maySent ? { at, seen, ...isDouble } : null;
      const known = sent ? seenOpen(state, at) : state;
      const refused = change(known, { ownClearance: { since: at, earlierChange: null }, sent });
      return pollAgain(believe(refused, belief, 'submit', at), at);
    }
    case 'accepted': {
      const { status, earlierChange, description = null, isTimeless = false } = result;
      const seen = { any: earlierChange !== null || isTimeless, newest: earlierChange };
      // Somebody has told of a clearance meanwhile, and knows more than the reply: but ours may be another one.
      if (state.ownClearance) {
        return seenOpen(change(state, { needsRead: true, sent: { at, seen, isDouble: true } }), at);
      }
      const own = { since: at, earlierChange, requestedAt: at };
      const isOpen = isHeld(status);
      const sent = { at, seen, ...(result.maySent && { isDouble: true }) };
      const accepted = seenOpen(change(state, { ownClearance: own, sent, absentSince: null }), at);
      const reason = isOpen ? null : description;
      const belief = { ...NEW_BELIEF, status, reason, since: at, confirmed: isOpen };
      const believed = believe(accepted, belief, 'submit', at);
      // A reply that says that it is over already: the record knows why.
      return pollAgain(isOpen ? believed : change(believed, { needsRead: true }), at);
    }
  }
}

const NEW_BELIEF = { changedAt: null, confirmed: true } as const;

function absorbFound(
  state: Running,
  clearance: Extract<EventOf<'submitted'>['result'], { outcome: 'found' }>['clearance'],
  at: number,
  begun: number,
): Running {
  const asked =
    state.ownClearance || isEndTriedAgain(state, clearance)
      ? state
      : change(state, { ownClearance: ownOfFound(state, clearance, at) });
  const known = asked === state ? state : withoutRefusal(asked, at);
  const found = pollAgain(mergeReading(known, clearance, 'submit', at, begun), at);
  if (found.clearance.status === clearance.status) return found;
  // An old copy stood in the way of the submission: give the provider a moment to show the newer one.
  return change(found, { submitNotBefore: at + state.rules.policy.transitionRetry });
}

/** A refusal has no record: what is found is of the request that was sent after it. */
function withoutRefusal(state: Running, at: number): Running {
  const { status, changedAt } = state.clearance;
  if (status !== 'error' || changedAt !== null) return state;
  return change(state, { clearance: { ...NEW_BELIEF, status: 'absent', reason: null, since: at } });
}

/**
 * What an attempt of ours has made, and what has ended since, is ours, also where its end was told before the result was
 * heard: what is open is adopted by the reading, but not where a newer one has shown it over.
 */
function ownOfFound(
  { sent, lastReading, clearance: known }: Running,
  { status, changedAt }: { readonly status: ClearanceStatus; readonly changedAt: number | null },
  at: number,
): Running['ownClearance'] {
  // A submission forgets the reading before it (`send`): one that is there was made meanwhile.
  const hasEndedMeanwhile =
    lastReading !== null && !lastReading.isOpen && (changedAt ?? at) < (known.changedAt ?? 0);
  if (!hasEnded(status) && !hasEndedMeanwhile) return null;
  return { since: at, earlierChange: sent?.seen?.newest ?? null };
}

/** A record that has ended, and nobody remembers whether it is of this request: never taken for its refusal. */
function absorbForgotten(
  state: Running,
  clearance: Extract<EventOf<'submitted'>['result'], { outcome: 'found-ended' }>['clearance'],
  at: number,
): Running {
  const { status, reason, changedAt, rows } = clearance;
  const counted = rows === undefined ? {} : { rows };
  const words = reason === null ? status : `${status} (${cut(reason)})`;
  // A person sees it now: asked again, only what is newer is of this request.
  const sent = {
    ...state.sent,
    at: state.sent?.at ?? at,
    seen: { any: true, newest: changedAt, ...counted },
  };
  const belief = { status, reason, since: at, changedAt, confirmed: true, ...counted };
  // Known from here on, so that whoever reads it again has no news.
  const asked = seenOpen(change(state, { submitNotBefore: at, sent }), sent.at);
  const known = believe(asked, belief, 'submit', at);
  // A vehicle that leaves is never left to a person alone: a reading is the proof for its end.
  if (state.defleet) return change(known, { needsRead: true });
  return park(known, at, {
    why: `A record of this vehicle says ${words}, and may be of a request of ours whose reply was lost`,
    owner: 'fleet-manager',
    action:
      'Look at the record in the console of the provider. Then retry to ask for it again, or defleet the vehicle.',
  });
}
