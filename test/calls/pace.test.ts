import fc from 'fast-check';
import { Pace } from '../../src/calls/pace';

/** A clock on which time passes only by waiting, and the moments of all turns. */
function timed(perMinute: number) {
  let now = 1_000;
  const turns: number[] = [];
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const pace = new Pace(perMinute, clock);
  const turn = () => pace.turn().then(() => turns.push(now));
  return { pace, turn, turns, pass: (milliseconds: number) => (now += milliseconds) };
}

test('the first turn is at once, the others are spread evenly', async () => {
  const { turn, turns } = timed(60);
  await Promise.all([turn(), turn(), turn(), turn()]);
  expect(turns).toEqual([1_000, 2_000, 3_000, 4_000]);
});

test('time in which nobody asked is not made up for by a burst', async () => {
  const { turn, turns, pass } = timed(60);
  await turn();
  pass(60_000);
  await Promise.all([turn(), turn()]);
  expect(turns).toEqual([1_000, 61_000, 62_000]);
});

test('a pause holds all, also who waits already, and a shorter one does not end a longer', async () => {
  const { pace, turn, turns } = timed(60);
  await turn();
  const waiting = [turn(), turn()];
  pace.hold(10_000);
  pace.hold(5_000);
  await Promise.all(waiting);
  expect(turns).toEqual([1_000, 11_000, 12_000]);
});

test('in no sliding minute there are more calls than asked for', async () => {
  const action = fc.oneof(
    fc.record({ turns: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ pass: fc.integer({ min: 0, max: 120_000 }) }),
    fc.record({ hold: fc.integer({ min: 0, max: 120_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 120 }), fc.array(action), async (perMinute, actions) => {
      const { pace, turn, turns, pass } = timed(perMinute);
      for (const one of actions) {
        if ('turns' in one) await Promise.all(Array.from({ length: one.turns }, turn));
        else if ('pass' in one) pass(one.pass);
        else pace.hold(one.hold);
      }
      // A tenth of a millisecond: divisions leave fractions.
      const inMinute = (from: number) => turns.filter((at) => at >= from && at < from + 59_999.9).length;
      for (const from of turns) expect(inMinute(from)).toBeLessThanOrEqual(perMinute);
    }),
  );
});
