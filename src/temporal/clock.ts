import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { VinError } from '../base/errors';
import { WORKFLOW_QUEUE } from './pollers';

/** Nobody has tasks for it: only asked for, so that the server says when. */
const QUEUE = 'vin-activation:clock';

/** How far this machine's clock may be from the server's, in milliseconds. Messages and proofs count minutes. */
const MOST = 30_000;

const LOOKS = { most: 40, pause: 100 };

/**
 * How far this machine's clock is ahead of the Temporal server's, in milliseconds; below 0 where it is behind. Null where
 * the server does not say its time: it has no call for that, but it tells when somebody has last asked for tasks. Right to the time
 * that such a call takes.
 */
export async function clockDifference(client: Client, now: () => number = Date.now): Promise<number | null> {
  const { namespace } = client.options;
  const taskQueue = { name: QUEUE };
  const identity = `clock-${randomUUID()}`;
  const enough = new AbortController();
  const asked = now();
  const poll = client.withAbortSignal(enough.signal, () =>
    client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue, identity }),
  );
  poll.catch(() => undefined); // it is cut off as soon as the server has told of it
  try {
    for (let look = 0; look < LOOKS.most; look += 1) {
      const { pollers } = await client.workflowService.describeTaskQueue({
        namespace,
        taskQueue,
        taskQueueType: WORKFLOW_QUEUE,
      });
      const at = pollers.find((poller) => poller.identity === identity)?.lastAccessTime;
      if (at) return asked - (Number(at.seconds) * 1_000 + (at.nanos ?? 0) / 1_000_000);
      await pause(LOOKS.pause);
    }
    return null;
  } finally {
    enough.abort();
  }
}

/**
 * Makes sure that this machine and the Temporal server have the same time: what a worker says of the time becomes that of its
 * activations, and a message of a gateway counts until a time.
 *
 * @throws VinError `CLOCK_WRONG`.
 */
export async function requireClock(client: Client, now?: () => number): Promise<void> {
  const ahead = await clockDifference(client, now);
  if (ahead === null || Math.abs(ahead) <= MOST) return;
  const seconds = Math.round(Math.abs(ahead) / 1_000);
  throw new VinError(
    'CLOCK_WRONG',
    `The clock of this machine is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} that of the Temporal server; at most ${MOST / 1_000} s are good`,
    'Have both set by the same time service (NTP), and start again.',
  );
}
