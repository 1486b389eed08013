import fc from 'fast-check';
import { type ActivationCounts, oldestAge, repeatCounts } from '../../src/activations/activation-counts';

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
  const COUNTS = { needAttention: 3 } as ActivationCounts;

  test('goes on after a count that failed, and tells of both', async () => {
    const told: unknown[] = [];
    let takes = 0;
    const take = async (): Promise<ActivationCounts> => {
      takes += 1;
      if (takes === 1) throw new Error('the server is away');
      return COUNTS;
    };
    const enough = await new Promise<() => Promise<void>>((resolve) => {
      const stop = repeatCounts(take, 0, {
        counted: (counts) => {
          told.push(counts);
          resolve(stop);
        },
        failed: (error) => told.push((error as Error).message),
      });
    });
    await enough();
    expect(told.slice(0, 2)).toEqual(['the server is away', COUNTS]);
  });

  test('waits for the count that is under way when it is stopped, and makes no other', async () => {
    let finish: (counts: ActivationCounts) => void = () => undefined;
    let takes = 0;
    const counted: ActivationCounts[] = [];
    const stop = repeatCounts(
      () => {
        takes += 1;
        return new Promise<ActivationCounts>((resolve) => (finish = resolve));
      },
      0,
      { counted: (counts) => counted.push(counts), failed: () => undefined },
    );
    const stopped = stop();
    finish(COUNTS);
    await stopped;
    expect(counted).toEqual([COUNTS]);
    expect(takes).toBe(1);
  });
});
