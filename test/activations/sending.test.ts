import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { ActivationRun } from '../../src/activations/activation-runs';
import { sendMessage } from '../../src/activations/sending';

const VIN = 'WBA8E9G50GNT00001';
const HOUR = 3_600_000;

/** The life that a message goes to, where no worker ever answers. */
class Unheard {
  status = 'RUNNING';
  signals = 0;

  readonly look = async (): Promise<ActivationRun> => {
    const run = {
      signal: async () => {
        this.signals += 1;
      },
      query: async () => Promise.reject(new Error('no worker answers')),
      describe: async () => this.#description,
    };
    return { run, firstRunId: 'first', description: this.#description } as unknown as ActivationRun;
  };

  end(): void {
    this.status = 'TERMINATED';
  }

  get #description(): object {
    return {
      workflowId: `activation:high-mobility:default:${VIN}`,
      status: { name: this.status },
      startTime: new Date(),
      typedSearchAttributes: new TypedSearchAttributes(),
    };
  }
}

/** Calls with a deadline are made at once. */
const client = { withDeadline: (_: number, call: () => unknown) => call() } as unknown as Client;

describe('a message to an activation that no worker takes in', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Sent by somebody who waits for an hour: what comes of it, and after how many seconds. */
  async function sendTo(
    life: Unheard,
    endsAfter: number | null,
  ): Promise<[outcome: string, seconds: number]> {
    const begun = Date.now();
    if (endsAfter !== null) setTimeout(() => life.end(), endsAfter);
    const reply = sendMessage(client, life.look, { vin: VIN, kind: 'retry', request: { by: 'ops' } }, HOUR);
    const answered = reply.then(({ outcome }): [string, number] => [outcome, (Date.now() - begun) / 1_000]);
    await jest.advanceTimersByTimeAsync(HOUR);
    return answered;
  }

  it('is waited for as long as its sender wants', async () => {
    const life = new Unheard();
    expect(await sendTo(life, null)).toEqual(['queued', 3_600]);
    expect(life.signals).toBe(1);
  });

  it('is answered with the end within seconds, where the activation is ended by force meanwhile', async () => {
    const [outcome, seconds] = await sendTo(new Unheard(), 60_000);
    expect(outcome).toBe('ended');
    // What a worker has taken in before that may still be answered for.
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThanOrEqual(71);
  });
});
