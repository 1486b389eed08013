import type { Client } from '@temporalio/client';
import { createHandOver } from '../../src/temporal/hand-over';
import { NOTICE } from '../notify/support';

interface Started {
  readonly type: string;
  readonly options: Record<string, unknown>;
}

/** A client that starts workflows as the test says. */
function clientThat(answers: () => Promise<void>): {
  client: Client;
  started: Started[];
  deadlines: number[];
} {
  const started: Started[] = [];
  const deadlines: number[] = [];
  const client = {
    withDeadline: (deadline: number, work: () => Promise<unknown>) => {
      deadlines.push(deadline);
      return work();
    },
    workflow: {
      signalWithStart: async (type: string, options: Record<string, unknown>) => {
        started.push({ type, options });
        await answers();
      },
    },
  } as unknown as Client;
  return { client, started, deadlines };
}

test('a notice is handed over to the workflow of its audience, with its channels, and soon or not at all', async () => {
  const { client, started, deadlines } = clientThat(async () => undefined);
  await createHandOver(client, ({ fleet }) => ['log', `pager of ${fleet}`]).send(NOTICE);
  expect(started).toMatchObject([
    {
      type: 'notices',
      options: {
        workflowId: 'notices:high-mobility:default:fleet-manager',
        taskQueue: 'vin-activation:high-mobility:default',
        signalArgs: [{ notice: NOTICE, channels: ['log', 'pager of acme'] }],
      },
    },
  ]);
  expect(deadlines[0]).toBeLessThan(Date.now() + 10_000);
});

test('a notice that Temporal does not take is to be handed over again', async () => {
  const { client } = clientThat(() => Promise.reject(new Error('14 UNAVAILABLE: no connection')));
  await expect(createHandOver(client, () => ['log']).send(NOTICE)).rejects.toMatchObject({
    code: 'NOTICE_NOT_HANDED_OVER',
    retryable: true,
    message: expect.stringContaining('14 UNAVAILABLE'),
  });
});
