import { applicationKey, applicationOf } from '../../src/domain/application';
import type { DefleetingOrder, DefleetingPlan } from '../contract/defleetings';
import type { Notice } from '../contract/notice';
import { absorb, takenBack } from './absorb';
import { certificateOf, iso, statementOf } from './facts';
import { dueAt, isTried, noticesOf, unsignedNotice } from './notices';
import { partsOf } from './part';
import {
  type DefleetingAsking,
  type DefleetingCommand,
  type DefleetingEvent,
  type DefleetingState,
  note,
  type Part,
} from './state';

export interface DefleetingDecision {
  readonly state: DefleetingState;
  readonly commands: readonly DefleetingCommand[];
  readonly notices: readonly Notice[];
  /** When to look again by itself; null: when something happens. Milliseconds since 1970. */
  readonly wakeAt: number | null;
}

/**
 * The whole rule book of a defleeting: takes in one event and says what to do next. Pure: no clock, no I/O, no Temporal.
 *
 * One rule stands over all: nothing is certified before every application was read back by us, after its activation has
 * ended by its own proof, and shows nothing open.
 */
export function decideDefleeting(before: DefleetingState, event: DefleetingEvent): DefleetingDecision {
  const { at } = event;
  const { state, commands } = planNext(absorb(before, event), at);
  if (state.step === 'ended') return { state, commands: [], notices: [], wakeAt: null };
  const told = tell(state, at);
  return { ...told, commands, wakeAt: wakeAt(told.state) };
}

interface Planned {
  readonly state: DefleetingState;
  readonly commands: readonly DefleetingCommand[];
}

function planNext(state: DefleetingState, at: number): Planned {
  const { doing, asking } = state;
  if (state.step === 'ended') return { state, commands: [] };
  if (state.step === 'scheduled') return planScheduled(state, at);
  if (asking?.kind === 'take-back' && doing === null && state.step === 'open') {
    return takeBack(state, asking);
  }
  return state.step === 'open' ? planOpen(state, at) : planCertifying(state, at);
}

function planScheduled(state: DefleetingState, at: number): Planned {
  const { order, plan, plannedAt, doing, asking } = state;
  if (asking?.kind === 'take-back' && isToCome(state, at))
    return { state: takenBack(state, at, asking), commands: [] };
  if (doing || at < state.retryAt) return { state, commands: [] };
  if (asking?.kind === 'move') {
    const { eventDate = order.eventDate, deadline = order.deadline } = asking;
    return askForPlan(state, { ...order, eventDate, deadline }, asking.id);
  }
  if (order.notAfter !== null && !plan && !asking && at > order.notAfter)
    return { state: expired(state, at), commands: [] };
  if (!plan) return askForPlan(state, order);
  if (at < plan.beginsAt) return { state, commands: [] };
  // Planned long ago: the vehicle may have come to other applications since.
  if ((plannedAt ?? 0) < plan.beginsAt) return askForPlan(state, { ...order, eventDate: plan.eventDate });
  return planNext(note({ ...state, step: 'open', parts: partsOf(state, at) }, at, 'begins'), at);
}

/** Later than on the longest day that it is anywhere, in milliseconds. */
const EARLIEST_ZONE = 14 * 3_600_000;

/** Whether nobody can have been asked yet. Of one that may have begun a message may be on its way: the command line sends one as well. */
function isToCome({ plan, order }: DefleetingState, at: number): boolean {
  if (plan) return at < plan.beginsAt;
  return order.eventDate !== null && order.eventDate > iso(at + EARLIEST_ZONE).slice(0, 10);
}

function askForPlan(state: DefleetingState, order: DefleetingOrder, moving: string | null = null): Planned {
  return one({ ...state, doing: 'plan' }, { do: 'plan', order, moving });
}

/** Those that were asked to leave are asked to stay; not before it is known who was asked. */
function takeBack(state: DefleetingState, asking: DefleetingAsking): Planned {
  if (state.parts.some(({ doing }) => doing === 'ask' || doing === 'take-over'))
    return { state, commands: [] };
  const those = (states: readonly Part['state'][], kind?: Part['kind']) =>
    state.parts.filter((part) => part.kind === kind && states.includes(part.state)).map(applicationOf);
  const command = {
    asking,
    applications: those(['leaving']),
    others: those(['to-ask']),
    parkings: those(['to-ask', 'leaving', 'gone'], 'parking'),
  };
  return one({ ...state, doing: 'take-back' }, { do: 'take-back', ...command });
}

function planOpen(state: DefleetingState, at: number): Planned {
  const { plan, parts, doing } = state;
  if (!plan) throw new Error('A defleeting begins with its plan');
  const held = isHeld(state);
  const commands: DefleetingCommand[] = [];
  const begun = parts.map((part) => {
    if (held || part.doing !== null || part.next === null || part.nextAt > at) return part;
    commands.push({ do: part.next, part });
    return { ...part, doing: part.next };
  });
  const open = { ...state, parts: begun };
  if (doing === null && !held) {
    if (isEverythingGone(parts)) return planEnd(open, plan, at);
    if (isToState(state) && at >= Math.max(plan.deadlineAt, state.retryAt)) {
      commands.push({ do: 'state', facts: statementOf(open, at) });
      return { state: { ...open, doing: 'state' }, commands };
    }
  }
  return { state: open, commands };
}

/** Whoever wants to take it back is answered first. */
function isHeld({ asking, doing }: DefleetingState): boolean {
  return asking !== null || doing === 'take-back';
}

/** The shortest time for which it is believed that nothing has changed, in milliseconds: no trial makes it shorter. */
const SHORTEST = 10_000;

/**
 * While one application was waited for, somebody may have begun again at another one, or at one that is new: both are asked for
 * once more. That costs no call at a provider where nobody has begun again, and what was read back is not old.
 */
function planEnd(state: DefleetingState, plan: DefleetingPlan, at: number): Planned {
  if (at < state.retryAt) return { state, commands: [] };
  if ((state.plannedAt ?? 0) < believedSince(plan, at))
    return askForPlan(state, { ...state.order, eventDate: plan.eventDate });
  if (!isToAskAgain(state, plan, at)) return planCertifying({ ...state, step: 'certifying' }, at);
  const again = state.parts.map((part) =>
    isStale(part, plan, at) ? ({ ...part, next: 'ask', nextAt: at } as const) : part,
  );
  return planOpen({ ...state, parts: again }, at);
}

function believedSince({ waits }: DefleetingPlan, at: number): number {
  return at - Math.max(waits.look, SHORTEST);
}

function isToAskAgain({ plannedAt = 0, parts }: DefleetingState, plan: DefleetingPlan, at: number): boolean {
  return plannedAt < believedSince(plan, at) || parts.some((part) => isStale(part, plan, at));
}

/** The proof of a parking is its own last word: nothing is read anew. */
function isStale({ kind, seenAt = 0, readBack }: Part, plan: DefleetingPlan, at: number): boolean {
  if (seenAt < believedSince(plan, at) || readBack === null) return true;
  return kind !== 'parking' && readBack.at + plan.waits.fresh < at;
}

function planCertifying(state: DefleetingState, at: number): Planned {
  if (state.doing || at < state.retryAt) return { state, commands: [] };
  // It could not be signed for a while, and somebody may have begun again since.
  if (state.plan && isToAskAgain(state, state.plan, at)) return planOpen({ ...state, step: 'open' }, at);
  return one({ ...state, doing: 'certify' }, { do: 'certify', facts: certificateOf(state) });
}

/** Whether what is open is to be signed once the deadline is over. Nothing is said of what was never asked: that takes a moment. */
function isToState({ statementAt, parts }: DefleetingState): boolean {
  return statementAt === null && isTried(parts) && parts.some(({ state }) => state !== 'gone');
}

function isEverythingGone(parts: readonly Part[]): boolean {
  return parts.every(({ state, next, doing }) => state === 'gone' && next === null && doing === null);
}

function expired(state: DefleetingState, at: number): DefleetingState {
  const why = `no worker came until ${iso(state.order.notAfter ?? at)}: nothing was asked`;
  return note({ ...state, step: 'ended', outcome: 'expired' }, at, why);
}

/** People are told of what is open: half way, before the deadline, and again and again after it. */
function tell(
  state: DefleetingState,
  at: number,
): { readonly state: DefleetingState; readonly notices: readonly Notice[] } {
  const due = dueAt(state);
  if (due === null || at < due) return { state, notices: [] };
  if (state.step === 'certifying') {
    const notices = unsignedNotice(state, at);
    const noticeCount = state.noticeCount + notices.length;
    return { state: { ...state, unsignedToldAt: at, noticeCount }, notices };
  }
  const notices = noticesOf(state, at);
  const level = levelAt(state, at);
  return {
    state: { ...state, told: { level, at }, noticeCount: state.noticeCount + notices.length },
    notices,
  };
}

/** What was missed is not told one by one: the level of now is. */
function levelAt(state: DefleetingState, at: number): number {
  let level = state.told.level;
  for (let next: DefleetingState = state; ; next = { ...next, told: { level, at: next.told.at } }) {
    const due = dueAt(next);
    if (due === null || due > at || level >= 3) break;
    level += 1;
  }
  return state.told.level >= 3 ? state.told.level + 1 : level;
}

function wakeAt(state: DefleetingState): number | null {
  const { plan, step, parts, doing, retryAt, asking } = state;
  if (step === 'certifying') return doing ? null : retryAt;
  if (step === 'scheduled' || !plan)
    return doing ? null : plan && !asking ? Math.max(plan.beginsAt, retryAt) : retryAt;
  const held = isHeld(state);
  const times = parts.flatMap(({ next, nextAt, doing: busy }) => (next && !busy && !held ? [nextAt] : []));
  const due = dueAt(state);
  if (due !== null) times.push(due);
  if (isToState(state) && doing === null && !held) times.push(Math.max(plan.deadlineAt, retryAt));
  if (doing === null && !held && isEverythingGone(parts)) times.push(retryAt);
  return times.length > 0 ? Math.min(...times) : null;
}

function one(state: DefleetingState, command: DefleetingCommand): Planned {
  return { state, commands: [command] };
}

/** The key of a part. */
export function partKey(part: Part): string {
  return applicationKey(part);
}
