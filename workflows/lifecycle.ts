import { absorb } from './absorb';
import { escalate } from './escalation';
import type { LifecycleEvent } from './events';
import { recall } from './merge';
import type { Notice } from './notice';
import { type Plan, planNext } from './plan';
import type { ActivationState, Command } from './state';

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
  const idle = { ...state, wake: null };
  if ('rest' in plan) return { state: idle, commands: [] };
  if ('end' in plan) return { state: { ...idle, ended: true }, commands: [] };
  if ('park' in plan) {
    const parked = { ...idle, parked: { since: at, ...plan.park } };
    return { state: recall(parked, 'activation', at, `parked: ${plan.park.why}`), commands: [] };
  }
  if ('giveUp' in plan) {
    const given = { ...idle, defleet: { at, via: 'policy', by: null, reason: plan.giveUp } as const };
    return decideAgain(recall(given, 'activation', at, plan.giveUp), at);
  }
  if ('waitUntil' in plan) {
    return { state: { ...idle, wake: { at: plan.waitUntil, for: plan.for } }, commands: [] };
  }
  return { state: send(idle, plan.do, plan.again ?? false), commands: [plan.do] };
}

function decideAgain(state: ActivationState, at: number): Omit<Decision, 'notices'> {
  return state.rules ? carryOut(state, planNext(state, state.rules, at), at) : { state, commands: [] };
}

function send(state: ActivationState, command: Command, again: boolean): ActivationState {
  if (command === 'stop-submitting') return { ...state, stopping: true };
  const attempts = { ...state.attempts, [command]: state.attempts[command] + 1 };
  const sent = { ...state, inFlight: command, attempts };
  if (command !== 'submit') return sent;
  return { ...sent, own: null, resubmissions: state.resubmissions + (again ? 1 : 0) };
}
