import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Client,
  type ScheduleDescription,
  ScheduleNotFoundError,
  WorkflowFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { failureDetailsIn } from '../../workflows/contract/failure-details';
import { SWEEP, sweepId } from '../../workflows/contract/messages';
import {
  type ParkingChanges,
  type ParkingMembers,
  parkingSweepId,
} from '../../workflows/contract/parking-sweep';
import type { SweepSummary } from '../../workflows/contract/sweep-report';
import {
  applicationQueue,
  endpointQueue,
  parkingCallsQueue,
  parkingQueue,
} from '../../workflows/contract/task-queues';
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
/** How often to look, four times as quickly, for a sweep that a schedule was asked for. */
const TRIGGER_LOOKS = 80;

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
  return follow(client, handle, { taskQueue, calls: endpointQueue(taskQueue, 'list'), onNews, untaken });
}

export interface ParkingSweepAsked extends Pick<SweepOrder, 'full' | 'onNews' | 'untaken'> {
  readonly provider: string;
}

/**
 * The same for a sweep at a provider of parking. It is one of its schedule, come early: so it goes on where the last one ended, and
 * the next one goes on from it.
 */
export async function runParkingSweep(
  client: Client,
  { provider, full, onNews = () => {}, untaken = UNTAKEN }: ParkingSweepAsked,
): Promise<ParkingChanges | ParkingMembers> {
  const taskQueue = parkingQueue(provider);
  await requireWorker(client, taskQueue);
  const handle = await triggered(client, parkingSweepId(provider, full), onNews);
  return follow(client, handle, { taskQueue, calls: parkingCallsQueue(taskQueue), onNews, untaken });
}

/** The sweep of a schedule that is under way, or else one that it begins now. */
async function triggered(
  client: Client,
  scheduleId: string,
  onNews: (news: string) => void,
): Promise<WorkflowHandle> {
  const schedule = client.schedule.getHandle(scheduleId);
  const actions = async (): Promise<ScheduleDescription['info']> => {
    try {
      return (await schedule.describe()).info;
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) throw noSchedule();
      throw error;
    }
  };
  const { runningActions, numActionsTaken: before } = await actions();
  const [running] = runningActions;
  if (running) {
    onNews('A sweep is under way already: waiting for it.');
    return client.workflow.getHandle(running.workflow.workflowId, running.workflow.firstExecutionRunId);
  }
  await schedule.trigger();
  for (let look = 0; look < TRIGGER_LOOKS; look += 1) {
    const { recentActions, numActionsTaken } = await actions();
    const newest = numActionsTaken > before ? recentActions.at(-1) : undefined;
    if (newest) {
      const { workflowId, firstExecutionRunId } = newest.action.workflow;
      return client.workflow.getHandle(workflowId, firstExecutionRunId);
    }
    await wait(LOOK / 4);
  }
  throw new VinError('SWEEP_FAILED', 'The server has begun no sweep in time', 'Ask again.');
}

function noSchedule(): VinError {
  return new VinError(
    'SWEEP_FAILED',
    'There is no schedule of such sweeps',
    'A worker makes it: see that one runs with VIN_PARKING, that VIN_PARKING_SWEEP_INTERVAL is not off, and that a credential has level medium.',
  );
}

interface Followed {
  readonly taskQueue: string;
  /** The queue of its calls. */
  readonly calls: string;
  readonly onNews: (news: string) => void;
  readonly untaken: number;
}

/** Waits for what a sweep finds. */
async function follow<T>(
  client: Client,
  handle: WorkflowHandle,
  { taskQueue, calls, onNews, untaken }: Followed,
): Promise<T> {
  const isPolled = pollsOf(client, calls);
  const polled = () => newestPoll(client, taskQueue, WORKFLOW_QUEUE);
  const watch = watchSweep(handle, { onNews, untaken, isPolled, polled });
  const waiting = new AbortController();
  // The library attaches to it with each call of the waiting, and takes nothing back: Node would warn of a leak.
  setMaxListeners(0, waiting.signal);
  const result = client.withAbortSignal(waiting.signal, () => handle.result());
  result.catch(() => undefined); // where the watch ends the waiting
  try {
    return (await Promise.race([result, watch.untaken])) as T;
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
