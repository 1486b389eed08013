import { randomUUID } from 'node:crypto';
import { ActivityExecutionFailedError, type Client } from '@temporalio/client';
import type { Activities } from '../../activities';
import { applicationQueue, endpointQueue, TASK_QUEUE } from '../../workflows/contract/task-queues';
import { createRateLimiter, noSlot, type RateLimiter } from '../calls/rate-limiter';
import type { Application } from '../domain/application';
import type { Endpoint } from '../domain/endpoint';

/**
 * Slots for calls that carry many vehicles, out of the budget that all workers share. Each is an activity of its own, without
 * a workflow, which does nothing: it has to pass through the task queue of the endpoint, where the server holds
 * the budget (docs/decisions/0007-budgets.md).
 *
 * @param signal ends the waiting for slots. Abort it before the client's connection is closed: the library would
 *   throw where nobody can catch it.
 * @param taskQueue in front of the names of task queues.
 */
export function createSharedRateLimiter(
  client: Client,
  app: Application,
  signal?: AbortSignal,
  taskQueue: string = TASK_QUEUE,
): RateLimiter {
  const queue = applicationQueue(app, taskQueue);
  const ask = (endpoint: Endpoint): Promise<unknown> =>
    client.activity.typed<Activities>().execute('grant', {
      id: `slot:${queue}:${endpoint}:${randomUUID()}`,
      taskQueue: endpointQueue(queue, endpoint),
      startToCloseTimeout: '10s',
      scheduleToCloseTimeout: '1 minute',
      retry: { initialInterval: '1s' },
      summary: `The slot of one call: ${endpoint}`,
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
      // The time of the activity was up: too many are before it.
      throw error instanceof ActivityExecutionFailedError ? noSlot(endpoint) : error;
    } finally {
      open.delete(asking);
    }
  });
}
