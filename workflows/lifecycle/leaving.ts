import type { EventOf } from './events';
import { cut, LIMITS } from './limits';
import { by, record } from './record';
import { type ActivationState, change } from './state';
import { NOT_LEFT } from './subjects';
import { triedNow } from './trouble';

/** The wish that the vehicle leaves: how it is taken in, and how it is taken back. */

export function absorbDefleet<S extends ActivationState>(state: S, event: EventOf<'defleet-asked'>): S {
  const { at, via, by: who, reason } = event;
  const known = change(state, { parked: null, repeats: {}, ...triedNow(state, at) });
  if (state.defleet) {
    return via === 'cancel' ? change(known, { defleet: { ...state.defleet, isCancelled: true } }) : known;
  }
  const defleet = { at, via, by: who && cut(who, LIMITS.name), reason: reason && cut(reason, LIMITS.name) };
  // What was read before, or is being read, began before this wish and proves nothing.
  const inFlightSince = Math.min(state.inFlightSince, at - 1);
  const asked = change(known, { defleet, withdrawNotBefore: at, lastReading: null, inFlightSince });
  return record(asked, 'person', at, `asked to defleet${by(event)}${reason ? `: ${reason}` : ''}`);
}

/** The wish to leave is taken back. What was done for it so far may be a stopped submission: the record is read. */
export function absorbStay<S extends ActivationState>(state: S, event: EventOf<'stay-asked'>): S {
  const { [NOT_LEFT]: _, ...topics } = state.topics;
  const stays = change(state, {
    defleet: null,
    parked: null,
    repeats: {},
    topics,
    needsRead: true,
    countsSince: event.at,
    ...triedNow(state, event.at),
  });
  return record(stays, 'person', event.at, `asked to stay${by(event)}`);
}

/** The provider may have carried out a DELETE. What it says to a later one does not undo that. */
export function mayHaveEnded<S extends ActivationState>(state: S): S {
  const { defleet } = state;
  return defleet && !defleet.isSent ? change(state, { defleet: { ...defleet, isSent: true } }) : state;
}

/** Whether the wish to leave cannot be taken back any more. A run hears of one cancellation only, so that one stays. */
export function isFinal({ defleet, inFlight }: Pick<ActivationState, 'defleet' | 'inFlight'>): boolean {
  if (!defleet) return false;
  return wasDeleted({ defleet, inFlight }) || defleet.via === 'cancel' || defleet.isCancelled === true;
}

/** Whether a DELETE is under way, or one may have been carried out. */
export function wasDeleted({ defleet, inFlight }: Pick<ActivationState, 'defleet' | 'inFlight'>): boolean {
  return inFlight === 'withdraw' || defleet?.isSent === true;
}
