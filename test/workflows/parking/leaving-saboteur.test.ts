import type { Locked, Stay } from '../../../workflows/contract/parking';
import type { ParkingNotice } from '../../../workflows/parking/alerts';
import type { Untimed } from '../../../workflows/parking/carrier';
import { decideParking } from '../../../workflows/parking/decide';
import {
  beginParking,
  type ParkingCommand,
  type ParkingEvent,
  type ParkingState,
} from '../../../workflows/parking/state';

/** Vehicles that leave while their provider forgets, lags and leaves out. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 14 * DAY };
const VEHICLE = {
  provider: 'autopay',
  plate: { country: 'NO', number: 'AA12345', subdivision: null },
  ...{ vin: 'WBA8E9G50GNT00001', fleet: 'North', externalId: null },
};
const LEAVE = { type: 'leave-asked', by: 'the fleet', reason: null } as const;
const GONE = { type: 'looked', member: null } as const;
const FAILED = { type: 'failed', words: 'It broke off', mayPass: true } as const;

/** One parking, told one thing after the other. */
class Life {
  state: ParkingState = beginParking({ ...VEHICLE, policy: POLICY }, START);
  now = START;
  command: ParkingCommand | null = null;
  readonly notices: ParkingNotice[] = [];

  hear(event: Untimed<ParkingEvent>): this {
    const decision = decideParking(this.state, { ...event, at: this.now } as ParkingEvent);
    this.state = decision.state;
    this.command = decision.command;
    this.notices.push(...decision.notices);
    return this;
  }

  /** Passes the time until it does something by itself. */
  wake(): this {
    if (!this.state.deadline) throw new Error('it waits for nothing');
    this.now = this.state.deadline.at;
    return this.hear({ type: 'deadline-reached' });
  }

  begin(): this {
    return this.hear({ type: 'deadline-reached' });
  }

  member(addedAt: number | null = START - 30 * DAY): this {
    return this.hear({ type: 'looked', member: { addedAt } });
  }

  locked(unlocked: readonly Stay[] = [], locked: readonly Stay[] = []): this {
    if (this.command?.type !== 'lock') throw new Error(`it locks nothing: ${this.command?.type}`);
    const all: Locked[] = [{ application: 'default', outcome: 'locked', words: null, locked, unlocked }];
    return this.hear({ type: 'locked', to: this.command.to, locked: all });
  }
}

function stay(id: string, endedAt: number | null): Stay {
  return {
    ...{ id, type: 'PARKING', operator: null, place: null },
    startedAt: START,
    endedAt,
    cost: null,
    invoicing: null,
  };
}

const leaving = () => new Life().begin().member().hear(LEAVE);

test.each([
  ['a lock', () => leaving()],
  ['a detaching', () => leaving().locked()],
])(
  '%s that fails because the plate is gone is no reason to try for ever: the list is read first',
  (_, of) => {
    const life = of().hear(FAILED).wake();
    expect(life.command).toEqual({ type: 'look' });
    life.hear(GONE);
    // Its pause after the failure, and the second reading.
    while (life.command === null) life.wake();
    expect(life.command).toEqual({ type: 'look' });
    expect(life.hear(GONE).state.isEnded).toBe(true);
  },
);

test('one list that was cut ends nothing: a second reading, ten minutes later, tells', () => {
  const life = new Life().begin().hear(LEAVE).hear(GONE);
  expect([life.state.isEnded, life.command]).toEqual([false, null]);
  const read = life.now;
  life.wake();
  expect(life.now - read).toBe(10 * MINUTE);
  expect(life.command).toEqual({ type: 'look' });
  expect(life.member().command?.type).toBe('lock');
});

test('a second reading without it is its end, and says that nothing was locked', () => {
  const life = new Life().begin().hear(LEAVE).hear(GONE).wake().hear(GONE);
  expect(life.state.isEnded).toBe(true);
  expect(life.state.history.at(-1)?.note).toContain('no payment was locked');
});

test.each([
  ['was taken', { type: 'done' } as const],
  ['has lost its reply', FAILED],
])('a removal that %s is over by the first reading without the plate', (_, answer) => {
  const life = leaving().locked().hear({ type: 'done' });
  expect(life.command).toEqual({ type: 'remove' });
  life.hear(answer);
  while (life.command === null) life.wake();
  expect(life.command).toEqual({ type: 'look' });
  expect(life.hear(GONE).state.isEnded).toBe(true);
  expect(life.state.history.at(-1)?.note).not.toContain('no payment');
});

test.each([
  ['was taken', { type: 'done' } as const],
  ['has lost its reply', FAILED],
])('an addition that %s and does not show yet is waited for: it may be there in a minute', (_, answer) => {
  const life = new Life().begin().hear(GONE);
  expect(life.command).toEqual({ type: 'add' });
  life.hear(LEAVE).hear(answer);
  if (life.command === null) life.wake();
  life.hear(GONE);
  expect(life.state.isEnded).toBe(false);
  life.wake().member(life.now);
  expect(life.command?.type).toBe('lock');
});

test('an addition that never shows holds nobody for long', () => {
  const life = new Life().begin().hear(GONE).hear(LEAVE).hear({ type: 'done' }).hear(GONE);
  for (let looks = 0; !life.state.isEnded && looks < 20; looks += 1) life.wake().hear(GONE);
  expect(life.state.isEnded).toBe(true);
  expect(life.now - START).toBeLessThanOrEqual(2 * HOUR);
});

test('what was parked while the removal was refused for days is locked before it is removed', () => {
  const life = leaving().locked().hear({ type: 'done' });
  expect(life.command).toEqual({ type: 'remove' });
  life.now += 3 * DAY;
  life.hear(FAILED).wake().member();
  expect(life.command).toMatchObject({ type: 'lock', to: life.now });
  life.locked();
  expect(life.command?.type).toBe('remove');
});

test('payments of before a vehicle was added again are locked as well', () => {
  const life = new Life().begin().member(START - 90 * DAY);
  life.now += DAY;
  life.hear({ type: 'swept', stays: [], isMember: false }).hear(GONE).wake().hear(GONE);
  expect(life.command).toEqual({ type: 'add' });
  life.hear({ type: 'done' }).member(life.now).hear(LEAVE);
  expect(life.command).toMatchObject({ type: 'lock', from: START - 90 * DAY });
});

test.each([
  ['ahead of our clock', START + DAY],
  ['in the year 1', Date.parse('0001-01-01T00:00:00Z')],
])('a time of addition that is %s makes no span that cannot be locked', (_, addedAt) => {
  const { command } = new Life().begin().member(addedAt).hear(LEAVE);
  if (command?.type !== 'lock') throw new Error('it locks nothing');
  expect(command.from).toBeLessThanOrEqual(START);
  expect(command.to - command.from).toBeLessThan(3_700 * DAY);
});

test('a payment that shows as unlocked only after a long stay is locked again, and then named', () => {
  const life = leaving();
  for (let looks = 0; looks < 4; looks += 1) life.locked([], [stay('use-1', null)]).wake();
  life.locked([stay('use-1', life.now)]);
  let locks = 1;
  for (; life.command === null; locks += 1) life.wake().locked([stay('use-1', life.now)]);
  expect(locks).toBe(3);
  expect(life.notices.map(({ kind }) => kind)).toEqual(['unlocked']);
});

test('what could not be locked is named once it is given up, and not while it still may be locked', () => {
  const life = leaving();
  for (let looks = 0; looks < 3; looks += 1) life.locked([stay('use-1', null)]).wake();
  expect(life.notices).toEqual([]);
  life.locked([], [stay('use-1', life.now)]);
  expect(life.command).toEqual({ type: 'detach' });
  expect(life.notices).toEqual([]);
});

test('what ended before the plate came is another’s: a sweep that hears of it again does not tell it', () => {
  const life = new Life().begin().member(START - DAY);
  const swept = [stay('of another', START - 2 * DAY), stay('own', START - HOUR), stay('goes on', null)];
  const before = swept.map((one) => ({ ...one, startedAt: START - 3 * DAY }));
  life.hear({ type: 'swept', stays: before, isMember: null });
  expect(life.state.stays.map(({ id }) => id)).toEqual(['own', 'goes on']);
});

test('of a vehicle that leaves, is wanted again and is to leave all the same, the last word counts', () => {
  const again = { ...VEHICLE, policy: POLICY };
  const life = leaving().hear({ ...LEAVE, next: again });
  expect(life.state.leaving?.next).toEqual(again);
  expect(life.hear(LEAVE).state.leaving?.next).toBeNull();
});

test('and a plate that changes hands is not kept from the other vehicle by that', () => {
  const other = { ...VEHICLE, fleet: 'South', vin: 'WBA8E9G50GNT00002', policy: POLICY };
  const life = leaving()
    .hear({ ...LEAVE, next: other })
    .hear(LEAVE);
  expect(life.state.leaving?.next).toEqual(other);
});

test('a plate that came without a vehicle is that of the one that is named, and no other is named after it', () => {
  const life = new Life();
  life.state = { ...life.state, vehicle: { ...VEHICLE, vin: null } };
  life.begin().member().hear({ type: 'named', vin: VEHICLE.vin, fleet: null, externalId: 'A-1' });
  expect(life.state.vehicle).toMatchObject({ vin: VEHICLE.vin, externalId: 'A-1' });
  const { vehicle } = life.hear({
    type: 'named',
    vin: 'WBA8E9G50GNT00002',
    fleet: 'South',
    externalId: null,
  }).state;
  expect(vehicle.vin).toBe(VEHICLE.vin);
});

test('thousands of payments are counted, and named as far as there is room: what a run takes along ends at 2 MB', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => stay(`use-${index}`, START + index));
  const open = stay('open', START);
  const life = leaving().locked([open], many);
  expect(life.state.history.at(-1)?.note).toMatch(
    /^20000 payments are locked, 1 are not; \d+ of them are too many to be named here$/,
  );
  for (let lock = 0; lock < 2; lock += 1) life.wake().locked([open], many);
  expect(JSON.stringify(life.state).length).toBeLessThan(500_000);
  const [{ locked, unlocked, leftOut } = { locked: [], unlocked: [] }] = life.state.leaving?.locked ?? [];
  expect([locked.length + (leftOut?.locked ?? 0), unlocked]).toEqual([20_000, [open]]);
  expect(life.notices).toMatchObject([
    { kind: 'unlocked', words: '1 of its payments could not be locked (open).' },
  ]);
  expect(life.command).toEqual({ type: 'detach' });
});

it('stays, when it is wanted again and has not heard that it leaves', () => {
  const life = new Life().begin().member();
  const before = life.state;
  life.hear({ ...LEAVE, next: { ...VEHICLE, policy: POLICY } });
  expect(life.state.leaving).toBeNull();
  expect(life.state.vehicle).toEqual(before.vehicle);
  // For another vehicle it leaves all the same.
  life.hear({ ...LEAVE, next: { ...VEHICLE, vin: 'WBA8E9G50GNT00002', policy: POLICY } });
  expect(life.state.leaving?.next).toMatchObject({ vin: 'WBA8E9G50GNT00002' });
});
