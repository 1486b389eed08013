import { type NativeConnection, Runtime, type WorkerOptions as SdkOptions, Worker } from '@temporalio/worker';
import { type ActivityDependencies, createActivities } from '../../activities';
import { createBatchActivities } from '../../activities/batch';
import type { CertificateQuestions, SigningActivities } from '../../activities/certificates';
import { createNoticeActivities } from '../../activities/notices';
import { timed } from '../../activities/timed';
import { certificatesQueue } from '../../workflows/contract/certificates';
import {
  applicationQueue,
  batchesQueue,
  defleetingsQueue,
  endpointQueue,
  noticesQueue,
  parkingCallsQueue,
  parkingQueue,
  TASK_QUEUE,
} from '../../workflows/contract/task-queues';
import type { BatchSender } from '../activations/batch-sender';
import { VARIABLES } from '../config/config';
import { type Application, applicationFrom } from '../domain/application';
import { type Budgets, ENDPOINTS } from '../domain/endpoint';
import type { OpenChannels } from '../notify/open-channels';
import { bundleWorkflows } from './bundle';
import { WorkerGroup } from './worker-group';

/** Longer than one attempt at the provider, so that a stopping worker loses nothing; docker-compose.yml gives it more. */
export const GRACE = '30s';

/**
 * Submissions wait for company inside a workflow task: as many as this may wait at a time, so that batches get full
 * and a slow provider does not hold up the other activations.
 */
const TASKS_AT_ONCE = 150;

const CACHED = Number(VARIABLES.VIN_WORKER_CACHE.fallback);

/** How much a worker takes on at a time, by how many workflows it keeps in memory. */
export function capacity(maxCachedWorkflows: number = CACHED): Partial<SdkOptions> {
  return {
    maxCachedWorkflows,
    // A quarter of the cache: one that waits for its group would else be the first to be thrown out, and begin again.
    maxConcurrentWorkflowTaskExecutions: Math.max(
      2,
      Math.min(TASKS_AT_ONCE, Math.floor(maxCachedWorkflows / 4)),
    ),
    maxConcurrentLocalActivityExecutions: TASKS_AT_ONCE,
    maxConcurrentActivityTaskExecutions: TASKS_AT_ONCE,
  };
}

/** Each waits for its receiver, at most ten seconds: many, so that one receiver does not hold up another. */
const DELIVERIES_AT_ONCE = 500;

/** Pages of batches: few, so that batches leave the server and the activations to everybody else. */
const PAGES_AT_ONCE = 4;
/** One workflow for a whole namespace, and few questions. */
const LEDGER = { maxCachedWorkflows: 2, maxConcurrentActivityTaskExecutions: 10 };

export interface WorkerOptions extends ActivityDependencies {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** In front of the names of task queues. */
  readonly taskQueue?: string;
  /**
   * The most workflows that are kept in memory between their tasks; the others are replayed from their short
   * histories, which is what happens anyway after days of waiting. Default: as `VIN_WORKER_CACHE` has it.
   */
  readonly maxCachedWorkflows?: number;
  /**
   * Calls a minute at each endpoint that the provider of an application has, for all of its workers together. Default: every
   * endpoint, without a limit.
   */
  readonly budgetsOf?: (app: Application) => Budgets;
  /** The workflows' code as `npm run build` has bundled it. Default: it is bundled now. */
  readonly workflowBundle?: { readonly codePath: string };
  /** The channels by which it delivers notices. Default: it delivers none. */
  readonly channels?: Pick<OpenChannels, 'deliver'>;
  /** Sends the pages of batches. Default: it sends none. */
  readonly batchSender?: BatchSender;
  /** The activities of defleetings. Default: it carries out none. */
  readonly defleetings?: object;
  /** The providers of parking that it has credentials of. Default: none. */
  readonly parkings?: readonly ParkingWork[];
  /** Signs certificates and answers questions about them. Default: this worker keeps none. */
  readonly certificates?: (SigningActivities & CertificateQuestions) | null;
  /** Further activities, for example those of the sweep. */
  readonly more?: object;
}

/** What a worker does for a provider of parking. */
export interface ParkingWork {
  readonly provider: string;
  /** Of its parkings: each is one call, or some, at the provider. */
  readonly activities: object;
  /** For all workers together. */
  readonly callsAMinute: number;
}

/** Makes the worker that runs activations. `run()` it, and `shutdown()` it to stop without losing anything. */
export async function createWorker(options: WorkerOptions): Promise<WorkerGroup> {
  const { connection, namespace, taskQueue = TASK_QUEUE, more } = options;
  const workflowBundle = options.workflowBundle ?? (await bundleWorkflows(Runtime.instance().logger));
  const parts = {
    shared: { connection, namespace, shutdownGraceTime: GRACE },
    activities: { ...timed(createActivities(options)), ...more },
    workflowBundle,
  };
  const applications = Object.keys(options.providers).map(applicationFrom);
  // What is kept in memory is kept by all of them together.
  const { maxCachedWorkflows = CACHED } = options;
  const cache = Math.floor(maxCachedWorkflows / applications.length);
  const workers: Worker[] = [];
  if (options.defleetings) workers.push(await workerOfDefleetings(taskQueue, parts, options.defleetings));
  for (const app of applications) {
    workers.push(...(await workersOf(app, parts, { ...options, taskQueue, maxCachedWorkflows: cache })));
  }
  for (const work of options.parkings ?? []) {
    workers.push(...(await workersOfParkings(work, parts, { ...options, taskQueue, maxCachedWorkflows })));
  }
  if (options.certificates) {
    const queue = certificatesQueue(taskQueue);
    workers.push(
      await Worker.create({
        ...parts.shared,
        ...LEDGER,
        activities: options.certificates,
        taskQueue: queue,
        workflowBundle,
      }),
    );
  }
  return new WorkerGroup(workers);
}

interface Parts {
  readonly shared: Pick<SdkOptions, 'connection' | 'namespace' | 'shutdownGraceTime'>;
  readonly activities: object;
  readonly workflowBundle: NonNullable<SdkOptions['workflowBundle']>;
}

/** Few at a time in memory: a defleeting rests for days between two tasks. */
const DEFLEETINGS_CACHED = 100;

function workerOfDefleetings(
  taskQueue: string,
  { shared, workflowBundle }: Parts,
  activities: object,
): Promise<Worker> {
  return Worker.create({
    ...shared,
    activities,
    taskQueue: defleetingsQueue(taskQueue),
    workflowBundle,
    ...capacity(DEFLEETINGS_CACHED),
  });
}

type WorkerOptionsOfParkings = Pick<WorkerOptions, 'taskQueue' | 'channels' | 'maxCachedWorkflows'>;

/** Of the parkings at one provider, of their notices, and of its calls. */
async function workersOfParkings(
  { provider, activities, callsAMinute }: ParkingWork,
  { shared, workflowBundle }: Parts,
  { taskQueue, channels, maxCachedWorkflows: cached = CACHED }: WorkerOptionsOfParkings,
): Promise<Worker[]> {
  const queue = parkingQueue(provider, taskQueue);
  const notices = channels
    ? [
        await Worker.create({
          ...shared,
          activities: createNoticeActivities(channels),
          taskQueue: noticesQueue(queue),
          maxConcurrentActivityTaskExecutions: DELIVERIES_AT_ONCE,
        }),
      ]
    : [];
  return [
    ...notices,
    await Worker.create({ ...shared, activities, taskQueue: queue, workflowBundle, ...capacity(cached) }),
    await Worker.create({
      ...shared,
      activities,
      taskQueue: parkingCallsQueue(queue),
      maxTaskQueueActivitiesPerSecond: callsAMinute / 60,
    }),
  ];
}

/** The workers of one application: of its activations, of its notices, of its batches, and of each of its endpoints. */
async function workersOf(
  app: Application,
  { shared, activities, workflowBundle }: Parts,
  { budgetsOf, maxCachedWorkflows, taskQueue, channels, batchSender }: WorkerOptions,
): Promise<Worker[]> {
  const queue = applicationQueue(app, taskQueue);
  const budgets = budgetsOf?.(app);
  const workers = [
    await Worker.create({
      ...shared,
      activities,
      taskQueue: queue,
      workflowBundle,
      ...capacity(maxCachedWorkflows),
    }),
  ];
  if (channels) {
    workers.push(
      await Worker.create({
        ...shared,
        activities: createNoticeActivities(channels),
        taskQueue: noticesQueue(queue),
        maxConcurrentActivityTaskExecutions: DELIVERIES_AT_ONCE,
      }),
    );
  }
  if (batchSender) {
    workers.push(
      await Worker.create({
        ...shared,
        activities: createBatchActivities(batchSender),
        taskQueue: batchesQueue(queue),
        maxConcurrentActivityTaskExecutions: PAGES_AT_ONCE,
      }),
    );
  }
  for (const endpoint of ENDPOINTS) {
    if (budgets && budgets[endpoint] === undefined) continue;
    const perMinute = budgets?.[endpoint];
    workers.push(
      await Worker.create({
        ...shared,
        activities,
        taskQueue: endpointQueue(queue, endpoint),
        ...(perMinute !== undefined && { maxTaskQueueActivitiesPerSecond: perMinute / 60 }),
      }),
    );
  }
  return workers;
}
