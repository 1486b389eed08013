import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../../workflows/messages';

/** `temporal.api.enums.v1.TaskQueueType` of Temporal's API. */
const WORKFLOW_QUEUE = 1;

/** How long the server may take to say it, in milliseconds: it is only a hint. */
const DEADLINE = 3_000;

/**
 * Whether the server names anybody who asks for the tasks of activations. It names a worker for minutes after it has gone,
 * and one that is busy too: so only "nobody" is sure.
 */
export async function isAnyoneThere(client: Client, taskQueue: string = TASK_QUEUE): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_QUEUE,
  });
  return pollers.length > 0;
}

/** The same as a hint for a person: where the server does not say it in time, nothing is claimed. */
export async function isNobodyThere(client: Client): Promise<boolean> {
  const asked = client.withDeadline(Date.now() + DEADLINE, () => isAnyoneThere(client));
  return !(await asked.catch(() => true));
}
