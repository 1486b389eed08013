import { Clock } from '../../../../src/trial/simulator/shared/clock';

const DAY = 86_400_000;

beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') }));
afterEach(() => jest.useRealTimers());

test('starts at the real time and runs as many times as fast as it is told', () => {
  const clock = new Clock(86_400);
  expect(clock.now()).toBe(Date.parse('2026-01-01T00:00:00Z'));
  jest.advanceTimersByTime(1_000);
  expect(clock.now()).toBe(Date.parse('2026-01-02T00:00:00Z'));
});

test('runs what is due in order, and tells each task when it was due', () => {
  const clock = new Clock(86_400);
  const start = clock.now();
  const ran: [string, number][] = [];
  clock.at(start + 3 * DAY, (at) => ran.push(['third', at]));
  clock.at(start + DAY, (at) => {
    ran.push(['first', at]);
    clock.at(at + DAY, (then) => ran.push(['second', then]));
  });
  clock.at(start + 9 * DAY, () => ran.push(['late', 0]));
  jest.advanceTimersByTime(3_000);
  expect(ran).toEqual([
    ['first', start + DAY],
    ['second', start + 2 * DAY],
    ['third', start + 3 * DAY],
  ]);
});

test('keeps the order of tasks that are due at the same moment', () => {
  const clock = new Clock(1);
  const ran: number[] = [];
  for (const number of [1, 2, 3]) clock.at(clock.now() + 5, () => ran.push(number));
  jest.advanceTimersByTime(10);
  expect(ran).toEqual([1, 2, 3]);
});

test('does not run a task of next month at once, although a timer cannot be that long', () => {
  const clock = new Clock(1);
  const run = jest.fn();
  clock.at(clock.now() + 40 * DAY, run);
  jest.advanceTimersByTime(39 * DAY);
  expect(run).not.toHaveBeenCalled();
  jest.advanceTimersByTime(DAY + 1);
  expect(run).toHaveBeenCalledTimes(1);
});

test('jumps forward on demand and runs what became due', () => {
  const clock = new Clock(1);
  const start = clock.now();
  const run = jest.fn();
  clock.at(start + 2 * DAY, run);
  clock.advance(30 * DAY);
  expect(run).toHaveBeenCalledWith(start + 2 * DAY);
  expect(clock.now()).toBe(start + 30 * DAY);
});

test('forgets what is cancelled, and everything when it stops', () => {
  const clock = new Clock(1);
  const run = jest.fn();
  clock.at(clock.now() + 5, run)();
  clock.advance(10);
  clock.at(clock.now() + 5, run);
  clock.stop();
  jest.advanceTimersByTime(DAY);
  expect(run).not.toHaveBeenCalled();
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the speed %s', (speed) => {
  expect(() => new Clock(speed)).toThrow('positive');
});
