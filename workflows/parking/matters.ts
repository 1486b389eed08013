import type { ParkingMatter } from '../contract/parking';
import { TRIES_BEFORE_TOLD } from './alerts';
import { STAY_GOES_ON } from './plan';
import type { ParkingState } from './state';
import { isRunning } from './stays';

/** For so long after it people see that somebody else has removed a plate: it is added again within minutes. */
const SHOWN_VANISHED = 3 * 86_400_000;

/** What waits for a person, what matters most first: as it is told (notices.ts), for as long as it is so. */
export function mattersOf(state: ParkingState): readonly ParkingMatter[] {
  const { leaving, deadline, policy, vanishedAt, isEnded } = state;
  if (isEnded) return [];
  const stuck = stuckSince(state);
  const long = leaving ? null : longSince(state);
  return [
    ...(stuck === null ? [] : [matterOf(leaving ? 'not-leaving' : 'stuck', stuck)]),
    ...(leaving && deadline?.for === STAY_GOES_ON
      ? [matterOf('stay-goes-on', leaving.at, leaving.at + policy.runningPatience)]
      : []),
    ...(vanishedAt === undefined || leaving
      ? []
      : [matterOf('vanished', vanishedAt, vanishedAt + SHOWN_VANISHED)]),
    ...(long === null ? [] : [matterOf('long-stay', long)]),
  ];
}

/** Since when the same has been in the way; null: nothing has, or not for long. */
function stuckSince({ trouble, tried }: ParkingState): number | null {
  if (trouble && trouble.tries >= TRIES_BEFORE_TOLD) return trouble.since;
  return tried && tried.count >= TRIES_BEFORE_TOLD ? tried.at : null;
}

/** When the oldest stay began that is long and goes on. */
function longSince({ stays }: ParkingState): number | null {
  const long = stays.filter((stay) => stay.isTold && isRunning(stay));
  const begun = long.map(({ startedAt, heardAt, period }) => startedAt ?? heardAt - period);
  return begun.length === 0 ? null : Math.min(...begun);
}

function matterOf(
  matter: ParkingMatter['matter'],
  since: number,
  until: number | null = null,
): ParkingMatter {
  return {
    matter,
    since: new Date(since).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
  };
}
