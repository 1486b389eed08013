import type { Client } from '@temporalio/client';
import { VinError } from '../../src/base/errors';
import { clockDifference, watchClock } from '../../src/temporal/clock';

const CLIENT = {} as Client;
const WRONG = new VinError('CLOCK_WRONG', 'The clock is an hour ahead', 'Set it');
const AWAY = new Error('unavailable');

describe('the clock of a part that runs', () => {
  /** Watches while looks have these outcomes. @returns what was told, and how many looks there were. */
  async function watched(outcomes: readonly (Error | null)[]) {
    const told: unknown[] = [];
    const stop = new AbortController();
    let looks = 0;
    const look = async (): Promise<void> => {
      const outcome = outcomes[looks];
      looks += 1;
      if (looks >= outcomes.length) stop.abort();
      if (outcome) throw outcome;
    };
    const waits: number[] = [];
    const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
    await watchClock(CLIENT, (error) => told.push(error), stop.signal, { look, wait });
    return { told, looks, minutes: waits.map((one) => one / 60_000) };
  }

  it('is told wrong when two looks in a row say so, the second after a minute', async () => {
    expect(await watched([null, WRONG, WRONG, null])).toEqual({
      told: [WRONG],
      looks: 3,
      minutes: [10, 10, 1],
    });
  });

  it.each([
    ['was wrong for a moment', [WRONG, null, WRONG, null]],
    ['cannot be compared', [WRONG, AWAY, WRONG, AWAY]],
  ])('is not told wrong where it %s', async (_, outcomes) => {
    expect((await watched(outcomes)).told).toEqual([]);
  });
});

describe('the clock of a server', () => {
  /** A server whose clock stood at this time when it was asked. */
  const serverOf = (at: number): Client => {
    let identity: string | undefined;
    const pollers = () => [{ identity, lastAccessTime: { seconds: at / 1_000, nanos: 0 } }];
    return {
      options: { namespace: 'default' },
      withAbortSignal: (_: AbortSignal, ask: () => Promise<unknown>) => ask(),
      workflowService: {
        pollWorkflowTaskQueue: async (request: { identity: string }) => {
          identity = request.identity;
        },
        describeTaskQueue: async () => ({ pollers: pollers() }),
      },
    } as unknown as Client;
  };

  it.each([
    ['is the same, however long a busy server takes to answer', 90_000, 0],
    ['may be the same at either end', 100_000, 0],
    ['is behind ours', 20_000, 40_000],
    ['is ahead of ours', 220_000, -60_000],
  ])('%s', async (_, at, difference) => {
    // Ours is at 60 s when it asks, and at 160 s when it is answered.
    const ours = [60_000, 160_000];
    expect(await clockDifference(serverOf(at), () => ours.shift() ?? Number.NaN)).toBe(difference);
  });
});
