import { readParkingPolicy } from '../../../src/config/parkings';
import { decideParking } from '../../../workflows/parking/decide';
import { beginParking, type ParkingEvent, type ParkingState } from '../../../workflows/parking/state';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SPEED = 3_600;
const START = Date.UTC(2026, 0, 1);
const VEHICLE = {
  provider: 'autopay',
  plate: { country: 'NO', number: 'AA12345', subdivision: null },
  ...{ vin: 'WBA8E9G50GNT00001', fleet: 'North', externalId: null },
};
const RUNNING = { id: 'one', type: 'PARKING', operator: null, place: null, startedAt: START, endedAt: null };
const STAY = { ...RUNNING, cost: null, invoicing: null } as const;
const LOCKED = {
  ...{ application: 'default', outcome: 'locked', words: null, unlocked: [] },
  locked: [STAY],
} as const;

function hearing(speed: string, ...events: readonly object[]): ParkingState {
  const policy = readParkingPolicy({ VIN_SPEED: speed });
  let state = beginParking({ ...VEHICLE, policy }, START);
  for (const event of [{ type: 'deadline-reached' }, ...events]) {
    state = decideParking(state, { ...event, at: START } as ParkingEvent).state;
  }
  return state;
}

const MEMBER = { type: 'looked', member: { addedAt: START } };
const FAILED = { type: 'failed', words: 'It broke off', mayPass: true };
const LEAVING = [
  MEMBER,
  { type: 'leave-asked', by: null, reason: null },
  { type: 'locked', to: START, locked: [LOCKED] },
];
const PERIODS = [HOUR, 2 * HOUR].map((period) => ({ type: 'notified', stay: STAY, period: period / 1_000 }));

describe('in a trial', () => {
  it.each([
    ['the next try', MINUTE, [FAILED]],
    ['the end of a stay that goes on', 6 * HOUR, LEAVING],
    ['a word on a stay that goes on', 2 * HOUR, [MEMBER, ...PERIODS]],
  ])('the wait for %s is as much shorter as its time is faster', (what, wait, events) => {
    expect(hearing('1', ...events).deadline).toEqual({ at: START + wait, for: what });
    expect(hearing(String(SPEED), ...events).deadline).toEqual({
      at: Math.ceil(START + wait / SPEED),
      for: what,
    });
  });
});
