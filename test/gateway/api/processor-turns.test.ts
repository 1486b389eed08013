import { setMaxListeners } from 'node:events';
import { ProcessorTurns } from '../../../src/gateway/api/processor-turns';

/** Work that goes on until the test ends it. */
function held() {
  const ends: (() => void)[] = [];
  let begun = 0;
  const work = (): Promise<void> => {
    begun += 1;
    return new Promise((resolve) => ends.push(resolve));
  };
  return { work, end: () => ends.shift()?.(), count: () => begun };
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 6; turns += 1) await null;
}

describe('turns', () => {
  afterEach(() => jest.useRealTimers());

  test('let so many go on at the same time, and the others in the order in which they came', async () => {
    const turns = new ProcessorTurns(2);
    const { work, end, count } = held();
    const order: number[] = [];
    const all = [1, 2, 3, 4].map((one) => turns.take(work).then(() => order.push(one)));
    await settled();
    expect(count()).toBe(2);
    end();
    await settled();
    expect([count(), order]).toEqual([3, [1]]);
    for (let more = 0; more < 3; more += 1) {
      end();
      await settled();
    }
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test('are half as many where others are there, and each rests for as long as it took', async () => {
    jest.useFakeTimers();
    let isAlone = false;
    const turns = new ProcessorTurns(4, () => isAlone);
    const { work, end, count } = held();
    const all = [1, 2, 3, 4, 5].map(() => turns.take(work));
    await settled();
    expect(count()).toBe(2);
    jest.advanceTimersByTime(40);
    end();
    await settled();
    // Its work is done, and its place is not free yet.
    await all[0];
    expect(count()).toBe(2);
    jest.advanceTimersByTime(39);
    await settled();
    expect(count()).toBe(2);
    jest.advanceTimersByTime(1);
    await settled();
    expect(count()).toBe(3);
    isAlone = true;
    for (let more = 0; more < 4; more += 1) {
      end();
      await settled();
    }
    await Promise.all(all);
    expect(count()).toBe(5);
  });

  test('are left by those whose client has gone: nothing is begun for them, and nobody waits for them', async () => {
    const turns = new ProcessorTurns(1);
    const { work, end, count } = held();
    const first = turns.take(work);
    const leaving = new AbortController();
    setMaxListeners(0, leaving.signal);
    const left = Array.from({ length: 60 }, () =>
      turns.take(work, leaving.signal).catch((error) => error.code),
    );
    const last = turns.take(work);
    await settled();
    leaving.abort();
    expect(new Set(await Promise.all(left))).toEqual(new Set(['SERVICE_UNAVAILABLE']));
    end();
    await settled();
    end();
    await Promise.all([first, last]);
    expect(count()).toBe(2);
    await expect(turns.take(work, leaving.signal)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  test('that do not come in time are told so, with a time after which to ask again', async () => {
    const turns = new ProcessorTurns(1, undefined, 20);
    const { work, end } = held();
    const first = turns.take(work);
    await expect(turns.take(work)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfter: 5_000 });
    end();
    await first;
    expect(await turns.take(async () => 'free again')).toBe('free again');
  });
});
