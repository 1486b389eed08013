import type { Leave, ParkingInput } from '../../../workflows/contract/parking';
import { decideParking } from '../../../workflows/parking/decide';
import { beginParking, type ParkingEvent, type ParkingState } from '../../../workflows/parking/state';

/** A defleeting is taken back: its plate begins again, and what leaves for another reason goes on. */

const START = Date.UTC(2026, 0, 1);
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };
const [ONE, OTHER] = ['WBA8E9G50GNT00001', 'WBA8E9G50GNT00002'];

function parked(vin: string, fleet: string | null = 'North'): ParkingInput {
  const plate = { country: 'NO', number: 'AA12345', subdivision: null };
  return { provider: 'autopay', plate, vin, fleet, externalId: null, policy: POLICY };
}

const asks = (order: string): Leave => ({ by: 'fleet', reason: 'sold', order });
const takesBack = (order: string, next = parked(ONE)): Leave => ({ by: 'fleet', reason: null, next, order });
/** `vin parking remove`, also for the old plate of a vehicle that has another one. */
const REMOVED: Leave = { by: 'ops', reason: 'the plate of its vehicle is NO-BB1 now', order: null };
const HANDED_OVER: Leave = { by: 'ops', reason: 'it changes hands', next: parked(OTHER), order: null };

/** Whether it leaves in the end, and for whom it begins again, after all of this was heard. */
function after(...words: readonly Leave[]): [leaves: boolean, next: string | null] {
  const hear = (state: ParkingState, event: ParkingEvent) => decideParking(state, event).state;
  const known = hear(beginParking(parked(ONE), START), {
    type: 'looked',
    at: START,
    member: { addedAt: START },
  });
  const { leaving } = words.reduce(
    (state, word, index) => hear(state, { type: 'leave-asked', at: START + index + 1, ...word }),
    known,
  );
  return [leaving !== null, leaving?.next?.vin ?? null];
}

it.each<[string, Leave[], [boolean, string | null]]>([
  ['what it has asked to leave begins again', [asks('a'), takesBack('a')], [true, ONE]],
  ['what has not heard it stays', [takesBack('a')], [false, null]],
  ['taken back twice is once', [asks('a'), takesBack('a'), takesBack('a')], [true, ONE]],
  ['what was removed before goes on', [REMOVED, asks('a'), takesBack('a')], [true, null]],
  ['what was removed since goes on', [asks('a'), REMOVED, takesBack('a')], [true, null]],
  ['what was removed, and it had not heard of, goes on', [REMOVED, takesBack('a')], [true, null]],
  [
    'another vehicle that is to have the plate has it',
    [asks('a'), HANDED_OVER, takesBack('a')],
    [true, OTHER],
  ],
  ['asked again right after, it leaves', [asks('a'), takesBack('a'), asks('b')], [true, null]],
  [
    'and taken back again, it begins again',
    [asks('a'), takesBack('a'), asks('b'), takesBack('b')],
    [true, ONE],
  ],
  [
    'the one before it is nothing any more',
    [asks('a'), takesBack('a'), asks('b'), takesBack('a')],
    [true, null],
  ],
  [
    'what nobody has said of the vehicle is no difference',
    [takesBack('a', parked(ONE, null))],
    [false, null],
  ],
  ["another vehicle's plate is left alone", [takesBack('a', parked(OTHER))], [false, null]],
  // As workers of before send it.
  [
    'what was asked without its id begins again',
    [{ by: 'fleet', reason: 'sold' }, takesBack('a')],
    [true, ONE],
  ],
])('taken back: %s', (_, words, expected) => {
  expect(after(...words)).toEqual(expected);
});
