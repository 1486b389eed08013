import { ActivityExecutionFailedError, type Client } from '@temporalio/client';
import { TimeoutFailure, TimeoutType } from '@temporalio/common';
import { createSharedRateLimiter } from '../../src/temporal/shared-rate-limiter';
import { APP } from '../support/application';

/** A server that answers each request for a slot like this. */
function server(answer: (signal: AbortSignal) => Promise<void>): Client {
  let current = new AbortController().signal;
  const client = {
    withAbortSignal: (signal: AbortSignal, ask: () => Promise<void>) => {
      current = signal;
      return ask();
    },
    activity: { typed: () => ({ execute: () => answer(current) }) },
  };
  return client as unknown as Client;
}

const soon = () => Date.now() + 60_000;

describe('a slot that all workers share', () => {
  it('that did not come within its own time is an error that is tried again', async () => {
    const late = new TimeoutFailure('activity timed out', undefined, TimeoutType.SCHEDULE_TO_CLOSE);
    const limiter = createSharedRateLimiter(
      server(() => Promise.reject(new ActivityExecutionFailedError('Activity failed', late, 'slot'))),
      APP,
    );
    await expect(limiter.acquire('submit', soon())).rejects.toMatchObject({
      code: 'PROVIDER_BUSY',
      retryable: true,
      retryAfter: 5_000,
    });
  });

  it('that cannot be asked for says why', async () => {
    const away = new Error('Temporal is away');
    const limiter = createSharedRateLimiter(
      server(() => Promise.reject(away)),
      APP,
    );
    await expect(limiter.acquire('list', soon())).rejects.toBe(away);
  });

  it('is waited for no longer when the worker stops', async () => {
    const stopping = new AbortController();
    const held = (signal: AbortSignal): Promise<void> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const limiter = createSharedRateLimiter(server(held), APP, stopping.signal);
    const waiting = limiter.acquire('list', soon());
    stopping.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await expect(limiter.acquire('list', soon())).rejects.toThrow('aborted');
  });
});
