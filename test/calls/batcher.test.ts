import { createBatcher } from '../../src/calls/batcher';

/** Timers that fire when the test says so. */
class Timers {
  readonly waits: number[] = [];
  private readonly runs: (() => void)[] = [];

  readonly after = (milliseconds: number, run: () => void): void => {
    this.waits.push(milliseconds);
    this.runs.push(run);
  };

  /** Fires the oldest one. */
  fire(): void {
    this.runs.shift()?.();
  }
}

type Handle = (items: readonly string[]) => Promise<readonly (string | Error)[]>;

function batcherOf(size: number, handle: Handle = async (items) => items.map((item) => `<${item}>`)) {
  const timers = new Timers();
  const groups: (readonly string[])[] = [];
  const ask = createBatcher<string, string>({
    size,
    window: 2_000,
    after: timers.after,
    handle: (items) => {
      groups.push(items);
      return handle(items);
    },
  });
  return { ask, timers, groups };
}

test('a full group leaves at once, and its timer does nothing to the next one', async () => {
  const { ask, timers, groups } = batcherOf(2);
  const full = [ask('a'), ask('b')];
  expect(groups).toEqual([['a', 'b']]);
  const next = ask('c');
  timers.fire();
  expect(groups).toHaveLength(1);
  timers.fire();
  expect(groups).toEqual([['a', 'b'], ['c']]);
  expect(await Promise.all([...full, next])).toEqual(['<a>', '<b>', '<c>']);
});

test('the first one waits for a while, and whoever comes meanwhile goes along', async () => {
  const { ask, timers, groups } = batcherOf(100);
  const answers = [ask('a'), ask('b'), ask('c')];
  expect(timers.waits).toEqual([2_000]);
  expect(groups).toEqual([]);
  timers.fire();
  expect(groups).toEqual([['a', 'b', 'c']]);
  expect(await Promise.all(answers)).toEqual(['<a>', '<b>', '<c>']);
});

test('a group of one leaves without waiting', async () => {
  const { ask, timers } = batcherOf(1);
  expect(await ask('a')).toBe('<a>');
  expect(timers.waits).toEqual([]);
});

test('who comes while a group is under way goes with the next one', async () => {
  const { ask, groups } = batcherOf(1);
  const first = ask('a');
  const second = ask('b');
  expect(groups).toEqual([['a'], ['b']]);
  expect(await Promise.all([first, second])).toEqual(['<a>', '<b>']);
});

test("one's error is nobody else's", async () => {
  const bad = new Error('bad');
  const { ask } = batcherOf(3, async (items) => items.map((item) => (item === 'b' ? bad : item)));
  expect(await Promise.allSettled([ask('a'), ask('b'), ask('c')])).toEqual([
    { status: 'fulfilled', value: 'a' },
    { status: 'rejected', reason: bad },
    { status: 'fulfilled', value: 'c' },
  ]);
});

test.each<[string, Handle]>([
  ['later', async () => Promise.reject(new Error('all of it'))],
  [
    'at once',
    () => {
      throw new Error('all of it');
    },
  ],
])('what the handler throws %s is told to everybody', async (_, handle) => {
  const { ask } = batcherOf(2, handle);
  const answers = await Promise.allSettled([ask('a'), ask('b')]);
  expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.message)).toEqual([
    'all of it',
    'all of it',
  ]);
});

test('who gets no result hears so, and does not wait for ever', async () => {
  const { ask } = batcherOf(3, async () => ['<a>']);
  const [a, b, c] = [ask('a'), ask('b'), ask('c')];
  await expect(a).resolves.toBe('<a>');
  await expect(b).rejects.toThrow('got no result');
  await expect(c).rejects.toThrow('got no result');
});
