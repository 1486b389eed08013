import { applicationKey, applicationOf } from '../../src/domain/application';
import type { Notice } from '../contract/notice';
import { absorb, partsOf, takenBack } from './absorb';
import { certificateOf, iso, statementOf } from './facts';
import { dueAt, noticesOf } from './notices';
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
  const { order, plan, doing, asking } = state;
  if (state.step === 'ended') return { state, commands: [] };
  if (state.step === 'scheduled') {
    if (asking?.kind === 'take-back') return { state: takenBack(state, at, asking), commands: [] };
    if (doing || at < state.retryAt) return { state, commands: [] };
    if (asking?.kind === 'move') {
      const { eventDate = order.eventDate, deadline = order.deadline } = asking;
      return one(
        { ...state, doing: 'plan' },
        { do: 'plan', order: { ...order, eventDate, deadline }, moving: asking.id },
      );
    }
    if (order.notAfter !== null && !plan && at > order.notAfter)
      return { state: expired(state, at), commands: [] };
    if (!plan) return one({ ...state, doing: 'plan' }, { do: 'plan', order, moving: null });
    if (at < plan.beginsAt) return { state, commands: [] };
    return planNext(note({ ...state, step: 'open', parts: partsOf(state, at) }, at, 'begins'), at);
  }
  if (asking?.kind === 'take-back' && doing === null && state.step === 'open') {
    return takeBack(state, asking);
  }
  return state.step === 'open' ? planOpen(state, at) : planCertifying(state, at);
}

/** Those that were asked to leave are asked to stay; not before it is known who was asked. */
function takeBack(state: DefleetingState, asking: DefleetingAsking): Planned {
  if (state.parts.some(({ doing }) => doing === 'ask' || doing === 'take-over'))
    return { state, commands: [] };
  const applications = state.parts.flatMap((part) => (part.state === 'leaving' ? [applicationOf(part)] : []));
  return one({ ...state, doing: 'take-back' }, { do: 'take-back', asking, applications });
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
    if (isEverythingGone(parts)) return planEnd(open, plan.waits.fresh, at);
    if (state.statementAt === null && at >= Math.max(plan.deadlineAt, state.retryAt)) {
      commands.push({ do: 'state', facts: statementOf(open, plan.deadlineAt) });
      return { state: { ...open, doing: 'state' }, commands };
    }
  }
  return { state: open, commands };
}

/** Whoever wants to take it back is answered first. */
function isHeld({ asking, doing }: DefleetingState): boolean {
  return asking !== null || doing === 'take-back';
}

/** What was read back long ago is asked once more: somebody may have begun again meanwhile. */
function planEnd(state: DefleetingState, fresh: number, at: number): Planned {
  const stale = state.parts.filter(({ readBack }) => readBack === null || readBack.at + fresh < at);
  if (stale.length === 0) return planCertifying({ ...state, step: 'certifying' }, at);
  const again = state.parts.map((part) =>
    stale.includes(part) ? ({ ...part, state: 'to-ask', next: 'ask', nextAt: at } as const) : part,
  );
  return planOpen({ ...state, parts: again }, at);
}

function planCertifying(state: DefleetingState, at: number): Planned {
  if (state.doing || at < state.retryAt) return { state, commands: [] };
  return one({ ...state, doing: 'certify' }, { do: 'certify', facts: certificateOf(state) });
}

function isEverythingGone(parts: readonly Part[]): boolean {
  return parts.every(({ state, doing }) => state === 'gone' && doing === null);
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
  const { plan, step, parts, statementAt, doing, retryAt, asking } = state;
  if (step === 'certifying') return doing ? null : retryAt;
  if (step === 'scheduled' || !plan) return doing ? null : plan && !asking ? plan.beginsAt : retryAt;
  const held = isHeld(state);
  const times = parts.flatMap(({ next, nextAt, doing: busy }) => (next && !busy && !held ? [nextAt] : []));
  const due = dueAt(state);
  if (due !== null) times.push(due);
  if (statementAt === null && doing === null && !held) times.push(Math.max(plan.deadlineAt, retryAt));
  return times.length > 0 ? Math.min(...times) : null;
}

function one(state: DefleetingState, command: DefleetingCommand): Planned {
  return { state, commands: [command] };
}

/** The key of a part. */
export function partKey(part: Part): string {
  return applicationKey(part);
}
