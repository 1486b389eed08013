import { ahead } from '../../src/replay/ahead';

const SIZE = 10;

async function* numbers(count: number, failure?: Error): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) yield number;
  if (failure) throw failure;
}

/** What came, as `vin replay` takes it: one after the other, slower than it is fetched. */
async function taken(items: AsyncIterable<number>): Promise<number[]> {
  const all: number[] = [];
  for await (const one of items) {
    await new Promise(setImmediate);
    all.push(one);
  }
  return all;
}

describe('what is fetched ahead', () => {
  it('comes in the order of its items, so many at a time', async () => {
    let most = 0;
    let underWay = 0;
    const slowly = async (one: number): Promise<number> => {
      most = Math.max(most, ++underWay);
      for (let turns = 100 - one; turns > 0; turns--) await Promise.resolve();
      underWay -= 1;
      return one;
    };
    const all = await taken(ahead(numbers(50), slowly, SIZE));
    expect(all).toEqual(Array.from({ length: 50 }, (_, one) => one));
    expect(most).toBe(SIZE);
  });

  it('ends where the list of items fails, also far ahead of who takes it', async () => {
    const failure = new Error('14 UNAVAILABLE');
    await expect(taken(ahead(numbers(50, failure), async (one) => one, SIZE))).rejects.toBe(failure);
  });

  it('ends where an item fails, and those behind it that fail as well harm nobody', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown): number => unheard.push(error);
    process.on('unhandledRejection', hear);
    const failing = async (one: number): Promise<number> => {
      if (one > 5) throw new Error(`failed: ${one}`);
      return one;
    };
    await expect(taken(ahead(numbers(50), failing, SIZE))).rejects.toThrow('failed: 6');
    await new Promise(setImmediate);
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });
});
