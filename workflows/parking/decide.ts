import { countsOf, leftOutOf } from '../../src/domain/named-stays';
import type { Stay } from '../contract/parking';
import { alertsOf, type ParkingNotice } from './alerts';
import { leaveAsked } from './leaving';
import { lockedInWords, lockedWith } from './locks';
import { isReadOnce, plan, speedOf } from './plan';
import { noted, type ParkingCommand, type ParkingEvent, type ParkingState } from './state';
import { type KnownStay, withListed, withNotified, withoutStay, withSilent, withTold } from './stays';

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
    notices: alertsOf(before, state, event, command),
  };
}

function absorb(state: ParkingState, event: ParkingEvent): ParkingState {
  switch (event.type) {
    case 'looked':
      return looked(state, event.at, event.member);
    case 'done':
      return done(state, event.at, event.words ?? null);
    case 'locked':
      return locked(state, event);
    case 'failed':
      return failed(state, event);
    case 'leave-asked':
      return leaveAsked(state, event);
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
    case 'named':
      return named(state, event);
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
  const silent = withSilent(state.stays, now, speedOf(state));
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

/** Whoever leaves by VIN finds the plate from now on, and so do its fleet's people. What is known stays: a plate changes hands by leaving. */
function named(
  state: ParkingState,
  { vin, fleet, externalId, at }: Extract<ParkingEvent, { type: 'named' }>,
): ParkingState {
  const { vehicle } = state;
  // Of another one nothing is taken.
  if (vin !== null && vehicle.vin !== null && vin !== vehicle.vin)
    return noted(state, at, `is not the plate of ${vin}, as was said: it is that of ${vehicle.vin}`);
  const known = {
    ...vehicle,
    vin: vehicle.vin ?? vin,
    fleet: vehicle.fleet ?? fleet,
    externalId: vehicle.externalId ?? externalId,
  };
  const [is, of] = [known.vin !== vehicle.vin, known.fleet !== vehicle.fleet];
  if (!is && !of) return { ...state, vehicle: known };
  return noted(
    { ...state, vehicle: known },
    at,
    `is the plate of ${[is && known.vin, of && known.fleet].filter(Boolean).join(', ')}`,
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
  const unseen = member ? null : { since: state.unseen?.since ?? at, readAt: at };
  // One list may be cut: what somebody else has removed is gone when a second reading says so.
  const isDoubted = state.isMember === true && !state.leaving && isReadOnce(state, unseen);
  const isMember = member !== null || isDoubted;
  const isAsTried = state.tried?.type === (isMember ? 'add' : 'remove');
  const { trouble } = state;
  // What was read for the sake of something that failed is no sign that it goes well now.
  const isStillInTheWay = trouble?.of !== undefined && trouble.of !== 'look' && !isAsTried;
  const known = {
    ...idle(state),
    isDoubtful: false,
    trouble: isStillInTheWay ? trouble : null,
    ...(state.isMember === true && !isMember && !state.leaving && { vanishedAt: at }),
    isMember,
    unseen,
    addedAt: earliest(state.addedAt, member?.addedAt ?? null),
    tried: isAsTried ? null : state.tried,
    // Ours, also where its reply was lost.
    ...(isAsTried && !isMember && state.leaving && { leaving: { ...state.leaving, isRemoved: true } }),
  };
  if (isDoubted && !state.unseen) return noted(known, at, `${ABSENT}: it is read once more`);
  if (isMember === state.isMember) return known;
  return noted(known, at, isMember ? 'is in the fleet at the provider' : ABSENT);
}

const ABSENT = 'is not in the fleet at the provider';

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
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
        `unpaid stays were declined${undeclinedOf(leaving)}${words === null ? '' : `; ${words}`}`,
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

/** Only what is named can be declined. */
function undeclinedOf(leaving: ParkingState['leaving']): string {
  const count = leftOutOf(leaving?.locked ?? []);
  return count === 0 ? '' : `, but for ${count} that are too many to be named here`;
}

function locked(
  state: ParkingState,
  { at, to, locked: all }: Extract<ParkingEvent, { type: 'locked' }>,
): ParkingState {
  const { leaving } = state;
  if (!leaving) return idle(state);
  const stays = all.flatMap((one) => [...one.locked, ...one.unlocked]);
  const known = withListed(state.stays, stays, at);
  const { unlocked: open } = countsOf(all);
  const next = {
    ...leaving,
    lockedTo: to,
    locked: lockedWith(all, leaving.locked),
    locks: leaving.locks + 1,
    unlisted: open > 0 ? (leaving.unlisted ?? 0) + 1 : 0,
  };
  return noted({ ...idle(state), stays: known, leaving: next }, at, lockedInWords(all, next.locked));
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
  // It may have been carried out all the same, or have failed because somebody else has removed the plate: the list tells.
  const isDoubtful = state.isDoubtful || (inFlight !== null && inFlight.type !== 'look');
  // A worker that is lost again and again is trouble like any other.
  const isAsked = wait !== null && (wait > 0 || tries <= QUICK_TRIES);
  const notBefore = isAsked ? at + wait : null;
  const next = {
    ...state,
    inFlight: null,
    isDoubtful,
    trouble: { words, since, tries, notBefore, ...(inFlight && { of: inFlight.type }) },
  };
  const same = trouble?.words === words;
  return same ? next : noted(next, at, `${mayPass ? '' : 'refused: '}${words}`);
}

function swept(
  state: ParkingState,
  { at, stays, isMember }: Extract<ParkingEvent, { type: 'swept' }>,
): ParkingState {
  const next = { ...state, stays: withOwn(state, stays, at) };
  // What was read while we changed it says nothing.
  if (isMember === null || isMember === state.isMember || state.inFlight || state.isMember === null)
    return next;
  return {
    ...noted(next, at, isMember ? 'was seen in the fleet' : 'was not seen in the fleet'),
    isDoubtful: true,
  };
}

/** Milliseconds: clocks differ, and providers write whole seconds. */
const CLOCKS = 60_000;

/** What ended before the plate came was another vehicle's: whose it is now is not told of it. */
function withOwn(state: ParkingState, stays: readonly Stay[], at: number): readonly KnownStay[] {
  const since = Math.min(state.startedAt, state.addedAt ?? state.startedAt) - CLOCKS;
  const own = stays.filter(
    ({ startedAt, endedAt }) => endedAt === null || Math.max(endedAt, startedAt ?? endedAt) >= since,
  );
  return withListed(state.stays, own, at);
}

function told(
  state: ParkingState,
  { at, by, note, stays }: Extract<ParkingEvent, { type: 'told' }>,
): ParkingState {
  return noted({ ...state, stays: withOwn(state, stays, at) }, at, `${note}${by ? `, says ${by}` : ''}`);
}
