import { type Client, WorkflowFailedError } from '@temporalio/client';
import { TimeoutFailure, TimeoutType } from '@temporalio/common';
import { createPermits } from '../../src/temporal/permits';
import { APP } from '../support/application';

/** A server that answers each request for a permit like this. */
function server(answer: (signal: AbortSignal) => Promise<void>): Client {
  let current = new AbortController().signal;
  const client = {
    withAbortSignal: (signal: AbortSignal, ask: () => Promise<void>) => {
      current = signal;
      return ask();
    },
    workflow: { execute: () => answer(current) },
  };
  return client as unknown as Client;
}

const soon = () => Date.now() + 60_000;

describe('a permit', () => {
  it('that had no turn within its own time is an error that is tried again', async () => {
    const late = new TimeoutFailure('Workflow timed out', undefined, TimeoutType.START_TO_CLOSE);
    const turns = createPermits(
      server(() => Promise.reject(new WorkflowFailedError('Workflow execution timed out', late, 'TIMEOUT'))),
      APP,
    );
    await expect(turns.acquire('submit', soon())).rejects.toMatchObject({
      code: 'PROVIDER_BUSY',
      retryable: true,
      retryAfter: 5_000,
    });
  });

  it('that cannot be asked for says why', async () => {
    const away = new Error('Temporal is away');
    const turns = createPermits(
      server(() => Promise.reject(away)),
      APP,
    );
    await expect(turns.acquire('list', soon())).rejects.toBe(away);
  });

  it('is waited for no longer when the worker stops', async () => {
    const stopping = new AbortController();
    const held = (signal: AbortSignal): Promise<void> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const turns = createPermits(server(held), APP, stopping.signal);
    const waiting = turns.acquire('list', soon());
    stopping.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await expect(turns.acquire('list', soon())).rejects.toThrow('aborted');
  });
});
