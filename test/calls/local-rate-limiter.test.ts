import fc from 'fast-check';
import { LocalRateLimiter } from '../../src/calls/local-rate-limiter';

/** A clock on which time passes only by waiting, and the moments of all slots. */
function timed(perMinute: number) {
  let now = 1_000;
  const slots: number[] = [];
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const limiter = new LocalRateLimiter(perMinute, clock);
  const acquire = () => limiter.acquire().then(() => slots.push(now));
  return { limiter, acquire, slots, pass: (milliseconds: number) => (now += milliseconds) };
}

test('the first slot is at once, the others are spread evenly', async () => {
  const { acquire, slots } = timed(60);
  await Promise.all([acquire(), acquire(), acquire(), acquire()]);
  expect(slots).toEqual([1_000, 2_000, 3_000, 4_000]);
});

test('time in which nobody asked is not made up for by a burst', async () => {
  const { acquire, slots, pass } = timed(60);
  await acquire();
  pass(60_000);
  await Promise.all([acquire(), acquire()]);
  expect(slots).toEqual([1_000, 61_000, 62_000]);
});

test('a pause holds all, also who waits already, and a shorter one does not end a longer', async () => {
  const { limiter, acquire, slots } = timed(60);
  await acquire();
  const waiting = [acquire(), acquire()];
  limiter.closeFor(10_000);
  limiter.closeFor(5_000);
  await Promise.all(waiting);
  expect(slots).toEqual([1_000, 11_000, 12_000]);
});

test('in no sliding minute there are more calls than asked for', async () => {
  const action = fc.oneof(
    fc.record({ slots: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ pass: fc.integer({ min: 0, max: 120_000 }) }),
    fc.record({ hold: fc.integer({ min: 0, max: 120_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 120 }), fc.array(action), async (perMinute, actions) => {
      const { limiter, acquire, slots, pass } = timed(perMinute);
      for (const one of actions) {
        if ('slots' in one) await Promise.all(Array.from({ length: one.slots }, acquire));
        else if ('pass' in one) pass(one.pass);
        else limiter.closeFor(one.hold);
      }
      // A tenth of a millisecond: divisions leave fractions.
      const inMinute = (from: number) => slots.filter((at) => at >= from && at < from + 59_999.9).length;
      for (const from of slots) expect(inMinute(from)).toBeLessThanOrEqual(perMinute);
    }),
  );
});
