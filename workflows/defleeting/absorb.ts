import { applicationKey } from '../../src/domain/application';
import { isDay } from '../../src/domain/day';
import { LONGEST_DURATION } from '../../src/domain/duration';
import type { DefleetingDates, DefleetingPlan } from '../contract/defleetings';
import { failed, found, partsOf, readBack, withPart } from './part';
import {
  answer,
  type DefleetingAsking,
  type DefleetingEvent,
  type DefleetingState,
  note,
  RETRY,
} from './state';

type EventOf<T extends DefleetingEvent['type']> = Extract<DefleetingEvent, { type: T }>;

/** Takes an event into the state, without deciding anything yet. */
export function absorb(state: DefleetingState, event: DefleetingEvent): DefleetingState {
  const { at } = event;
  switch (event.type) {
    case 'begun':
    case 'time-passed':
      return state;
    case 'planned':
      return absorbPlan(state, event);
    case 'found': {
      const next = withPart(state, event.part, (part) => found(state, part, event.found, at));
      const isCancelled = event.found.kind === 'ended' && event.found.isCancelled;
      return isCancelled
        ? note(next, at, `${event.part}: its activation was cancelled in Temporal, and has ended`)
        : next;
    }
    case 'read':
      return withPart(state, event.part, (part) => readBack(state, part, event));
    case 'part-failed':
      return note(
        withPart(state, event.part, (part) => failed(state, part, event.why, at)),
        at,
        `${event.part}: ${event.why}`,
      );
    case 'failed':
      return note({ ...state, doing: null, retryAt: at + RETRY }, at, event.why);
    case 'activation-ended':
      return withPart(state, event.part, (part) =>
        part.state === 'leaving' ? { ...part, next: 'look', nextAt: at } : part,
      );
    case 'message':
      return absorbMessage(state, at, event.asking);
    case 'stayed':
      return absorbStayed(state, at, event.refusal);
    case 'stated':
      return note(
        { ...state, doing: null, statementAt: at },
        at,
        'signed that the deadline is over and access is open',
      );
    case 'certified': {
      const { certificate } = event;
      const left = { ...state, doing: null, step: 'ended', outcome: 'left', certificate } as const;
      return note(
        left,
        at,
        certificate ? `certificate ${certificate.number}` : 'left, without a certificate',
      );
    }
  }
}

function absorbPlan(state: DefleetingState, { at, plan, moving }: EventOf<'planned'>): DefleetingState {
  const { asking } = state;
  if (moving === null) return planned(state, at, plan);
  // One that was asked for before the message says nothing of it.
  if (asking?.kind !== 'move' || asking.id !== moving) return { ...state, doing: null };
  const { eventDate = state.order.eventDate, deadline = state.order.deadline } = asking;
  const order = { ...state.order, eventDate, deadline };
  const moved = { ...state, plan, plannedAt: at, doing: null, asking: null, order };
  const until = new Date(plan.deadlineAt).toISOString();
  const next = `It is for ${plan.eventDate} (${plan.zone}); all access must have ended by ${until}.`;
  return answer(moved, at, asking, 'taken', next);
}

/** Asked for again it tells of more applications. The dates stay: only a message moves them. */
function planned(state: DefleetingState, at: number, asked: DefleetingPlan): DefleetingState {
  const { eventDate, zone, beginsAt, deadlineAt } = state.plan ?? asked;
  const known = {
    ...state,
    plan: { ...asked, eventDate, zone, beginsAt, deadlineAt },
    plannedAt: at,
    doing: null,
  };
  return known.step === 'open' ? { ...known, parts: partsOf(known, at) } : known;
}

function absorbMessage(state: DefleetingState, at: number, asking: DefleetingAsking): DefleetingState {
  if (state.answers.some(({ id }) => id === asking.id) || state.asking?.id === asking.id) return state;
  const free = withoutMove(state, at, asking);
  const refusal = refusalOf(free, asking) ?? (asking.kind === 'move' ? problemWith(asking) : null);
  return refusal === null ? { ...free, asking } : answer(free, at, asking, 'refused', refusal);
}

/** Who takes it back need not wait until it is moved. */
function withoutMove(state: DefleetingState, at: number, { kind }: DefleetingAsking): DefleetingState {
  const { asking: other } = state;
  if (other?.kind !== 'move' || kind !== 'take-back') return state;
  return answer({ ...state, asking: null }, at, other, 'refused', 'It was taken back before it was moved.');
}

function refusalOf(
  { step, asking: other, outcome, parts }: DefleetingState,
  { kind }: DefleetingAsking,
): string | null {
  if (other) return 'Another message is being carried out: ask again in a minute.';
  if (outcome === 'left')
    return 'The vehicle has left: its access has ended. Activate it again if it comes back.';
  if (outcome !== null) return 'The defleeting has ended: there is nothing left to do.';
  if (kind === 'move' && step !== 'scheduled') {
    return 'It has begun: only what has not begun can be moved. It goes on.';
  }
  const gone = parts.find(({ calls }) => calls > 0);
  if (gone)
    return `${applicationKey(gone)}: its access has ended already. Activate the vehicle again if it stays.`;
  const isGone = parts.length > 0 && parts.every(({ state }) => state === 'gone');
  return step === 'certifying' || isGone
    ? 'All access has ended: it cannot be taken back. Activate the vehicle again if it stays.'
    : null;
}

/** What is wrong with dates, if anything: they may be typed by hand. */
export function problemWith({ eventDate, deadline }: Partial<DefleetingDates>): string | null {
  if (eventDate != null && !isDay(eventDate))
    return 'That is no day of this century: write for example 2026-12-01.';
  return deadline == null || (deadline > 0 && deadline <= LONGEST_DURATION)
    ? null
    : 'The deadline is no duration that can be kept: write for example 48h.';
}

/** Taken back, where every activation stays; where one cannot any more, all leave. */
function absorbStayed(state: DefleetingState, at: number, refusal: string | null): DefleetingState {
  const { asking } = state;
  const back = { ...state, doing: null, asking: null } as const;
  if (!asking) return back;
  if (refusal === null) return takenBack(back, at, asking);
  const again = back.parts.map((part) =>
    part.state === 'leaving' ? ({ ...part, next: 'ask', nextAt: at } as const) : part,
  );
  return answer({ ...back, parts: again }, at, asking, 'refused', refusal);
}

export function takenBack(state: DefleetingState, at: number, asking: DefleetingAsking): DefleetingState {
  const ended = { ...state, asking: null, step: 'ended', outcome: 'taken-back' } as const;
  return answer(ended, at, asking, 'taken', 'The vehicle stays: nothing is asked of its providers any more.');
}
