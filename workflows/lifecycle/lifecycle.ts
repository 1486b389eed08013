import type { Notice } from '../contract/notice';
import { absorb, heardAtEnd } from './absorb';
import { escalate } from './escalation';
import type { LifecycleEvent } from './events';
import { cut } from './limits';
import { noted } from './listed';
import { type Plan, planNext } from './plan';
import { record } from './record';
import { counted, isLookOfTrouble } from './repeats';
import { type ActivationState, type Command, change, type Running } from './state';
import { withoutMoot } from './trouble';

export interface Decision {
  readonly state: ActivationState;
  /** For the shell to carry out. Waiting and ending are told through `state.deadline` and `state.ended`. */
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
 *
 * @param isMoreToCome another event has come with it, and is decided right after it: until then nothing is done.
 */
export function decide(state: ActivationState, event: LifecycleEvent, isMoreToCome = false): Decision {
  // What came in the same moment as the end changes nothing any more, least of all what the end was proven by.
  if (state.ended) return { state: heardAtEnd(state, event), commands: [], notices: [] };
  const known = absorb(state, event);
  const { at } = event;
  if (!known.rules || isMoreToCome) return { state: noted(state, known, at), commands: [], notices: [] };
  const plan = planNext(known, at);
  const planned = carryOut(withoutMoot(known, plan), plan, at);
  const { state: told, notices } = escalate(planned.state, at);
  return { state: noted(state, told, at), commands: planned.commands, notices };
}

/** Turns a plan into a state and the commands for the shell. */
function carryOut(
  before: Running,
  plan: Plan,
  at: number,
): { readonly state: Running; readonly commands: readonly Command[] } {
  const isOver = before.parked && (before.parked.until ?? Number.POSITIVE_INFINITY) <= at;
  const state = isOver ? change(before, { parked: null }) : before;
  if ('waitUntil' in plan) {
    return { state: change(state, { deadline: { at: plan.waitUntil, for: plan.for } }), commands: [] };
  }
  if ('do' in plan) return { state: send(state, plan, at), commands: [plan.do] };
  if ('rest' in plan)
    return { state: state.deadline ? change(state, { deadline: null }) : state, commands: [] };
  if ('end' in plan) {
    const ended = change(state, { deadline: null, ended: true });
    return { state: plan.why ? record(ended, 'activation', at, plan.why) : ended, commands: [] };
  }
  if ('park' in plan) {
    const { until = null, owner, action, why } = plan.park;
    const deadline = until === null ? null : { at: until, for: `the ${owner.replace('-', ' ')}: ${action}` };
    const parked = change(state, { deadline, parked: { since: at, ...plan.park, why: cut(why) } });
    return { state: record(parked, 'activation', at, `parked: ${why}`), commands: [] };
  }
  const defleet = { at, via: 'policy', by: null, reason: plan.giveUp } as const;
  const given = record(change(state, { deadline: null, defleet }), 'activation', at, plan.giveUp);
  return carryOut(given, planNext(given, at), at);
}

function send(
  state: Running,
  { do: command, again = false, scheduled = false }: Extract<Plan, { do: Command }>,
  at: number,
): Running {
  if (command === 'stop-submitting' || command === 'stop-asking')
    return change(state, { deadline: null, stopping: true });
  const attempts = { ...state.attempts, [command]: (state.attempts[command] ?? 0) + 1 };
  const sent = { deadline: null, inFlight: command, inFlightSince: at, attempts };
  const given = change(scheduled || isLookOfTrouble(state) ? state : counted(state, command, at), sent);
  if (command !== 'submit') return given;
  // What was known of an earlier request is over; what it may have left behind goes along.
  const fresh = { ownClearance: null, absentSince: null, deniedAt: null, lastReading: null };
  const submitted = change(given, fresh);
  // A rule submits again: what comes of it people hear of from its beginning.
  return again ? change(submitted, { resubmissions: state.resubmissions + 1, topics: {} }) : submitted;
}
