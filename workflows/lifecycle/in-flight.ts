import type { Plan } from './plan';
import type { Command, Running } from './state';

const QUESTIONS: readonly Command[] = ['read', 'check-data', 'check-eligibility'];

/**
 * A submission is stopped when the vehicle leaves, and when its clearance becomes known from outside. A question that was asked
 * before the wish to leave is stopped as well: its answer is no proof, and it may be asked for days.
 */
export function planInFlight({
  inFlight,
  inFlightSince,
  stopping,
  defleet,
  ownClearance: own,
  needsRead: doubt,
}: Running): Plan {
  if (stopping || inFlight === null) return { rest: true };
  if (inFlight === 'submit' && (defleet !== null || own !== null || doubt)) return { do: 'stop-submitting' };
  const isQuestion = QUESTIONS.includes(inFlight);
  return isQuestion && defleet && inFlightSince < defleet.at ? { do: 'stop-asking' } : { rest: true };
}
