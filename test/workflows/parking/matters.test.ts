import { decideParking } from '../../../workflows/parking/decide';
import { beginParking, type ParkingEvent, type ParkingState } from '../../../workflows/parking/state';
import { listedParkingOf } from '../../../workflows/parking/view';

/** What lists show of a parking that waits for a person. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: HOUR, runningPatience: 3 * DAY };
const STAY = {
  ...{ id: 'stay-1', type: 'PARKING', operator: null, place: null, startedAt: START, endedAt: null },
  ...{ cost: null, invoicing: null },
};
const iso = (at: number): string => new Date(at).toISOString();

function after(...events: ParkingEvent[]): ParkingState {
  const plate = { country: 'NO', number: 'AA12345', subdivision: null };
  const vehicle = { provider: 'autopay', plate, vin: null, fleet: null, externalId: null };
  let state = beginParking({ ...vehicle, policy: POLICY }, START);
  for (const event of events) state = decideParking(state, event).state;
  return state;
}
const mattersAfter = (...events: ParkingEvent[]) => listedParkingOf(after(...events)).matters;

const member = (at = START): ParkingEvent => ({ type: 'looked', at, member: { addedAt: START } });
const leave: ParkingEvent = { type: 'leave-asked', at: START, by: null, reason: null };
const failing = (count: number): ParkingEvent[] =>
  Array.from({ length: count }, (_, index): ParkingEvent[] => [
    { type: 'failed', at: START + index * 2 * HOUR, words: 'no', mayPass: true },
    { type: 'deadline-reached', at: START + index * 2 * HOUR + HOUR },
  ]).flat();

test('a parking that goes well has none, and says nothing of it in its memo', () => {
  expect('matters' in listedParkingOf(after(member()))).toBe(false);
});

test('what fails is none until people are told of it, and then since its first failure', () => {
  expect(mattersAfter(...failing(5))).toBeUndefined();
  expect(mattersAfter(...failing(6))).toEqual([{ matter: 'stuck', since: iso(START), until: null }]);
  expect(mattersAfter(member(), leave, ...failing(6))).toEqual([
    { matter: 'not-leaving', since: iso(START), until: null },
  ]);
  expect(mattersAfter(...failing(6), member(START + DAY))).toBeUndefined();
});

test('a stay that keeps a vehicle that leaves is one, until our patience is over', () => {
  const locked = [
    { application: 'default', outcome: 'locked', words: null, locked: [STAY], unlocked: [] },
  ] as const;
  const kept = mattersAfter(member(), leave, { type: 'locked', at: START + 1, to: START + 1, locked });
  expect(kept).toEqual([{ matter: 'stay-goes-on', since: iso(START), until: iso(START + 3 * DAY) }]);
});

test('a plate that others have removed stays one for three days after it was added again, and not while it leaves', () => {
  const gone: ParkingEvent = { type: 'looked', at: START + HOUR, member: null };
  const back: ParkingEvent[] = [
    { type: 'looked', at: START + HOUR / 2, member: null },
    gone,
    { type: 'done', at: START + HOUR + 1 },
    member(START + HOUR + 2),
  ];
  const vanished = [{ matter: 'vanished', since: iso(START + HOUR), until: iso(START + HOUR + 3 * DAY) }];
  expect(mattersAfter(member(), ...back)).toEqual(vanished);
  expect(mattersAfter(member(), ...back, leave)).toBeUndefined();
  expect(mattersAfter(gone)).toBeUndefined();
});

test('a long stay is one from its beginning on, until it ends', () => {
  const heard: ParkingEvent = { type: 'notified', at: START + 2 * HOUR, stay: STAY, period: 7_200 };
  const over: ParkingEvent = {
    ...{ type: 'swept', at: START + DAY, isMember: null },
    stays: [{ ...STAY, endedAt: START + 3 * HOUR }],
  };
  expect(mattersAfter(member(), heard)).toEqual([{ matter: 'long-stay', since: iso(START), until: null }]);
  expect(mattersAfter(member(), heard, over)).toBeUndefined();
});
