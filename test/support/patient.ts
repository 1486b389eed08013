import type { Connection } from '@temporalio/client';
import { GRPC, grpcCode } from '../../src/temporal/grpc';

/** gRPC's word for a query for which no worker is there, or whose workflow task has failed. */
const FAILED_PRECONDITION = 9;

/** How long a call is made again that was not answered in time; milliseconds. */
const PATIENCE = 60_000;
const PAUSE = 100;

type Call = (...request: unknown[]) => Promise<unknown>;

/**
 * From now on a call that a busy server, or the worker that it asks, does not answer in time is made again: with the same id, so the
 * server takes it once. Where the product's own code gives a call a time, that holds.
 *
 * @returns what ends it: nothing is asked again on a connection that is closed.
 */
export function makePatient(connection: Connection): () => void {
  let isOver = false;
  const service = connection.workflowService as unknown as Record<string, Call>;
  for (const [name, call] of Object.entries(service)) {
    service[name] = async (...request) => {
      const end = Date.now() + PATIENCE;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await call(...request);
        } catch (error) {
          if (attempt > 1 && isDone(error, name)) return {};
          if (isOver || isTimed(connection) || Date.now() > end || !isLate(error, name)) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    };
  }
  return () => {
    isOver = true;
  };
}

function isLate(error: unknown, name: string): boolean {
  const code = grpcCode(error);
  if (name === 'queryWorkflow' && code === FAILED_PRECONDITION) return true;
  return code === GRPC.cancelled || code === GRPC.deadlineExceeded || code === GRPC.unavailable;
}

/** What has no id, and was done by the attempt whose answer came too late. */
function isDone(error: unknown, name: string): boolean {
  const code = grpcCode(error);
  if (name === 'registerNamespace') return code === GRPC.alreadyExists;
  return name === 'terminateWorkflowExecution' && code === GRPC.notFound;
}

/** Whether the call that is made here has a time of its own, or is given up by whoever makes it. */
function isTimed(connection: Connection): boolean {
  const { callContextStorage } = connection as unknown as {
    readonly callContextStorage: { getStore(): { deadline?: unknown; abortSignal?: unknown } | undefined };
  };
  const { deadline, abortSignal } = callContextStorage.getStore() ?? {};
  return deadline !== undefined || abortSignal !== undefined;
}
