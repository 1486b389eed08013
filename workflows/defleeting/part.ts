import { type Application, applicationKey } from '../../src/domain/application';
import { cutTo } from '../../src/domain/cut';
import { isOpen } from '../../src/domain/status';
import {
  type ActivationFound,
  type DefleetingEvent,
  type DefleetingState,
  newPart,
  type Part,
  type ReadBack,
  TEXT,
} from './state';

/** What becomes of one part of a vehicle that leaves, its data at one application or its parking, by what is heard of it. */

export function withPart(state: DefleetingState, key: string, change: (part: Part) => Part): DefleetingState {
  return { ...state, parts: state.parts.map((part) => (applicationKey(part) === key ? change(part) : part)) };
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

export function found(state: DefleetingState, part: Part, what: ActivationFound, at: number): Part {
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

export function readBack(
  state: DefleetingState,
  part: Part,
  { at, begun, read }: Extract<DefleetingEvent, { type: 'read' }>,
): Part {
  const { clearance } = read;
  const shown = { words: wordsOf(clearance), at: begun };
  const back = { ...part, doing: null, readBack: shown };
  if (!clearance) {
    const absent = { ...back, absentSince: absenceSince(part, begun) };
    if (isDoubtful(state, absent, begun)) return doubted(state, absent, at);
  }
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
    absentSince: null,
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
      'The provider does not say of which brand the vehicle is. Take its defleeting back (vin stay), start its activation with its brand (vin activate), then defleet it again.',
    next: 'ask',
    nextAt: at + part.pause,
    ...longer(state, part),
  };
}

/**
 * An empty list proves little where something was open before: lists lag. It has to stay empty, from the first reading after the newest
 * sign that did not show it, as for an activation (workflows/lifecycle/ending.ts).
 */
function isDoubtful({ plan }: DefleetingState, { openSeenAt, absentSince }: Part, begun: number): boolean {
  return openSeenAt != null && begun < (absentSince ?? begun) + (plan?.waits.fresh ?? 0);
}

function absenceSince({ openSeenAt, absentSince }: Part, begun: number): number {
  return absentSince == null || absentSince < (openSeenAt ?? 0) ? begun : absentSince;
}

function doubted(state: DefleetingState, part: Part, at: number): Part {
  return {
    ...part,
    state: 'to-ask',
    reason: 'The provider shows nothing now, and something was open before: it has to stay so for a day',
    ...NOBODY,
    next: 'ask',
    nextAt: at + part.pause,
    ...longer(state, part),
  };
}

function wordsOf(clearance: ReadBack['clearance']): string {
  if (!clearance) return 'the provider knows no such vehicle';
  const { status, reason } = clearance;
  return reason === null ? status : `${status}: ${cutTo(reason, TEXT)}`;
}

const NOBODY = { owner: null, action: null } as const;

/** A call for it has failed: operations looks, and it goes on by itself after a pause. */
export function failed(state: DefleetingState, part: Part, why: string, at: number): Part {
  return {
    ...part,
    ...longer(state, part),
    doing: null,
    state: part.state === 'gone' ? 'to-ask' : part.state,
    reason: cutTo(why, TEXT),
    owner: 'operations',
    action: 'See what went wrong, and mend it: it is tried again by itself.',
    next: part.doing === 'look' ? 'look' : 'ask',
    nextAt: at + part.pause,
  };
}

/** Pauses grow while nothing changes. */
function longer({ plan }: DefleetingState, { pause }: Part): { readonly pause: number } {
  return { pause: Math.min(pause * 2, plan?.waits.longestLook ?? pause) };
}

function cutOrNull(text: string | null): string | null {
  return text === null ? null : cutTo(text, TEXT);
}
