import type { Endpoint } from '../src/domain/endpoint';

/**
 * The task queue of one endpoint of a provider. The server hands out its tasks no faster than the endpoint's budget,
 * to all workers together. One task is one call: the call itself, or the permit of a call that carries many vehicles.
 */
export function endpointQueue(taskQueue: string, provider: string, endpoint: Endpoint): string {
  return `${taskQueue}:${provider}:${endpoint}`;
}

/**
 * The task queue of permits. It is their own: activations that wait for a permit hold workflow tasks, and many that
 * have just been started stand before it in theirs.
 */
export function permitQueue(taskQueue: string): string {
  return `${taskQueue}:permits`;
}
