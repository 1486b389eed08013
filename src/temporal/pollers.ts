import type { Client } from '@temporalio/client';
import { applicationQueue } from '../../workflows/contract/task-queues';
import type { Application } from '../domain/application';

/** `temporal.api.enums.v1.TaskQueueType` of Temporal's API. */
export const WORKFLOW_QUEUE = 1;
export const ACTIVITY_QUEUE = 2;

/** How long the server may take to say it, in milliseconds: it is only a hint. */
const DEADLINE = 3_000;

/**
 * When somebody last asked for tasks of a queue, as the server tells it: a text that is another one after each time, and ''
 * where it names nobody. It names a worker for minutes after it has gone.
 */
export async function newestPoll(client: Client, name: string, taskQueueType: number): Promise<string> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType,
  });
  const times = pollers.map(({ lastAccessTime: at }) => `${at?.seconds ?? 0}.${at?.nanos ?? 0}`);
  return times.sort().at(-1) ?? '';
}

/** Whether the server names anybody who asks for the tasks of activations, gone or busy: so only "nobody" is sure. */
export async function isAnyoneThere(client: Client, taskQueue: string): Promise<boolean> {
  return (await newestPoll(client, taskQueue, WORKFLOW_QUEUE)) !== '';
}

/** The same as a hint for a person: where the server does not say it in time, nothing is claimed. */
export async function isNobodyThere(client: Client, app: Application): Promise<boolean> {
  const asked = client.withDeadline(Date.now() + DEADLINE, () =>
    isAnyoneThere(client, applicationQueue(app)),
  );
  return !(await asked.catch(() => true));
}
