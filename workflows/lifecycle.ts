import { absorb } from './absorb';
import { escalate } from './escalation';
import type { LifecycleEvent } from './events';
import { recall } from './merge';
import type { Notice } from './notice';
import { type Plan, planNext } from './plan';
import { type ActivationState, type Command, change } from './state';

export interface Decision {
  readonly state: ActivationState;
  /** For the shell to carry out. Waiting and ending are told through `state.wake` and `state.ended`. */
  readonly commands: readonly Command[];
  /** For people to hear of. */
  readonly notices: readonly Notice[];
}

/**
 * The whole rule book of an activation: takes in one event and says what to do next.
 * Pure: no clock, no I/O, no Temporal.
 *
 * First the event is taken into the state (`absorb`), then the state alone says what to do (`planNext`) and
 * whom to tell (`escalate`).
 */
export function decide(state: ActivationState, event: LifecycleEvent): Decision {
  const known = absorb(state, event);
  const { rules } = known;
  if (!rules || known.ended) return { state: known, commands: [], notices: [] };
  const { at } = event;
  const planned = carryOut(known, planNext(known, rules, at), at);
  const { state: told, notices } = escalate(planned.state, rules, at);
  return { state: told, commands: planned.commands, notices };
}

/** Turns a plan into a state and the commands for the shell. */
function carryOut(state: ActivationState, plan: Plan, at: number): Omit<Decision, 'notices'> {
  if ('waitUntil' in plan) {
    return { state: change(state, { wake: { at: plan.waitUntil, for: plan.for } }), commands: [] };
  }
  if ('do' in plan) return { state: send(state, plan.do, plan.again ?? false), commands: [plan.do] };
  if ('rest' in plan) return { state: state.wake ? change(state, { wake: null }) : state, commands: [] };
  if ('end' in plan) return { state: change(state, { wake: null, ended: true }), commands: [] };
  if ('park' in plan) {
    const parked = change(state, { wake: null, parked: { since: at, ...plan.park } });
    return { state: recall(parked, 'activation', at, `parked: ${plan.park.why}`), commands: [] };
  }
  const defleet = { at, via: 'policy', by: null, reason: plan.giveUp } as const;
  const given = recall(change(state, { wake: null, defleet }), 'activation', at, plan.giveUp);
  return given.rules ? carryOut(given, planNext(given, given.rules, at), at) : { state: given, commands: [] };
}

function send(state: ActivationState, command: Command, again: boolean): ActivationState {
  if (command === 'stop-submitting') return change(state, { wake: null, stopping: true });
  const attempts = { ...state.attempts, [command]: state.attempts[command] + 1 };
  const sent = { wake: null, inFlight: command, attempts };
  if (command !== 'submit') return change(state, sent);
  return change(state, { ...sent, own: null, resubmissions: state.resubmissions + (again ? 1 : 0) });
}
