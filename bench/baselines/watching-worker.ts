import { type NativeConnection, Worker } from '@temporalio/worker';
import type { ClearanceProvider } from '../../src/providers/provider';
import { createWatching } from './watching-activities';

export const WATCHING_QUEUE = 'bench-watching';

/** A worker for the workflows that watch, in this process. */
export function createWatchingWorker(
  connection: NativeConnection,
  provider: ClearanceProvider,
  notices: unknown[],
): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: 'default',
    taskQueue: WATCHING_QUEUE,
    workflowsPath: require.resolve('./watching'),
    activities: createWatching(provider, notices),
  });
}
