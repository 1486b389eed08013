import { type Leaving, noted, type ParkingCommand, type ParkingState } from './state';
import { nextSilence } from './stays';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What failed is tried again after 1 minute, doubled to an hour. */
const FIRST_PAUSE = MINUTE;
const LONGEST_PAUSE = HOUR;
/** What was taken and does not show is asked for again after 2 minutes, doubled to 6 hours. */
const LONGEST_REPEAT = 6 * HOUR;
/** What the answer of a lock has left out is locked again so often. */
const MOST_LOCKS_OF_UNLISTED = 3;
/** A stay that goes on is looked at again so often while the vehicle leaves. */
const LOOK_AT_RUNNING = 6 * HOUR;
/** Where nobody says when the vehicle was added, so much is locked. */
const UNKNOWN_AGE = 400 * DAY;
/** And never more, whatever time is said: each 50 days are calls. */
const MOST_AGE = 3_650 * DAY;
/** A lock that is older does not count at a removal: the vehicle may have parked since. */
const LOCK_IS_GOOD = HOUR;
/** A plate that nobody here has removed is gone when two readings so far apart do not show it. */
const SECOND_READING = 10 * MINUTE;
/** For so long after it was asked for an addition may still show. */
const LATE_ADDITION = HOUR;

/** As it is said what a vehicle waits for that leaves. */
export const STAY_GOES_ON = 'the end of a stay that goes on';

export interface Planned {
  readonly state: ParkingState;
  readonly command: ParkingCommand | null;
}

/** The one next thing to do. It looks at the state only. */
export function plan(state: ParkingState, now: number): Planned {
  if (state.isEnded || state.inFlight) return { state, command: null };
  const { trouble } = state;
  if (trouble) {
    const at = trouble.notBefore ?? trouble.since + pausesUpTo(trouble.tries) / speedOf(state);
    if (now < at) return waiting(state, at, 'the next try');
  }
  return state.leaving ? leave(state, state.leaving, now) : stay(state, now);
}

function stay(state: ParkingState, now: number): Planned {
  if (state.isMember === null || state.isDoubtful) return give(state, { type: 'look' });
  if (!state.isMember) return change(state, 'add', now);
  if (isReadOnce(state)) return readTwice(state, now);
  if (state.policy.detachOnAdding && !state.isDetached) return give(state, { type: 'detach' });
  const silence = nextSilence(state.stays, speedOf(state));
  if (silence !== null) return waiting(state, silence, 'a word on a stay that goes on');
  return { state: { ...state, deadline: null }, command: null };
}

/** Lock, then decline, detach and remove, then read back that it is gone. */
function leave(state: ParkingState, leaving: Leaving, now: number): Planned {
  // Whether there is anything to end is read, never believed.
  const isUnsure = state.isMember === null || (state.isMember && isReadOnce(state));
  if (isUnsure || state.isDoubtful) return give(state, { type: 'look' });
  if (!state.isMember) return absent(state, leaving, now);
  const lock = lockNow(state, leaving, now);
  if (lock !== null) return lock;
  if (state.policy.declineOnLeaving && !leaving.isDeclined) {
    const from = leaving.locked.map(({ application, locked, unlocked }) => ({
      application,
      ids: [...locked, ...unlocked].map(({ id }) => id),
    }));
    if (from.some(({ ids }) => ids.length > 0)) return give(state, { type: 'decline', from });
  }
  if (!leaving.isDetached) return give(state, { type: 'detach' });
  return change(state, 'remove', now);
}

/** What is to be locked before the vehicle may go, or what it waits for. Null: nothing any more. */
function lockNow(state: ParkingState, leaving: Leaving, now: number): Planned | null {
  // It may have been added again meanwhile, and clocks differ: its time here counts in any case.
  const since = Math.min(state.addedAt ?? leaving.at - UNKNOWN_AGE, state.startedAt);
  const from = Math.max(since, leaving.at - MOST_AGE);
  const next = nextLock(leaving, state.policy, now);
  if (next === null) return null;
  if (now >= next.at) return give(state, { type: 'lock', from, to: now });
  return waiting(state, next.at, next.for);
}

/** When payments are locked next, and why not sooner. Null: they are locked. */
function nextLock(
  leaving: Leaving,
  { runningPatience, speed = 1 }: ParkingState['policy'],
  now: number,
): ParkingState['deadline'] {
  const { lockedTo, locked, unlisted = 0 } = leaving;
  if (lockedTo === null) return { at: leaving.at, for: 'the lock of its payments' };
  const isUnlisted = locked.some(({ unlocked }) => unlocked.length > 0);
  if (isUnlisted && unlisted < MOST_LOCKS_OF_UNLISTED) {
    return { at: lockedTo + (10 * MINUTE) / speed, for: 'the lock of every payment' };
  }
  const isRunning = locked.some((one) =>
    [...one.locked, ...one.unlocked].some(({ endedAt }) => endedAt === null),
  );
  const until = leaving.at + runningPatience / speed;
  const isOver = !isRunning || lockedTo >= until;
  if (isOver) return now - lockedTo > LOCK_IS_GOOD ? { at: now, for: 'the lock of its payments' } : null;
  return { at: Math.min(lockedTo + LOOK_AT_RUNNING / speed, until), for: STAY_GOES_ON };
}

/** Of a trial, whose time passes faster. */
export function speedOf({ policy }: Pick<ParkingState, 'policy'>): number {
  return policy.speed ?? 1;
}

/** Nothing is there to end, unless an addition of ours still comes to show, or one list was cut. */
function absent(state: ParkingState, leaving: Leaving, now: number): Planned {
  if (!leaving.isRemoved && isReadOnce(state)) return readTwice(state, now);
  const until = state.tried?.type === 'add' ? state.tried.at + LATE_ADDITION / speedOf(state) : now;
  if (now >= until) return end(state, leaving, now);
  return waiting(
    state,
    Math.min(now + (10 * MINUTE) / speedOf(state), until),
    'an addition that may still show',
  );
}

/** Whether readings do not show it, and the newest of them is not so much later than the first. */
export function isReadOnce(state: ParkingState, unseen = state.unseen ?? null): boolean {
  return unseen !== null && unseen.readAt < unseen.since + SECOND_READING / speedOf(state);
}

function readTwice(state: ParkingState, now: number): Planned {
  const due = (state.unseen?.since ?? now) + SECOND_READING / speedOf(state);
  return now >= due ? give(state, { type: 'look' }) : waiting(state, due, 'a second reading without it');
}

function end(state: ParkingState, { locks }: Leaving, now: number): Planned {
  const ended = { ...state, isEnded: true, deadline: null, trouble: null };
  const unlocked = locks === 0 ? '; no payment was locked: it was not in the fleet when it was to leave' : '';
  return { state: noted(ended, now, `has left: the provider has it no more${unlocked}`), command: null };
}

/** What the list does not show though it was taken is asked for again after a growing wait, and looked at before. */
function change(state: ParkingState, type: 'add' | 'remove', now: number): Planned {
  const count = state.tried?.type === type ? state.tried.count : 0;
  const at = (state.tried?.at ?? 0) + Math.min(MINUTE * 2 ** count, LONGEST_REPEAT) / speedOf(state);
  if (count > 0 && now < at) return waiting(state, at, 'the list of vehicles to show it');
  return give({ ...state, tried: { type, count: count + 1, at: now } }, { type });
}

function give(state: ParkingState, command: ParkingCommand): Planned {
  return { state: { ...state, inFlight: command, deadline: null }, command };
}

function waiting(state: ParkingState, at: number, what: string): Planned {
  return { state: { ...state, deadline: { at: Math.ceil(at), for: what } }, command: null };
}

/** Milliseconds from the first failure until the next try: the pauses that came before, and the next one. */
function pausesUpTo(tries: number): number {
  let all = 0;
  for (let count = 0; count < tries; count += 1) all += Math.min(FIRST_PAUSE * 2 ** count, LONGEST_PAUSE);
  return all;
}
