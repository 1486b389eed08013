import fc from 'fast-check';
import { countsOf, leftOutOf, newestWithin, roomOf, withinRoom } from '../../src/domain/named-stays';
import type { Stay } from '../../src/domain/stay';

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function stay(id: string, endedAt: number | null, place = ''): Stay {
  const nothing = { operator: null, cost: null, invoicing: null, startedAt: null };
  return { id, type: 'PARKING', place, endedAt, ...nothing };
}

const stays = (count: number, name: string): Stay[] =>
  Array.from({ length: count }, (_, index) => stay(`${name}-${index}`, index));

test('what there is room for is as it was', () => {
  const few = { locked: stays(10, 'locked'), unlocked: stays(3, 'open') };
  expect(withinRoom(few, roomOf(1))).toBe(few);
  expect(leftOutOf([few])).toBe(0);
});

test('of too many stays some are named, and the others counted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 60 }),
      fc.nat(60),
      fc.integer({ min: 1_000, max: 6_000 }),
      (places, open, room) => {
        const all = places.map((place, index) => stay(String(index), index, place));
        const outcome = { locked: all.slice(open), unlocked: all.slice(0, open) };
        const named = withinRoom(outcome, room);
        expect(countsOf([named])).toEqual({
          locked: outcome.locked.length,
          unlocked: outcome.unlocked.length,
        });
        expect(sizeOf([...named.locked, ...named.unlocked])).toBeLessThanOrEqual(room + 2);
      },
    ),
  );
});

test('those that go on are named, then those that are not locked, then the newest', () => {
  const outcome = {
    locked: [stay('runs', null), ...stays(5_000, 'locked')],
    unlocked: stays(100, 'open'),
  };
  const { locked, unlocked, leftOut } = withinRoom(outcome, roomOf(8)) as ReturnType<
    typeof withinRoom<typeof outcome & { leftOut?: { locked: number; unlocked: number } }>
  >;
  expect(unlocked).toHaveLength(100);
  expect([locked[0]?.id, locked.at(-1)?.id]).toEqual(['runs', 'locked-4999']);
  expect(leftOut).toEqual({ locked: 5_001 - locked.length, unlocked: 0 });
});

test('of services the newest are shown', () => {
  const { stays: shown, leftOut } = newestWithin(stays(5_000, 'service'), roomOf(1));
  expect([shown.at(-1)?.id, shown.length + leftOut]).toEqual(['service-4999', 5_000]);
});
