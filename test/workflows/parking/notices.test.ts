import { subjectOf } from '../../../src/domain/subject';
import { factsOf } from '../../../src/notify/log';
import { turnOf } from '../../../src/snapshot/parking-turns';
import type { OpenParking } from '../../../src/snapshot/parkings';
import type { Notice } from '../../../workflows/contract/notice';
import { NoticeBook } from '../../../workflows/notices/book';
import type { ParkingNotice } from '../../../workflows/parking/alerts';
import { decideParking } from '../../../workflows/parking/decide';
import { mattersOf } from '../../../workflows/parking/matters';
import { noticesOf } from '../../../workflows/parking/notices';
import { beginParking, type ParkingEvent, type ParkingState } from '../../../workflows/parking/state';

/** What a parking tells people, and of which vehicle. */

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const VIN = 'WBA8E9G50GNT00001';
const VEHICLE = {
  provider: 'autopay',
  plate: { country: 'NO', number: 'AA12345', subdivision: null },
  vin: VIN,
  fleet: 'North',
  externalId: 'car-7',
};
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: HOUR, runningPatience: 0 };
const STAY = {
  ...{ id: 'stay-1', type: 'PARKING', operator: null, place: 'Quay 1', startedAt: START, endedAt: null },
  ...{ cost: null, invoicing: null },
};

/** What is told while these events are heard. */
function told(...events: ParkingEvent[]): { notices: Notice[]; state: ParkingState } {
  let state = beginParking({ ...VEHICLE, policy: POLICY }, START);
  const notices: Notice[] = [];
  for (const event of events) {
    const decision = decideParking(state, event);
    state = decision.state;
    notices.push(...noticesOf(state, decision.notices, event.at));
  }
  return { notices, state };
}

const absent: ParkingEvent[] = [HOUR, 2 * HOUR].map((later) => ({
  type: 'looked',
  at: START + later,
  member: null,
}));
const member: ParkingEvent = { type: 'looked', at: START, member: { addedAt: START } };

test('a long stay tells the fleet manager where the vehicle is, since when, and what to do', () => {
  const { notices } = told(member, { type: 'notified', at: START + HOUR, stay: STAY, period: 3_600 });
  expect(notices).toEqual([
    {
      id: 'notice-parking-autopay-NO-AA12345-long-stay-stay-1-fleet-manager',
      kind: 'long-stay',
      ...{ provider: 'autopay', application: 'default', vin: VIN, plate: 'NO-AA12345', brand: '' },
      ...{ fleet: 'North', externalId: 'car-7', status: 'unknown', level: 0 },
      reason: 'It has been parked for more than 1 h at Quay 1.',
      ...{ audience: 'fleet-manager', owner: 'fleet-manager' },
      action: expect.stringMatching(
        /^NO-AA12345: It has been parked .* whether it is to stay there\. To look: vin parking show NO-AA12345\.$/,
      ),
      since: '2026-01-01T00:00:00.000Z',
      at: '2026-01-01T01:00:00.000Z',
    },
  ]);
});

test('a plate that somebody else has removed tells those who can find out, once each', () => {
  const { notices } = told(member, ...absent);
  expect(notices.map(({ kind, audience, owner }) => [kind, audience, owner])).toEqual([
    ['drift', 'fleet-manager', 'fleet-manager'],
    // Hears of it, and has nothing to do.
    ['drift', 'operations', 'fleet-manager'],
  ]);
  expect(new Set(notices.map(({ id }) => id)).size).toBe(2);
});

test('whose turn it is, and what to do, is what lists say of the same parking', () => {
  const { notices, state } = told(member, ...absent);
  const matters = mattersOf(state);
  const turn = turnOf({ matters, isFaulty: false, startedAt: '' } as unknown as OpenParking, START + HOUR);
  expect(turn).toMatchObject({ matter: 'vanished', owner: notices[0]?.owner });
  expect(notices[0]?.action).toContain(turn?.action);
});

test('a leaving that cannot finish is told: calls that fail, a removal that does not show, payments that stay open', () => {
  const leave: ParkingEvent = { type: 'leave-asked', at: START, by: null, reason: null };
  const failing = Array.from({ length: 12 }, (_, index): ParkingEvent[] => [
    { type: 'failed', at: START + index * 2 * HOUR, words: 'forbidden: no.', mayPass: false },
    { type: 'deadline-reached', at: START + index * 2 * HOUR + HOUR },
  ]).flat();
  const stuck = told(member, leave, ...failing).notices;
  expect(stuck.map(({ kind, audience }) => [kind, audience])).toEqual([
    ['leaving-stuck', 'fleet-manager'],
    ['leaving-stuck', 'operations'],
  ]);
  expect(stuck[0]?.action).toContain('forbidden: no.');

  const kinds = new Set<ParkingNotice['kind']>();
  let { state } = told(member, leave);
  const unlocked = [{ ...STAY, endedAt: START }];
  for (let step = 0; step < 100; step += 1) {
    const { inFlight, deadline } = state;
    const at = Math.max(START + step * HOUR, deadline?.at ?? 0);
    const locked = [
      { application: 'default', outcome: 'locked', words: null, locked: [], unlocked },
    ] as const;
    const event: ParkingEvent =
      inFlight === null
        ? { type: 'deadline-reached', at }
        : inFlight.type === 'lock'
          ? { type: 'locked', at, to: at, locked }
          : inFlight.type === 'look'
            ? { type: 'looked', at, member: { addedAt: START } }
            : { type: 'done', at };
    const decision = decideParking(state, event);
    state = decision.state;
    for (const { kind } of decision.notices) kinds.add(kind);
  }
  expect([...kinds].sort()).toEqual(['leaving-stuck', 'unlocked']);
});

test('a notice about a parking has its plate as its subject, also without a VIN; one about a VIN has that', () => {
  expect(subjectOf({ vin: VIN, plate: 'NO-AA12345' })).toBe('NO-AA12345');
  expect(subjectOf({ vin: VIN })).toBe(VIN);
  expect(subjectOf({ vin: '' })).toBeNull();
});

test('what became of it is found by the plate and by the VIN, and the log has neither of them whole', () => {
  const [notice] = told(member, { type: 'notified', at: START + HOUR, stay: STAY, period: 3_600 }).notices;
  if (!notice) throw new Error('nothing was told');
  const book = new NoticeBook();
  book.takeIn({ notice, channels: ['log'] }, START);
  for (const about of [VIN, 'NO-AA12345', undefined]) {
    expect(book.log(about)).toMatchObject([{ vin: VIN, plate: 'NO-AA12345' }]);
  }
  expect(book.log('NO-AA12346')).toEqual([]);
  expect(JSON.stringify(factsOf(notice))).not.toMatch(/AA12345|WBA8E9G50GNT00001/);
});
