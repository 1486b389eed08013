import type { ParkingNotice } from '../../../workflows/parking/alerts';
import { decideParking } from '../../../workflows/parking/decide';
import {
  beginParking,
  type ParkingCommand,
  type ParkingEvent,
  type ParkingState,
} from '../../../workflows/parking/state';

/** A plate that stays, and of which a list of the provider says nothing. */

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };
const PLATE = { country: 'NO', number: 'AA12345', subdivision: null };

/** What is done after these events, each so many minutes after the start. */
function after(...events: readonly [number, Record<string, unknown>][]) {
  const vehicle = { provider: 'autopay', plate: PLATE, vin: null, fleet: null, externalId: null };
  let state: ParkingState = beginParking({ ...vehicle, policy: POLICY }, START);
  let command: ParkingCommand | null = null;
  const notices: ParkingNotice[] = [];
  for (const [minutes, event] of events) {
    const decision = decideParking(state, { ...event, at: START + minutes * MINUTE } as ParkingEvent);
    ({ state, command } = decision);
    notices.push(...decision.notices);
  }
  return { state, command, kinds: notices.map(({ kind }) => kind) };
}

const THERE = { type: 'looked', member: { addedAt: START } };
const ABSENT = { type: 'looked', member: null };
const SWEPT = { type: 'swept', stays: [], isMember: false };
const WOKEN = { type: 'deadline-reached' };
const LEAVE = { type: 'leave-asked', by: 'ops', reason: null };

it('stays in the fleet after one list without it: the list may be cut, and is read once more ten minutes later', () => {
  const { state, command, kinds } = after([0, THERE], [60, SWEPT], [61, ABSENT]);
  expect([state.isMember, command, kinds]).toEqual([true, null, []]);
  expect(state.deadline).toEqual({ at: START + 71 * MINUTE, for: 'a second reading without it' });
  expect(state.history.at(-1)?.note).toContain('it is read once more');
});

it('is no drift where the next list shows it', () => {
  const { state, command, kinds } = after([0, THERE], [61, ABSENT], [71, WOKEN], [71, THERE]);
  expect([state.isMember, state.unseen, state.deadline, command, kinds]).toEqual([
    true,
    null,
    null,
    null,
    [],
  ]);
  // A later list that lacks it is a first one again.
  const again = after([0, THERE], [61, ABSENT], [71, WOKEN], [71, THERE], [100, SWEPT], [101, ABSENT]);
  expect([again.state.isMember, again.kinds]).toEqual([true, []]);
});

it('has vanished where the second reading says the same: it is told, and added again', () => {
  const { state, command, kinds } = after([0, THERE], [61, ABSENT], [71, WOKEN], [71, ABSENT]);
  expect([state.isMember, command, kinds]).toEqual([false, { type: 'add' }, ['drift']]);
});

it('is not believed gone by readings that follow at once, however many sweeps ask for them', () => {
  const { state, kinds } = after(
    [0, THERE],
    [61, ABSENT],
    [62, SWEPT],
    [62, ABSENT],
    [70, SWEPT],
    [70, ABSENT],
  );
  expect([state.isMember, kinds]).toEqual([true, []]);
});

it('that leaves meanwhile is read first', () => {
  const { command } = after([0, THERE], [61, ABSENT], [62, LEAVE]);
  expect(command).toEqual({ type: 'look' });
  const there = after([0, THERE], [61, ABSENT], [62, LEAVE], [62, THERE]);
  expect(there.command).toMatchObject({ type: 'lock' });
  const gone = after([0, THERE], [61, ABSENT], [62, LEAVE], [62, ABSENT]);
  expect(gone.state.deadline).toEqual({ at: START + 71 * MINUTE, for: 'a second reading without it' });
});
