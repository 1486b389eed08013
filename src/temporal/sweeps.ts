import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { HIGH_MOBILITY, SWEEP, TASK_QUEUE } from '../../workflows/messages';
import type { SweepSummary } from '../../workflows/sweep-report';
import { VinError } from '../errors';

export interface SweepOrder {
  readonly full: boolean;
  readonly provider?: string;
  readonly taskQueue?: string;
  /** Told in words what happens while it waits. */
  readonly onNews?: (news: string) => void;
}

/** `temporal.api.enums.v1.TaskQueueType` of Temporal's API. */
const WORKFLOW_QUEUE = 1;

/** How often to look whether a sweep is in trouble; milliseconds. */
const LOOK = 2_000;

/**
 * Makes a sweep and waits for what it finds. Where one that does as much is under way already, it waits for that one.
 *
 * @throws VinError `WORKER_MISSING` when nobody would make it, `SWEEP_FAILED` when it gave up.
 */
export async function runSweep(client: Client, order: SweepOrder): Promise<SweepSummary> {
  const { full, provider = HIGH_MOBILITY, taskQueue = TASK_QUEUE, onNews = () => {} } = order;
  await requireWorker(client, taskQueue);
  const running = await runningSweep(client, provider, full);
  if (running) onNews('A sweep is under way already: waiting for it.');
  const handle = running ?? (await start(client, { full, provider, taskQueue }));
  const watch = watchTrouble(handle, onNews);
  try {
    return (await handle.result()) as SweepSummary;
  } catch (error) {
    throw error instanceof WorkflowFailedError ? asSweepFailed(error) : error;
  } finally {
    watch.stop();
  }
}

/** The id has the kind in it: who asks for a full sweep must not be given one of the changes. */
function start(
  client: Client,
  { full, provider, taskQueue }: Required<Omit<SweepOrder, 'onNews'>>,
): Promise<WorkflowHandle> {
  return client.workflow.start(SWEEP, {
    workflowId: `${SWEEP}:${provider}:${full ? 'full' : 'changes'}:by-hand`,
    taskQueue,
    args: [{ provider, full }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

/** A sweep that runs and does at least as much. Ids begin with `sweep:<provider>`, and tell which are full. */
async function runningSweep(client: Client, provider: string, full: boolean): Promise<WorkflowHandle | null> {
  const query = `WorkflowType = '${SWEEP}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const kind = workflowId.startsWith(`${SWEEP}:${provider}`)
      ? workflowId.slice(SWEEP.length + 1 + provider.length)
      : null;
    if (kind === null) continue;
    const isFull = /^:(?:daily|full)\b/.test(kind);
    if (!isFull && full) continue;
    // A search lags behind: one that has ended meanwhile is not the answer to who asks now.
    const handle = client.workflow.getHandle(workflowId, runId);
    if ((await handle.describe()).status.name === 'RUNNING') return handle;
  }
  return null;
}

async function requireWorker(client: Client, taskQueue: string): Promise<void> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_QUEUE,
  });
  if (pollers.length > 0) return;
  throw new VinError(
    'WORKER_MISSING',
    'No worker is there to make a sweep; none was started',
    'Start a worker with: vin worker. Then ask again.',
  );
}

/** Says when an attempt fails and is repeated: a sweep may wait for a provider for an hour. */
function watchTrouble(handle: WorkflowHandle, onNews: (news: string) => void): { stop(): void } {
  let told = '';
  const look = async (): Promise<void> => {
    const { raw } = await handle.describe();
    const [activity] = raw.pendingActivities ?? [];
    const message = activity?.lastFailure?.message ?? '';
    if (message === '' || message === told) return;
    told = message;
    onNews(`${message} It is tried again.`);
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK);
  return { stop: () => clearInterval(timer) };
}

function asSweepFailed(error: WorkflowFailedError): VinError {
  let cause: unknown = error.cause;
  if (cause instanceof ActivityFailure) cause = cause.cause ?? cause;
  const next = cause instanceof ApplicationFailure ? String(cause.details?.[0] ?? '') : '';
  return new VinError(
    'SWEEP_FAILED',
    `The sweep failed: ${(cause as Error | undefined)?.message ?? error.message}`,
    next || 'Look at its workflow in the Temporal UI, mend the cause, then ask again.',
  );
}
