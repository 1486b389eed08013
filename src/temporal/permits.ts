import { randomUUID } from 'node:crypto';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import {
  applicationQueue,
  endpointQueue,
  permitQueue,
  TASK_QUEUE,
} from '../../workflows/contract/task-queues';
import { createRateLimiter, noSlot, type RateLimiter } from '../calls/rate-limiter';
import { type Application, applicationKey } from '../domain/application';
import type { Endpoint } from '../domain/endpoint';

/**
 * Turns for calls that carry many vehicles. Each is a short workflow whose one task goes through the task queue of
 * the endpoint, where the server holds the budget for all workers (docs/decisions/0007-budgets.md).
 *
 * @param signal ends the waiting for turns. Abort it before the client's connection is closed: the library would
 *   throw where nobody can catch it.
 * @param taskQueue in front of the names of task queues.
 */
export function createPermits(
  client: Client,
  app: Application,
  signal?: AbortSignal,
  taskQueue: string = TASK_QUEUE,
): RateLimiter {
  const queue = applicationQueue(app, taskQueue);
  const ask = (endpoint: Endpoint): Promise<void> =>
    client.workflow.execute('permit', {
      workflowId: `permit:${applicationKey(app)}:${endpoint}:${randomUUID()}`,
      taskQueue: permitQueue(queue),
      args: [endpointQueue(queue, endpoint)],
      workflowExecutionTimeout: '1 minute',
      staticSummary: `The turn of one call: ${endpoint}`,
    });
  // Each has a signal of its own: the library never takes back what it attaches to one.
  const open = new Set<AbortController>();
  signal?.addEventListener('abort', () => {
    for (const asking of open) asking.abort();
  });
  return createRateLimiter(async (endpoint) => {
    signal?.throwIfAborted();
    const asking = new AbortController();
    open.add(asking);
    try {
      await client.withAbortSignal(asking.signal, () => ask(endpoint));
    } catch (error) {
      // The permit's own time was up: too many are before it.
      throw error instanceof WorkflowFailedError ? noSlot(endpoint) : error;
    } finally {
      open.delete(asking);
    }
  });
}
