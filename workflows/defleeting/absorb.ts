import { type Application, applicationKey } from '../../src/domain/application';
import { isDay } from '../../src/domain/day';
import { LONGEST_DURATION } from '../../src/domain/duration';
import { isOpen } from '../../src/domain/status';
import type { DefleetingDates, DefleetingPlan } from '../contract/defleetings';
import {
  type ActivationFound,
  answer,
  type DefleetingAsking,
  type DefleetingEvent,
  type DefleetingState,
  newPart,
  note,
  type Part,
  RETRY,
  type ReadBack,
  TEXT,
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
      return absorbPartFailure(state, event);
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

function found(state: DefleetingState, part: Part, what: ActivationFound, at: number): Part {
  const back = { ...part, doing: null };
  const wasAsked = part.doing === 'ask' || part.doing === 'take-over';
  switch (what.kind) {
    case 'none':
      return isStillGone(state, part, what.endedAt ?? 0, at)
        ? { ...back, next: null, seenAt: at }
        : absentPart(back, what, at);
    case 'ended': {
      const { status, answer: words, calls, proof, endedAt = at } = what;
      if (proof) {
        const known = { status, answer: words ?? part.answer, calls, reason: null, readBack: proof };
        return { ...back, ...known, ...NOBODY, state: 'gone', next: null, seenAt: at };
      }
      if (isStillGone(state, part, endedAt, at)) return { ...back, next: null, seenAt: at };
      // Its own proof took what a DELETE was answered into account.
      const sign = calls > 0 ? { openSeenAt: null } : {};
      const known = { status, answer: words ?? part.answer, calls };
      return { ...back, ...known, ...sign, next: 'read', nextAt: at, ...NOBODY };
    }
    case 'staying':
      return {
        ...back,
        state: 'to-ask',
        reason: what.why,
        next: 'ask',
        nextAt: at + part.pause,
        ...longer(state, part),
      };
    case 'leaving': {
      const isNews = part.status !== what.status || part.reason !== what.reason || part.state !== 'leaving';
      const known = { status: what.status, reason: cutOrNull(what.reason), brand: what.brand ?? part.brand };
      const turn = { owner: what.owner, action: cutOrNull(what.action), since: isNews ? at : part.since };
      const asked = wasAsked
        ? {
            asked: part.asked + 1,
            askedAt: part.askedAt ?? at,
            isTakenOver: part.isTakenOver || part.doing === 'take-over',
          }
        : {};
      const pause = isNews ? { pause: state.plan?.waits.look ?? part.pause } : longer(state, part);
      return {
        ...back,
        ...known,
        ...turn,
        ...asked,
        state: 'leaving',
        next: 'look',
        nextAt: at + part.pause,
        ...pause,
      };
    }
  }
}

/** Nobody manages it: it is read. A parking is begun as one that leaves, and finds out by itself what is there. */
function absentPart(
  part: Part,
  { endedAt, mayBeOpen }: Extract<ActivationFound, { kind: 'none' }>,
  at: number,
): Part {
  const sign = mayBeOpen ? { openSeenAt: Math.max(part.openSeenAt ?? 0, endedAt ?? at) } : {};
  return { ...part, ...sign, next: part.kind === 'parking' ? 'take-over' : 'read', nextAt: at };
}

/** Whether it was read back, not long ago, after its last activation had ended: nobody has begun again since. */
function isStillGone({ plan }: DefleetingState, part: Part, endedAt: number, at: number): boolean {
  const { state, readBack } = part;
  if (state !== 'gone' || readBack === null) return false;
  return endedAt <= readBack.at && readBack.at + (plan?.waits.fresh ?? 0) >= at;
}

function readBack(state: DefleetingState, part: Part, { at, begun, read }: EventOf<'read'>): Part {
  const { clearance } = read;
  const shown = { words: wordsOf(clearance), at: begun };
  const back = { ...part, doing: null, readBack: shown };
  if (!clearance && isDoubtful(state, part, begun)) return doubted(state, back, at);
  if (!clearance || !isOpen(clearance.status)) {
    const status = clearance?.status ?? 'absent';
    return { ...back, ...NOBODY, state: 'gone', status, next: null, reason: null, seenAt: at };
  }
  const { status, reason, brand = null } = clearance;
  const known = {
    status,
    reason: cutOrNull(reason),
    brand: brand ?? part.brand,
    openSeenAt: begun,
  };
  const open = { ...back, ...known, state: 'to-ask', next: 'take-over', nextAt: at, since: at } as const;
  // Taken over before, and open again: a provider that tells one thing and then another makes no loop without a wait.
  if (open.brand !== null)
    return part.isTakenOver ? { ...open, nextAt: at + part.pause, ...longer(state, part) } : open;
  // Without its brand nobody knows by which rules it can be withdrawn.
  return {
    ...open,
    owner: 'operations',
    action:
      'The provider does not say of which brand the vehicle is: start its activation with its brand (vin activate).',
    next: 'ask',
    nextAt: at + part.pause,
    ...longer(state, part),
  };
}

/** An empty list proves little where something was open lately: lists lag. It has to stay empty, as for an activation. */
function isDoubtful({ plan }: DefleetingState, { openSeenAt }: Part, begun: number): boolean {
  return openSeenAt != null && begun < openSeenAt + (plan?.waits.fresh ?? 0);
}

function doubted(state: DefleetingState, part: Part, at: number): Part {
  return {
    ...part,
    state: 'to-ask',
    reason: 'The provider shows nothing now, and something was open a short time ago',
    ...NOBODY,
    next: 'ask',
    nextAt: at + part.pause,
    ...longer(state, part),
  };
}

function wordsOf(clearance: ReadBack['clearance']): string {
  if (!clearance) return 'the provider knows no such vehicle';
  const { status, reason } = clearance;
  return reason === null ? status : `${status}: ${reason.slice(0, TEXT)}`;
}

const NOBODY = { owner: null, action: null } as const;

function absorbPartFailure(
  state: DefleetingState,
  { at, part: key, why }: EventOf<'part-failed'>,
): DefleetingState {
  const failed = withPart(state, key, (part) => ({
    ...part,
    ...longer(state, part),
    doing: null,
    state: part.state === 'gone' ? 'to-ask' : part.state,
    reason: why.slice(0, TEXT),
    owner: 'operations',
    action: 'See what went wrong, and mend it: it is tried again by itself.',
    next: part.doing === 'look' ? 'look' : 'ask',
    nextAt: at + part.pause,
  }));
  return note(failed, at, `${key}: ${why}`);
}

/** Pauses grow while nothing changes. */
function longer({ plan }: DefleetingState, { pause }: Part): { readonly pause: number } {
  return { pause: Math.min(pause * 2, plan?.waits.longestLook ?? pause) };
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

/** Parts that a plan names and that are not known yet. */
export function partsOf({ parts, plan }: DefleetingState, at: number): readonly Part[] {
  const known = new Set(parts.map(applicationKey));
  const isNew = (app: Application): boolean => !known.has(applicationKey(app));
  const pause = plan?.waits.look ?? 0;
  return [
    ...parts,
    ...(plan?.applications ?? []).filter(isNew).map((app) => newPart(app, at, pause)),
    ...(plan?.parkings ?? []).filter(isNew).map((app) => newPart(app, at, pause, 'parking')),
  ];
}

function withPart(state: DefleetingState, key: string, change: (part: Part) => Part): DefleetingState {
  return { ...state, parts: state.parts.map((part) => (applicationKey(part) === key ? change(part) : part)) };
}

function cutOrNull(text: string | null): string | null {
  return text === null ? null : text.slice(0, TEXT);
}
