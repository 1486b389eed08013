import { type NativeConnection, Worker } from '@temporalio/worker';
import { type ActivityDependencies, createActivities } from '../../activities';
import { TASK_QUEUE } from '../../workflows/messages';

/** Longer than one attempt at the provider, so that a stopping worker loses nothing. */
const GRACE = '30s';

export interface WorkerOptions extends ActivityDependencies {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue?: string;
  /** Workflows kept in memory between their tasks; the SDK's default depends on the heap. */
  readonly maxCachedWorkflows?: number;
}

/** Makes the worker that runs activations. `run()` it, and `shutdown()` it to stop without losing anything. */
export function createWorker({
  connection,
  namespace,
  taskQueue,
  ...options
}: WorkerOptions): Promise<Worker> {
  const { providers, rulesOf, notifier, ...rest } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: taskQueue ?? TASK_QUEUE,
    workflowsPath: require.resolve('../../workflows'),
    activities: createActivities({ providers, rulesOf, notifier }),
    shutdownGraceTime: GRACE,
    ...rest,
  });
}
