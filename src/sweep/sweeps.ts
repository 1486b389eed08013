import { setMaxListeners } from 'node:events';
import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { failureDetailsIn } from '../../workflows/contract/failure-details';
import { SWEEP, sweepId } from '../../workflows/contract/messages';
import type { SweepSummary } from '../../workflows/contract/sweep-report';
import { applicationQueue, endpointQueue } from '../../workflows/contract/task-queues';
import { VinError } from '../base/errors';
import { type Application, applicationOf } from '../domain/application';
import { ACTIVITY_QUEUE, isAnyoneThere, newestPoll, WORKFLOW_QUEUE } from '../temporal/pollers';

export interface SweepOrder extends Application {
  readonly full: boolean;
  /** Told in words what happens while it waits. */
  readonly onNews?: (news: string) => void;
  /** How long its next task may lie there and nobody takes it, in milliseconds. @default 20 s */
  readonly untaken?: number;
}

/** How often to look whether a sweep is in trouble; milliseconds. */
const LOOK = 1_000;

/** A worker that is there takes a task in milliseconds; one with the queue of a worker that is gone, after ten seconds. */
const UNTAKEN = 20_000;
/** The share of that where nobody has asked for any task meanwhile, and the first one of a sweep has no queue of one worker. */
const DESERTED = 0.25;
/** A call for tasks lasts a minute, and then it is made again: who made none for longer is gone. Milliseconds. */
const POLL = 75_000;

/**
 * Makes a sweep and waits for what it finds. Where one that does as much is under way already, it waits for that one.
 *
 * @throws VinError `WORKER_MISSING` when nobody would make it, or nobody goes on with it; `SWEEP_FAILED` when it gave up.
 */
export async function runSweep(client: Client, order: SweepOrder): Promise<SweepSummary> {
  const app = applicationOf(order);
  const { full, onNews = () => {}, untaken = UNTAKEN } = order;
  const taskQueue = applicationQueue(app);
  await requireWorker(client, taskQueue);
  const running = await runningSweep(client, app, full);
  if (running) onNews('A sweep is under way already: waiting for it.');
  const handle = running ?? (await start(client, app, full, taskQueue));
  const isPolled = pollsOf(client, endpointQueue(taskQueue, 'list'));
  const polled = () => newestPoll(client, taskQueue, WORKFLOW_QUEUE);
  const watch = watchSweep(handle, { onNews, untaken, isPolled, polled });
  const waiting = new AbortController();
  // The library attaches to it with each call of the waiting, and takes nothing back: Node would warn of a leak.
  setMaxListeners(0, waiting.signal);
  const result = client.withAbortSignal(waiting.signal, () => handle.result());
  result.catch(() => undefined); // where the watch ends the waiting
  try {
    return (await Promise.race([result, watch.untaken])) as SweepSummary;
  } catch (error) {
    throw error instanceof WorkflowFailedError ? asSweepFailed(error) : error;
  } finally {
    watch.stop();
    waiting.abort();
  }
}

/** The id has the kind in it: who asks for a full sweep must not be given one of the changes. */
function start(client: Client, app: Application, full: boolean, taskQueue: string): Promise<WorkflowHandle> {
  return client.workflow.start(SWEEP, {
    workflowId: `${sweepId(app, full)}:by-hand`,
    taskQueue,
    args: [{ ...app, full }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

/** A sweep that runs and does at least as much: its id tells of what it is. */
async function runningSweep(client: Client, app: Application, full: boolean): Promise<WorkflowHandle | null> {
  const query = `WorkflowType = '${SWEEP}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const isFull = workflowId.startsWith(sweepId(app, true));
    if (!isFull && (full || !workflowId.startsWith(sweepId(app, false)))) continue;
    // A search lags behind: one that has ended meanwhile is not the answer to who asks now.
    const handle = client.workflow.getHandle(workflowId, runId);
    if ((await handle.describe()).status.name === 'RUNNING') return handle;
  }
  return null;
}

async function requireWorker(client: Client, taskQueue: string): Promise<void> {
  if (await isAnyoneThere(client, taskQueue)) return;
  throw new VinError(
    'WORKER_MISSING',
    'No worker is there to make a sweep; none was started',
    'Start a worker with: vin worker. Then ask again.',
  );
}

interface Watch {
  readonly onNews: (news: string) => void;
  readonly untaken: number;
  readonly isPolled: () => Promise<boolean>;
  /** When somebody last asked for a task of the sweep's own queue. */
  readonly polled: () => Promise<string>;
}

/**
 * Says when an attempt fails and is repeated: a sweep may wait for a provider for an hour. Rejects when its next task is
 * in nobody's hands: a server names a worker for minutes after it has gone.
 */
function watchSweep(
  handle: WorkflowHandle,
  { onNews, untaken, isPolled, polled }: Watch,
): { readonly untaken: Promise<never>; stop(): void } {
  let told = '';
  const tell = (news: string): void => {
    if (news !== '' && news !== told) onNews(news);
    told = news || told;
  };
  let since: number | null = null;
  let before = '';
  const look = async (): Promise<boolean> => {
    const { raw } = await handle.describe();
    const [activity] = raw.pendingActivities ?? [];
    const message = activity?.lastFailure?.message ?? '';
    if (message !== '') tell(`${message} It is tried again.`);
    const lies = raw.pendingWorkflowTask?.state === SCHEDULED || (isDue(activity) && !(await isPolled()));
    if (!lies) {
      since = null;
      return false;
    }
    if (since === null) before = await polled();
    since ??= Date.now();
    const lain = Date.now() - since;
    if (lain > untaken / 8) tell('No worker has taken it yet.');
    // Its first events are that it was started, and that its first task waits.
    const isFirst = Number(raw.workflowExecutionInfo?.historyLength ?? 0) <= 2;
    if (lain > untaken) return true;
    return isFirst && lain > untaken * DESERTED && (await polled()) === before;
  };
  let timer: NodeJS.Timeout | undefined;
  const gone = new Promise<never>((_, reject) => {
    const again = async (): Promise<void> => {
      if (await look().catch(() => false)) reject(nobodyTakesIt());
    };
    timer = setInterval(() => void again(), Math.min(LOOK, untaken / 4));
  });
  gone.catch(() => undefined); // where the sweep has ended before
  return { untaken: gone, stop: () => clearInterval(timer) };
}

type Activity = NonNullable<
  Awaited<ReturnType<WorkflowHandle['describe']>>['raw']['pendingActivities']
>[number];

/** `SCHEDULED` of Temporal's API, for tasks of workflows and for activities: nobody has taken it. */
const SCHEDULED = 1;

/** Whether an activity waits for somebody to take it, and not for its next attempt. */
function isDue(activity: Activity | undefined): boolean {
  if (activity?.state !== SCHEDULED) return false;
  return Number(activity.scheduledTime?.seconds ?? 0) * 1_000 <= Date.now();
}

/**
 * Whether somebody still asks for the tasks of a queue, as far as can be told: a call of theirs has come within `POLL`,
 * by our own clock.
 */
function pollsOf(client: Client, name: string): () => Promise<boolean> {
  let newest = '';
  let seen = Date.now();
  return async () => {
    const last = await newestPoll(client, name, ACTIVITY_QUEUE);
    if (last === '') return false;
    if (last !== newest) seen = Date.now();
    newest = last;
    return Date.now() - seen < POLL;
  };
}

function nobodyTakesIt(): VinError {
  return new VinError(
    'WORKER_MISSING',
    'No worker goes on with the sweep: none runs, or all are busy. It waits in Temporal',
    'Start a worker with: vin worker. Then ask again: you are given the same sweep.',
  );
}

function asSweepFailed(error: WorkflowFailedError): VinError {
  let cause: unknown = error.cause;
  if (cause instanceof ActivityFailure) cause = cause.cause ?? cause;
  const next = cause instanceof ApplicationFailure ? failureDetailsIn(cause.details).next : null;
  return new VinError(
    'SWEEP_FAILED',
    `The sweep failed: ${(cause as Error | undefined)?.message ?? error.message}`,
    next || 'Look at its workflow in the Temporal UI, mend the cause, then ask again.',
  );
}
