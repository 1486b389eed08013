import type { Plan } from './plan';
import type { Command, CommandType, Running } from './state';

/**
 * How each command under way is stopped, when the vehicle leaves or a fresh run is due. Null: it is over within minutes of tries
 * by itself, or is what leaving wants.
 */
const STOPS: Readonly<Record<CommandType, Extract<Command, 'stop-submitting' | 'stop-asking'> | null>> = {
  submit: 'stop-submitting',
  enable: 'stop-asking',
  read: 'stop-asking',
  'check-data': 'stop-asking',
  'check-eligibility': 'stop-asking',
  // By the worker itself: no turn is taken before it is over.
  'read-rules': null,
  withdraw: null,
  suspend: null,
};

/**
 * What goes on is stopped where the vehicle has left since it was given: the answer to a question of before is no proof, and it
 * may be asked for days. So is a submission whose clearance becomes known from outside, and whatever a fresh run would wait for.
 */
export function planInFlight(state: Running): Plan {
  const { inFlight, inFlightSince, stopping, defleet, isHandingOver } = state;
  if (stopping || inFlight === null) return { rest: true };
  const stop = STOPS[inFlight];
  const hasLeft = defleet !== null && (inFlight === 'submit' || inFlightSince < defleet.at);
  const isKnown = inFlight === 'submit' && (state.ownClearance !== null || state.needsRead);
  return stop && (hasLeft || isKnown || isHandingOver) ? { do: stop } : { rest: true };
}
