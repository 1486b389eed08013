import type { Plan } from './plan';
import { type BoundedCommand, type Command, change, type Repeats, type Running } from './state';

const MINUTE = 60_000;
/** The wait after the first command that changed nothing; each next is twice as long. */
const FIRST_WAIT = MINUTE;
const LONGEST_WAIT = 6 * 60 * MINUTE;
/** So many commands without a new fact take about a day: then it is somebody's turn. */
const MOST = 12;
/** So many different facts are remembered. */
const KNOWN_FACTS = 8;

/** What a command was given for: as long as this is the same, giving it again has changed nothing. */
function factsOf({ clearance, ownClearance: own, defleet, sent }: Running): string {
  return [clearance.status, own?.since, defleet?.at, sent?.at].join(' ');
}

export function isBounded(command: Command): command is BoundedCommand {
  return (
    command === 'submit' ||
    command === 'enable' ||
    command === 'suspend' ||
    command === 'read' ||
    command === 'withdraw'
  );
}

/**
 * Holds back a command that was given before and changed nothing: for a minute, then twice as long each time, up to six
 * hours. A DELETE or a POST that was given twelve times so is a matter for a person, and goes on meanwhile.
 */
export function heldBack(state: Running, plan: Plan, now: number): Plan {
  if (isLookOfTrouble(state) || !('do' in plan) || plan.scheduled || !isBounded(plan.do)) return plan;
  const before = state.repeats[plan.do];
  if (!before?.facts.includes(factsOf(state))) return plan;
  const due = before.at + Math.min(FIRST_WAIT * 2 ** before.count, LONGEST_WAIT) / state.rules.speed;
  if (now >= due) return plan;
  if (plan.do === 'read' || before.count < MOST) {
    const wait = { waitUntil: due, for: `the next try to ${plan.do}: the last one has changed nothing` };
    return state.trouble ? { ...wait, isInTrouble: true } : wait;
  }
  return {
    park: {
      kind: 'parked',
      why: `Asked the provider ${MOST} times to ${plan.do}, and nothing has changed${lastWords(state)}`,
      owner: 'provider-support',
      action: `Ask why it does not ${plan.do} the vehicle. It is tried again by itself, every six hours.`,
      ladder: 'support',
      inVain: plan.do,
      until: due,
    },
  };
}

/**
 * A call during trouble of the whole application looks whether that is over: it has a wait of its own (`trouble.ts`), and is not in
 * vain. What only one vehicle meets is: a success now and then, by which nothing changes, must not begin its waits anew.
 */
export function isLookOfTrouble({ trouble }: Running): boolean {
  return trouble?.ownSince === null;
}

/** Counts a look of the trouble that was answered: then it was a command like any other. */
export function countedWithAnswer(state: Running): Running {
  const { inFlight, inFlightSince } = state;
  return inFlight && isLookOfTrouble(state) ? counted(state, inFlight, inFlightSince) : state;
}

/** Counts a command that is given now. Facts that go back and forth are not new: nothing has changed either. */
export function counted(state: Running, command: Command, at: number): Running {
  if (!isBounded(command)) return state;
  const facts = factsOf(state);
  const before = state.repeats[command];
  const repeats: Repeats = before?.facts.includes(facts)
    ? { facts: before.facts, count: before.count + 1, at }
    : { facts: [...(before?.facts ?? []), facts].slice(-KNOWN_FACTS), count: 0, at };
  return change(state, { repeats: { ...state.repeats, [command]: repeats } });
}

function lastWords({ history }: Running): string {
  const told = history.findLast(({ source, note }) => source === 'withdraw' && note !== null);
  return told ? `; its last words: ${told.note}` : '';
}
