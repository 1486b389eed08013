import type { Client } from '@temporalio/client';
import { runSweep } from '../../src/sweep/sweeps';
import { APP } from '../support/application';

/** What a server tells of a sweep whose first task waits, and of who asks for tasks. */
interface World {
  /** When somebody last asked, in seconds; null where the server names nobody. */
  readonly polled: () => number | null;
  /** @default 2: it was started, and its task waits */
  readonly events?: number;
}

function clientOf({ polled, events = 2 }: World): Client {
  const handle = {
    result: () => new Promise(() => undefined),
    describe: async () => ({
      status: { name: 'RUNNING' },
      raw: { pendingWorkflowTask: { state: 1 }, workflowExecutionInfo: { historyLength: events } },
    }),
  };
  return {
    options: { namespace: 'default' },
    withAbortSignal: (_: AbortSignal, work: () => unknown) => work(),
    workflow: { list: async function* () {}, start: async () => handle },
    workflowService: {
      describeTaskQueue: async () => {
        const seconds = polled();
        return { pollers: seconds === null ? [] : [{ lastAccessTime: { seconds, nanos: 0 } }] };
      },
    },
  } as unknown as Client;
}

/** How long a sweep is waited for that nobody takes, in seconds; null: longer than a minute. */
async function patienceWith(world: World): Promise<number | null> {
  const begun = Date.now();
  let ended: number | null = null;
  const sweep = runSweep(clientOf(world), { ...APP, full: true }).catch((error: unknown) => {
    ended = (Date.now() - begun) / 1_000;
    expect(error).toMatchObject({ code: 'WORKER_MISSING' });
  });
  await jest.advanceTimersByTimeAsync(60_000);
  if (ended !== null) await sweep;
  return ended;
}

describe('a sweep that nobody takes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('is not begun where the server names nobody who would make it', async () => {
    expect(await patienceWith({ polled: () => null })).toBe(0);
  });

  test('is waited for less than ten seconds where nobody has asked for tasks since', async () => {
    expect(await patienceWith({ polled: () => 7 })).toBeLessThan(8);
  });

  test('is waited for longer where a busy worker still asks for tasks', async () => {
    let times = 0;
    const patience = await patienceWith({ polled: () => (times += 1) });
    expect(patience).toBeGreaterThan(20);
    expect(patience).toBeLessThan(25);
  });

  test('is waited for longer where its task may lie in the queue of a worker that has gone', async () => {
    expect(await patienceWith({ polled: () => 7, events: 10 })).toBeGreaterThan(20);
  });
});
