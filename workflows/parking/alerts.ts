import { countsOf } from '../../src/domain/named-stays';
import type { ParkingCommand, ParkingEvent, ParkingState } from './state';
import { isRunning } from './stays';

/** What people are to be told. */
export interface ParkingNotice {
  readonly kind: 'long-stay' | 'drift' | 'unlocked' | 'trouble' | 'leaving-stuck';
  /** With its kind: which one it is. */
  readonly key: string;
  readonly words: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** What an event has made known that people have to hear of. */
export function alertsOf(
  before: ParkingState,
  state: ParkingState,
  event: ParkingEvent,
  command: ParkingCommand | null,
): ParkingNotice[] {
  return [
    ...driftOf(before, state, event.at),
    ...troubleOf(before, state),
    ...(event.type === 'locked' ? unlockedOf(state, command, event.at) : []),
    ...longStays(before, state),
  ];
}

/** A vehicle that stays and is gone from the provider's list: somebody else has removed it. */
function driftOf(before: ParkingState, { isMember, leaving }: ParkingState, at: number): ParkingNotice[] {
  if (before.isMember !== true || isMember !== false || leaving) return [];
  const words = 'It was removed at the provider, not by us. It is added again.';
  return [{ kind: 'drift', key: String(at), words, since: at }];
}

/** Told once, when the same has been in the way for a while. */
export const TRIES_BEFORE_TOLD = 6;

function troubleOf(before: ParkingState, { trouble, tried, leaving }: ParkingState): ParkingNotice[] {
  const kind = leaving ? 'leaving-stuck' : 'trouble';
  if (trouble?.tries === TRIES_BEFORE_TOLD && before.trouble?.tries !== TRIES_BEFORE_TOLD) {
    const { words, since } = trouble;
    return [{ kind, key: String(since), words, since }];
  }
  if (!trouble && tried?.count === TRIES_BEFORE_TOLD && before.tried?.count !== TRIES_BEFORE_TOLD) {
    const what = tried.type === 'add' ? 'addition' : 'removal';
    const words = `The provider has taken its ${what} ${tried.count - 1} times, and its list does not show it.`;
    return [{ kind, key: String(tried.at), words, since: tried.at }];
  }
  return [];
}

/** What was locked again and again when it left, and is not listed as locked: it goes all the same. */
function unlockedOf({ leaving }: ParkingState, command: ParkingCommand | null, at: number): ParkingNotice[] {
  // As long as it waits for another lock, that one may do it.
  if (!leaving || command === null) return [];
  const ids = leaving.locked.flatMap(({ unlocked }) => unlocked.map(({ id }) => id));
  if (ids.length === 0) return [];
  const { unlocked: count } = countsOf(leaving.locked);
  const some = ids.slice(0, 3).join(', ') + (count > 3 ? ', …' : '');
  const words = `${count} of its payments could not be locked (${some}).`;
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
