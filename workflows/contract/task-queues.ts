import { type Application, applicationKey } from '../../src/domain/application';
import type { Endpoint } from '../../src/domain/endpoint';

/** In front of the names of all task queues. */
export const TASK_QUEUE = 'vin-activation';

/** The task queue of an application's activations and sweeps: only workers that have its credentials take them. */
export function applicationQueue(app: Application, taskQueue: string = TASK_QUEUE): string {
  return `${taskQueue}:${applicationKey(app)}`;
}

/**
 * The task queue of one endpoint of an application. The server hands out its tasks no faster than the endpoint's budget,
 * to all workers together. One task is one call: the call itself, or the slot of a call that carries many vehicles.
 *
 * @param queue the application's.
 */
export function endpointQueue(queue: string, endpoint: Endpoint): string {
  return `${queue}:${endpoint}`;
}

/**
 * The task queue of notices on their way out. It is their own: a receiver that keeps its callers waiting holds up no call at
 * the provider.
 *
 * @param queue the application's.
 */
export function noticesQueue(queue: string): string {
  return `${queue}:notices`;
}

/**
 * The task queue of pages of batches. It is their own, with few slots: a large batch holds up nothing else.
 *
 * @param queue the application's.
 */
export function batchesQueue(queue: string): string {
  return `${queue}:batches`;
}

/** The task queue of the parkings at a provider: only workers that have its credentials take them. */
export function parkingQueue(provider: string, taskQueue: string = TASK_QUEUE): string {
  return `${taskQueue}:parking:${provider}`;
}

/**
 * The task queue of calls at a provider of parking. The server hands out its tasks no faster than the budget.
 *
 * @param queue that of its parkings.
 */
export function parkingCallsQueue(queue: string): string {
  return `${queue}:calls`;
}

const DEFLEETINGS = ':defleetings';

/** The task queue of defleetings: every worker serves it, whatever its applications are. */
export function defleetingsQueue(taskQueue: string = TASK_QUEUE): string {
  return `${taskQueue}${DEFLEETINGS}`;
}

/** What stands in front of the names of all task queues. @param queue that of defleetings */
export function taskQueueOf(queue: string): string {
  return queue.endsWith(DEFLEETINGS) ? queue.slice(0, -DEFLEETINGS.length) : TASK_QUEUE;
}
