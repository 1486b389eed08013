import fc from 'fast-check';
import { type Census, oldestAge, repeatCensus } from '../../src/activations/activation-counts';

const YEAR = 365 * 86_400;

describe('the age of the oldest', () => {
  test('is found to 2 % in ten questions, from a second to twenty years', async () => {
    // A failure prints the seed and the path.
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 1.1, max: 19 * YEAR, noNaN: true }), async (age) => {
        let questions = 0;
        const found = await oldestAge(async (seconds) => {
          questions += 1;
          return age > seconds;
        });
        expect(found / age).toBeGreaterThan(1 / 1.021);
        expect(found / age).toBeLessThan(1.021);
        expect(questions).toBeLessThanOrEqual(10);
      }),
    );
  });
});

describe('counting again and again', () => {
  const CENSUS = { needAttention: 3 } as Census;

  test('goes on after a count that failed, and tells of both', async () => {
    const told: unknown[] = [];
    let takes = 0;
    const take = async (): Promise<Census> => {
      takes += 1;
      if (takes === 1) throw new Error('the server is away');
      return CENSUS;
    };
    const enough = await new Promise<() => Promise<void>>((resolve) => {
      const stop = repeatCensus(take, 0, {
        counted: (census) => {
          told.push(census);
          resolve(stop);
        },
        failed: (error) => told.push((error as Error).message),
      });
    });
    await enough();
    expect(told.slice(0, 2)).toEqual(['the server is away', CENSUS]);
  });

  test('waits for the count that is under way when it is stopped, and makes no other', async () => {
    let finish: (census: Census) => void = () => undefined;
    let takes = 0;
    const counted: Census[] = [];
    const stop = repeatCensus(
      () => {
        takes += 1;
        return new Promise<Census>((resolve) => (finish = resolve));
      },
      0,
      { counted: (census) => counted.push(census), failed: () => undefined },
    );
    const stopped = stop();
    finish(CENSUS);
    await stopped;
    expect(counted).toEqual([CENSUS]);
    expect(takes).toBe(1);
  });
});
