import type { ParkingView, Stay } from '../../../workflows/contract/parking';
import type { ParkingNotice } from '../../../workflows/parking/alerts';
import { decideParking } from '../../../workflows/parking/decide';
import { beginParking, type ParkingEvent, type ParkingState } from '../../../workflows/parking/state';
import {
  type KnownStay,
  MOST_STAYS,
  searchStays,
  totalsOf,
  viewOf,
  withListed,
  withNotified,
  withoutStay,
} from '../../../workflows/parking/stays';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 0, 1);
const STAY: Stay = {
  id: 'stay-1',
  type: 'PARKING',
  operator: 'operator-1',
  place: 'Quay 1',
  startedAt: START,
  endedAt: null,
  cost: null,
  invoicing: null,
};
const ENDED: Stay = {
  ...STAY,
  endedAt: START + HOUR,
  cost: { gross: 25, currency: 'NOK' },
  invoicing: 'NOT_INVOICED',
};

/** The periodical notifications of a stay, every quarter of an hour. */
function periods(count: number): { at: number; period: number }[] {
  return Array.from({ length: count }, (_, index) => {
    const period = (index + 1) * 15 * MINUTE;
    return { at: START + period, period };
  });
}

describe('what a notification says', () => {
  test('makes a stay, and a period says how long it lasts at least', () => {
    const entered = withNotified([], STAY, START, null);
    expect(entered).toMatchObject([{ ...STAY, period: 0, every: null }]);
    const later = withNotified(entered, STAY, START + 15 * MINUTE, 15 * MINUTE);
    expect(later).toMatchObject([{ period: 15 * MINUTE, every: 15 * MINUTE, heardAt: START + 15 * MINUTE }]);
  });

  test('is the same in every order, and however often each comes', () => {
    const said = [{ at: START, period: null }, ...periods(4)];
    const shuffles = [
      said,
      said.toReversed(),
      [said[2], said[0], said[4], said[1], said[3]],
      [...said, ...said],
    ];
    const ends = shuffles.map((order) =>
      order.reduce<readonly KnownStay[]>(
        (stays, one) => (one ? withNotified(stays, STAY, one.at, one.period) : stays),
        [],
      ),
    );
    // A reversed order knows no shorter step than the longest period.
    for (const [known] of ends) expect(known).toMatchObject({ ...STAY, period: HOUR, heardAt: START + HOUR });
    expect(ends.every((stays) => stays.length === 1)).toBe(true);
  });

  test('of what a list has said before takes nothing away: the end, the cost and the invoicing stand', () => {
    const listed = withListed([], [ENDED], START + 2 * HOUR);
    expect(withNotified(listed, STAY, START + 3 * HOUR, 15 * MINUTE)).toMatchObject([ENDED]);
  });

  test('under the same id with another place corrects it, and a late older one does not', () => {
    const moved = { ...STAY, place: 'Quay 2' };
    const corrected = withNotified(withNotified([], STAY, START, null), moved, START + MINUTE, null);
    expect(corrected).toMatchObject([{ place: 'Quay 2', heardAt: START }]);
    const [newest] = withNotified(corrected, moved, START + HOUR, HOUR);
    expect(withNotified(newest ? [newest] : [], STAY, START + HOUR, 15 * MINUTE)).toMatchObject([
      { place: 'Quay 2', period: HOUR },
    ]);
  });
});

test('a list has the newest word: an end may change, and may lie before the start, as in the samples of the provider', () => {
  const early = { ...ENDED, endedAt: START - HOUR };
  expect(withListed(withListed([], [ENDED], START), [early], START + HOUR)).toMatchObject([
    { startedAt: START, endedAt: START - HOUR },
  ]);
});

test('more stays than are kept: the oldest that are over go, those that go on stay', () => {
  let stays: readonly KnownStay[] = withNotified([], STAY, START, null);
  for (let count = 0; count < 3 * MOST_STAYS; count += 1)
    stays = withListed(stays, [{ ...ENDED, id: `ended-${count}` }], START + count);
  expect(stays).toHaveLength(MOST_STAYS);
  expect(stays[0]).toMatchObject({ id: 'stay-1' });
  expect(stays.at(-1)).toMatchObject({ id: `ended-${3 * MOST_STAYS - 1}` });
});

test('a list of many says the same at once as one after the other', () => {
  const known = withNotified(withNotified([], STAY, START, null), { ...STAY, id: 'other' }, START, null);
  const listed = Array.from({ length: 2 * MOST_STAYS }, (_, count) =>
    count % 7 === 0 ? { ...ENDED, id: 'other' } : { ...ENDED, id: `ended-${count % 250}`, place: `${count}` },
  );
  const oneByOne = listed.reduce<readonly KnownStay[]>(
    (all, stay) => withListed(all, [stay], START + HOUR),
    known,
  );
  expect(withListed(known, listed, START + HOUR)).toEqual(oneByOne);
  expect(oneByOne).toHaveLength(MOST_STAYS);
});

test('so many that go on that none is over: they are bounded all the same', () => {
  let stays: readonly KnownStay[] = [];
  for (let count = 0; count < 2 * MOST_STAYS; count += 1)
    stays = withNotified(stays, { ...STAY, id: `open-${count}` }, START + count, null);
  expect(stays).toHaveLength(MOST_STAYS);
});

test('amounts are summed for each currency by itself, and one that nobody has said is in none', () => {
  const cost = (gross: number | null, currency: string) => ({ cost: { gross, currency } });
  expect(
    totalsOf([cost(0.1, 'NOK'), cost(24.24, 'SEK'), cost(0.2, 'NOK'), cost(null, 'NOK'), { cost: null }]),
  ).toEqual([
    { currency: 'NOK', gross: 0.3, count: 2 },
    { currency: 'SEK', gross: 24.24, count: 1 },
  ]);
});

test('stays are found by id, type, operator, end and time', () => {
  const toll = { ...ENDED, id: 'toll', type: 'TOLL_ROAD', startedAt: START + HOUR };
  const timeless = { ...STAY, id: 'timeless', startedAt: null, operator: null };
  const stays = withListed(withNotified([], STAY, START, null), [toll, timeless], START);
  const ids = (search: Parameters<typeof searchStays>[1]) => searchStays(stays, search).map(({ id }) => id);
  expect(ids({})).toEqual(['stay-1', 'toll', 'timeless']);
  expect(ids({ id: 'toll' })).toEqual(['toll']);
  expect(ids({ type: 'PARKING' })).toEqual(['stay-1', 'timeless']);
  expect(ids({ operator: 'operator-1', end: 'known' })).toEqual(['toll']);
  expect(ids({ from: START, to: START + HOUR })).toEqual(['stay-1']);
  expect(ids({ end: 'running' })).toEqual(['stay-1', 'timeless']);
});

describe('a stay that is longer than the limit', () => {
  const policy = { detachOnAdding: false, declineOnLeaving: false, longStay: HOUR, runningPatience: 0 };
  const plate = { country: 'NO', number: 'AA12345', subdivision: null };
  const vehicle = { provider: 'autopay', plate, vin: null, fleet: null, externalId: null };

  /** A parking that is in the fleet, and hears these events. */
  function hear(...events: ParkingEvent[]): { state: ParkingState; notices: ParkingNotice[] } {
    const first: ParkingEvent = { type: 'looked', at: START, member: { addedAt: START } };
    let state = beginParking({ ...vehicle, policy }, START);
    const notices: ParkingNotice[] = [];
    for (const event of [first, ...events]) {
      const decision = decideParking(state, event);
      state = decision.state;
      notices.push(...decision.notices);
    }
    return { state, notices };
  }
  const entry: ParkingEvent = { type: 'notified', at: START, stay: STAY, period: null };
  const quarters = (count: number): ParkingEvent[] =>
    periods(count).map(({ at, period }) => ({ type: 'notified', at, stay: STAY, period: period / 1_000 }));
  const shown = ({ stays }: ParkingState): ParkingView['stays'] => stays.map(viewOf);

  test('is told once, and shown as long as it is notified', () => {
    const { state, notices } = hear(entry, ...quarters(6));
    const words = 'It has been parked for more than 1 h at Quay 1.';
    expect(notices).toEqual([{ kind: 'long-stay', key: 'stay-1', words, since: START }]);
    expect(shown(state)).toMatchObject([{ end: 'running', isAlerted: true }]);
  });

  test('is alerted no more after two periods without a notification: its end is not known then', () => {
    const { state } = hear(entry, ...quarters(4));
    const silentAt = START + HOUR + 30 * MINUTE;
    expect(state.deadline).toMatchObject({ at: silentAt });
    const before = decideParking(state, { type: 'deadline-reached', at: silentAt - 1 }).state;
    expect(shown(before)).toMatchObject([{ end: 'running', isAlerted: true }]);
    const after = decideParking(state, { type: 'deadline-reached', at: silentAt });
    expect(shown(after.state)).toMatchObject([{ end: 'not-known', isAlerted: false }]);
    expect(after.state.history.at(-1)?.note).toContain('is not known');
    expect([after.command, after.state.deadline, after.notices]).toEqual([null, null, []]);
  });

  test('goes on where it is notified again after that, and is not told twice', () => {
    const { state, notices } = hear(
      entry,
      ...quarters(4),
      { type: 'deadline-reached', at: START + 2 * HOUR },
      { type: 'notified', at: START + 3 * HOUR, stay: STAY, period: 10_800 },
    );
    expect(shown(state)).toMatchObject([{ end: 'running', isAlerted: true }]);
    expect(notices).toHaveLength(1);
  });

  test('is alerted no more when a list says its end', () => {
    const swept: ParkingEvent = { type: 'swept', at: START + 2 * HOUR, stays: [ENDED], isMember: null };
    const { state, notices } = hear(entry, ...quarters(4), swept, ...quarters(8).slice(5));
    expect(shown(state)).toMatchObject([{ end: 'known', isAlerted: false }]);
    expect(notices).toHaveLength(1);
    expect(state.deadline).toBeNull();
  });

  test('is told also while something is under way at the provider', () => {
    let state = beginParking({ ...vehicle, policy }, START);
    state = decideParking(state, { type: 'deadline-reached', at: START }).state;
    expect(state.inFlight).toEqual({ type: 'look' });
    const { notices } = decideParking(state, {
      type: 'notified',
      at: START + HOUR,
      stay: STAY,
      period: 3_600,
    });
    expect(notices).toMatchObject([{ kind: 'long-stay' }]);
  });

  test('is gone from a vehicle when the provider corrects the plate, and its history says whose it is', () => {
    const { state } = hear(entry, ...quarters(1), {
      type: 'moved',
      at: START + HOUR,
      id: STAY.id,
      plate: 'NO-AA12346',
    });
    expect(state.stays).toEqual([]);
    expect(state.history.at(-1)?.note).toBe('a stay was that of NO-AA12346, says the provider now');
    expect(state.deadline).toBeNull();
    const unknown = decideParking(state, { type: 'moved', at: START + HOUR, id: 'x', plate: 'NO-B1' }).state;
    expect(unknown.history).toEqual(state.history);
  });
});

test('a stay that was taken out comes back when it is notified again', () => {
  const stays = withoutStay(withNotified([], STAY, START, null), STAY.id);
  expect(withNotified(stays, STAY, START, null)).toMatchObject([STAY]);
});
