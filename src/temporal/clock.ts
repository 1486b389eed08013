import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { VinError } from '../base/errors';
import { WORKFLOW_QUEUE } from './pollers';

/** Nobody has tasks for it: only asked for, so that the server says when. */
const QUEUE = 'vin-activation:clock';

/** How far this machine's clock may be from the server's, in milliseconds. Messages and proofs count minutes. */
export const MOST_APART = 30_000;

const LOOKS = { most: 40, pause: 100 };

/**
 * How far this machine's clock is ahead of the Temporal server's, in milliseconds; below 0 where it is behind. Null where
 * the server does not say its time: it has no call for that, but it tells when somebody has last asked for tasks. That was
 * between our question and its answer, which a busy server takes long for: 0 as long as the two clocks may be the same.
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
      if (at) return apart(Number(at.seconds) * 1_000 + (at.nanos ?? 0) / 1_000_000, asked, now());
      await pause(LOOKS.pause);
    }
    return null;
  } finally {
    enough.abort();
  }
}

/** How far our clock is at least ahead of the server's, of which `at` was between these two moments of ours. */
function apart(at: number, from: number, to: number): number {
  return at < from ? from - at : Math.min(to - at, 0);
}

/**
 * Makes sure that this machine and the Temporal server have the same time: what a worker says of the time becomes that of its
 * activations, and a message of a gateway counts until a time.
 *
 * @throws VinError `CLOCK_WRONG`.
 */
export async function requireClock(client: Client, now?: () => number): Promise<void> {
  const ahead = await clockDifference(client, now);
  if (ahead === null || Math.abs(ahead) <= MOST_APART) return;
  const seconds = Math.round(Math.abs(ahead) / 1_000);
  throw new VinError(
    'CLOCK_WRONG',
    `The clock of this machine is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} that of the Temporal server; at most ${MOST_APART / 1_000} s are good`,
    'Have both set by the same time service (NTP), and start again.',
  );
}

/** Milliseconds between two looks at the clock of a running part, and before a wrong one is looked at once more. */
const RHYTHM = { every: 10 * 60_000, again: 60_000 };

interface Watching {
  /** @throws VinError `CLOCK_WRONG`, or whatever a server that cannot be asked gives. */
  look(client: Client): Promise<void>;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

async function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}

/**
 * Looks at the clock of a running part again and again: it may be set after the start, by hand, or where a virtual machine was
 * moved. A server that cannot be asked says nothing of it.
 *
 * @param wrong told once, with `CLOCK_WRONG`, when two looks in a row say so.
 * @param signal ends it.
 */
export async function watchClock(
  client: Client,
  wrong: (error: VinError) => void,
  signal: AbortSignal,
  { look, wait }: Watching = { look: requireClock, wait: waited },
): Promise<void> {
  for (let doubts = 0; ; ) {
    await wait(doubts > 0 ? RHYTHM.again : RHYTHM.every, signal);
    if (signal.aborted) return;
    const found = await look(client).catch((error: unknown) => error);
    const isWrong = found instanceof VinError && found.code === 'CLOCK_WRONG';
    doubts = isWrong ? doubts + 1 : 0;
    if (isWrong && doubts > 1) return wrong(found);
  }
}
