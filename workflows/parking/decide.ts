import { MOST_LOCKS_OF_UNLISTED, plan } from './plan';
import { noted, type ParkingCommand, type ParkingEvent, type ParkingState } from './state';
import { isRunning, withListed, withNotified, withoutStay, withSilent, withTold } from './stays';

/** What people are to be told. */
export interface ParkingNotice {
  readonly kind: 'long-stay' | 'drift' | 'unlocked' | 'trouble' | 'leaving-stuck';
  /** With its kind: which one it is. */
  readonly key: string;
  readonly words: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface ParkingDecision {
  readonly state: ParkingState;
  readonly command: ParkingCommand | null;
  readonly notices: readonly ParkingNotice[];
}

/** Takes an event in, and says what is to be done next. Pure: no clock, no I/O. */
export function decideParking(before: ParkingState, event: ParkingEvent): ParkingDecision {
  const { state, command } = plan(heardOut(absorb(before, event), event.at), event.at);
  return {
    state,
    command,
    notices: [
      ...driftOf(before, state, event.at),
      ...troubleOf(before, state),
      ...unlockedOf(before, state, event.at),
      ...longStays(before, state),
    ],
  };
}

function absorb(state: ParkingState, event: ParkingEvent): ParkingState {
  switch (event.type) {
    case 'looked':
      return looked({ ...idle(state), isDoubtful: false }, event.at, event.member);
    case 'done':
      return done(state, event.at, event.words ?? null);
    case 'locked':
      return locked(state, event);
    case 'failed':
      return failed(state, event);
    case 'leave-asked':
      // Who wants it again meanwhile is heard: the last word counts.
      if (state.leaving)
        return { ...state, leaving: { ...state.leaving, next: event.next ?? state.leaving.next ?? null } };
      return noted(
        { ...state, leaving: leavingOf(event) },
        event.at,
        `leaves the fleet${event.by ? `, says ${event.by}` : ''}`,
      );
    case 'notified':
      return {
        ...state,
        stays: withNotified(
          state.stays,
          event.stay,
          event.at,
          event.period === null ? null : event.period * 1_000,
        ),
      };
    case 'moved':
      return moved(state, event);
    case 'swept':
      return swept(state, event);
    case 'told':
      return told(state, event);
    case 'deadline-reached':
      // What was waited for may show by now.
      return { ...state, deadline: null, isDoubtful: state.isDoubtful || state.tried !== null };
  }
}

/** Which stays are long by now, and of which nothing is heard any more. */
function heardOut(state: ParkingState, now: number): ParkingState {
  const silent = withSilent(state.stays, now);
  const over = silent.filter((stay, index) => stay !== state.stays[index]);
  const next = { ...state, stays: withTold(silent, state.policy.longStay) };
  return over.reduce(
    (rest, { place }) =>
      noted(
        rest,
        now,
        `the end of a stay${place ? ` at ${place}` : ''} is not known: it is notified no more`,
      ),
    next,
  );
}

function moved(
  state: ParkingState,
  { id, plate, at }: Extract<ParkingEvent, { type: 'moved' }>,
): ParkingState {
  const stays = withoutStay(state.stays, id);
  if (stays.length === state.stays.length) return state;
  return noted({ ...state, stays }, at, `a stay was that of ${plate}, says the provider now`);
}

/** Nothing is under way, and nothing stands in the way. */
function idle(state: ParkingState): ParkingState {
  return { ...state, inFlight: null, trouble: null, deadline: null };
}

function looked(
  state: ParkingState,
  at: number,
  member: { readonly addedAt: number | null } | null,
): ParkingState {
  const isMember = member !== null;
  const isAsTried = state.tried?.type === (isMember ? 'add' : 'remove');
  const known = {
    ...state,
    isMember,
    addedAt: member?.addedAt ?? state.addedAt,
    tried: isAsTried ? null : state.tried,
  };
  if (isMember === state.isMember) return known;
  return noted(
    known,
    at,
    isMember ? 'is in the fleet at the provider' : 'is not in the fleet at the provider',
  );
}

function done(state: ParkingState, at: number, words: string | null): ParkingState {
  const { inFlight, leaving } = state;
  const known = idle(state);
  switch (inFlight?.type) {
    case 'add':
      // What was taken is read back, as everything is.
      return noted({ ...known, isDoubtful: true }, at, 'was added');
    case 'detach':
      return noted(
        { ...known, isDetached: true, leaving: leaving && { ...leaving, isDetached: true } },
        at,
        'was taken out of private profiles',
      );
    case 'decline':
      return noted(
        { ...known, leaving: leaving && { ...leaving, isDeclined: true } },
        at,
        `unpaid stays were declined${words === null ? '' : `; ${words}`}`,
      );
    case 'remove':
      return noted(
        { ...known, isDoubtful: true, leaving: leaving && { ...leaving, isRemoved: true } },
        at,
        'was removed',
      );
    default:
      return known;
  }
}

function locked(
  state: ParkingState,
  { at, to, locked: all }: Extract<ParkingEvent, { type: 'locked' }>,
): ParkingState {
  const { leaving } = state;
  if (!leaving) return idle(state);
  const stays = all.flatMap((one) => [...one.locked, ...one.unlocked]);
  const known = stays.reduce((rest, stay) => withListed(rest, stay, at), state.stays);
  const open = all.reduce((count, { unlocked }) => count + unlocked.length, 0);
  const count = stays.length - open;
  const note = `${count} payments are locked${open > 0 ? `, ${open} are not` : ''}`;
  const next = { ...leaving, lockedTo: to, locked: all, locks: leaving.locks + 1 };
  return noted({ ...idle(state), stays: known, leaving: next }, at, note);
}

/** So often what a lost worker had in hand goes on at once. */
const QUICK_TRIES = 3;

function failed(
  state: ParkingState,
  { at, words, mayPass, wait = null }: Extract<ParkingEvent, { type: 'failed' }>,
): ParkingState {
  const { trouble, inFlight } = state;
  const since = trouble?.since ?? at;
  const tries = (trouble?.tries ?? 0) + 1;
  // What changes something may have been carried out all the same.
  const isDoubtful = inFlight?.type === 'add' || inFlight?.type === 'remove' || state.isDoubtful;
  // A worker that is lost again and again is trouble like any other.
  const isAsked = wait !== null && (wait > 0 || tries <= QUICK_TRIES);
  const notBefore = isAsked ? at + wait : null;
  const next = { ...state, inFlight: null, isDoubtful, trouble: { words, since, tries, notBefore } };
  const same = trouble?.words === words;
  return same ? next : noted(next, at, `${mayPass ? '' : 'refused: '}${words}`);
}

function leavingOf({
  at,
  by,
  reason,
  next = null,
}: Extract<ParkingEvent, { type: 'leave-asked' }>): NonNullable<ParkingState['leaving']> {
  return {
    ...{ at, by, reason, next },
    lockedTo: null,
    locked: [],
    locks: 0,
    isDeclined: false,
    isDetached: false,
    isRemoved: false,
  };
}

function swept(
  state: ParkingState,
  { at, stays, isMember }: Extract<ParkingEvent, { type: 'swept' }>,
): ParkingState {
  const known = stays.reduce((rest, stay) => withListed(rest, stay, at), state.stays);
  const next = { ...state, stays: known };
  // What was read while we changed it says nothing.
  if (isMember === null || isMember === state.isMember || state.inFlight || state.isMember === null)
    return next;
  return {
    ...noted(next, at, isMember ? 'was seen in the fleet' : 'was not seen in the fleet'),
    isDoubtful: true,
  };
}

function told(
  state: ParkingState,
  { at, by, note, stays }: Extract<ParkingEvent, { type: 'told' }>,
): ParkingState {
  const known = stays.reduce((rest, stay) => withListed(rest, stay, at), state.stays);
  return noted({ ...state, stays: known }, at, `${note}${by ? `, says ${by}` : ''}`);
}

/** A vehicle that stays and is gone from the provider's list: somebody else has removed it. */
function driftOf(before: ParkingState, { isMember, leaving }: ParkingState, at: number): ParkingNotice[] {
  if (before.isMember !== true || isMember !== false || leaving) return [];
  const words = 'It was removed at the provider, not by us. It is added again.';
  return [{ kind: 'drift', key: String(at), words, since: at }];
}

/** Told once, when the same has been in the way for a while. */
const TRIES_BEFORE_TOLD = 6;

function troubleOf(before: ParkingState, { trouble, tried, leaving }: ParkingState): ParkingNotice[] {
  const kind = leaving ? 'leaving-stuck' : 'trouble';
  if (trouble?.tries === TRIES_BEFORE_TOLD && before.trouble?.tries !== TRIES_BEFORE_TOLD) {
    const { words, since } = trouble;
    return [{ kind, key: String(since), words, since }];
  }
  if (tried?.count === TRIES_BEFORE_TOLD && before.tried?.count !== TRIES_BEFORE_TOLD) {
    const what = tried.type === 'add' ? 'addition' : 'removal';
    const words = `The provider has taken its ${what} ${tried.count - 1} times, and its list does not show it.`;
    return [{ kind, key: String(tried.at), words, since: tried.at }];
  }
  return [];
}

/** What was locked again and again when it left, and is not listed as locked: it goes all the same. */
function unlockedOf(before: ParkingState, { leaving }: ParkingState, at: number): ParkingNotice[] {
  if (leaving?.locks !== MOST_LOCKS_OF_UNLISTED || before.leaving?.locks === leaving.locks) return [];
  const ids = leaving.locked.flatMap(({ unlocked }) => unlocked.map(({ id }) => id));
  if (ids.length === 0) return [];
  const some = ids.slice(0, 3).join(', ') + (ids.length > 3 ? ', …' : '');
  const words = `${ids.length} of its payments could not be locked (${some}).`;
  return [{ kind: 'unlocked', key: String(leaving.at), words, since: at }];
}

function longStays(before: ParkingState, { stays }: ParkingState): ParkingNotice[] {
  const told = new Set(before.stays.filter(({ isTold }) => isTold).map(({ id }) => id));
  return stays
    .filter((stay) => stay.isTold && isRunning(stay) && !told.has(stay.id))
    .map(({ id, place, period, startedAt, heardAt }) => ({
      kind: 'long-stay',
      key: id,
      since: startedAt ?? heardAt - period,
      words: `It has been parked for more than ${Math.floor(period / 3_600_000)} h${place ? ` at ${place}` : ''}.`,
    }));
}
