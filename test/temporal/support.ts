import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import type { Batching } from '../../activities/calls';
import { withRetryAfterGate } from '../../src/calls/retry-after-gate';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { allowed } from '../../src/config/budgets';
import type { Budgets, Endpoint } from '../../src/domain/endpoint';
import { rulesFor } from '../../src/domain/rules';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import { connectClient, type TemporalConfig } from '../../src/temporal/connection';
import { createSharedRateLimiter } from '../../src/temporal/shared-rate-limiter';
import { createWorker } from '../../src/temporal/worker';
import { connectWorker } from '../../src/temporal/worker-connection';
import type { LedgerCall } from '../../src/trial/simulator/high-mobility/ledger';
import type { Simulator } from '../../src/trial/simulator/high-mobility/simulator';
import { applicationQueue, endpointQueue } from '../../workflows/contract/task-queues';
import { APP, APP_KEY } from '../support/application';
import { BUNDLE } from '../support/bundle';

/** Whom the simulator lets in. */
export const CREDENTIALS = { clientId: 'client', clientSecret: 'a-secret-of-the-tests' };

export interface TestWorkerOptions {
  readonly temporal: TemporalConfig;
  readonly simulator: Simulator;
  readonly taskQueue: string;
  readonly batching: Batching;
  /** As in VIN_BUDGETS: calls a minute. */
  readonly budgets: Budgets;
  /** Whether the provider is asked for data of an approved vehicle. Default: no. */
  readonly askForData?: boolean;
  readonly maxCachedWorkflows?: number;
  /** How long a list may lag behind a lost reply. Default: as the product has it. */
  readonly transitionRetry?: string;
}

export interface TestWorker {
  /** Ends it without losing anything. @throws what its run failed with. */
  stop(): Promise<void>;
}

/** A worker made as `vin worker` makes it, with slots, budgets and connections of its own. */
export async function startTestWorker(options: TestWorkerOptions): Promise<TestWorker> {
  const {
    temporal,
    simulator,
    taskQueue,
    batching,
    budgets,
    askForData: ask = false,
    maxCachedWorkflows,
  } = options;
  const { client, close } = await connectClient(temporal);
  const connection = await connectWorker(temporal);
  const stopping = new AbortController();
  const { provider, limiter } = withRetryAfterGate(
    createHighMobility({ baseUrl: simulator.url, ...CREDENTIALS }),
    createSharedRateLimiter(client, APP, stopping.signal, taskQueue),
  );
  const catalogue = loadCatalogue(undefined, {
    policy: {
      firstData: { ask },
      ...(options.transitionRetry && { transitionRetry: options.transitionRetry }),
    },
  });
  const worker = await createWorker({
    connection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle: BUNDLE,
    ...(maxCachedWorkflows !== undefined && { maxCachedWorkflows }),
    providers: { [APP_KEY]: provider },
    notifier: { send: async () => {} },
    rulesOf: (brand) => rulesFor(catalogue, brand, { speed: 1 }),
    batching,
    limiterOf: () => limiter,
    budgetsOf: () => allowed(budgets, 1),
  });
  const running = worker.run();
  running.catch(() => undefined); // who stops it hears of it
  return {
    stop: async () => {
      worker.shutdown();
      try {
        await running;
      } finally {
        stopping.abort();
        await provider.close();
        await connection.close();
        await close();
      }
    },
  };
}

/** The same budget, in calls a minute, for every endpoint. */
export function budgetsOf(perMinute: number): Budgets {
  return {
    withdraw: perMinute,
    submit: perMinute,
    list: perMinute,
    data: perMinute,
    eligibility: perMinute,
  };
}

export const ROUTES = {
  submit: (call: LedgerCall) => call.method === 'POST' && call.path === '/v1/fleets/vehicles',
  list: (call: LedgerCall) => call.method === 'GET' && /^\/v1\/fleets\/vehicles(\?|$)/.test(call.path),
  withdraw: (call: LedgerCall) => call.method === 'DELETE',
  data: (call: LedgerCall) => call.path.startsWith('/v1/vehicle-data/'),
} as const;

/** The most of these times, in milliseconds, that are within a sliding window of so many. */
export function mostWithin(times: readonly number[], window: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [last, time] of sorted.entries()) {
    while (time - (sorted[first] as number) >= window) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Questions to the server at a time. */
const AT_ONCE = 16;

/**
 * When the server let a task through the task queue of an endpoint, in milliseconds: what it has written down of all
 * activations of a test, and of the slots of their calls. It is what a call of that endpoint needs before it, however busy
 * the machine is.
 */
export async function slotsGiven(
  client: Client,
  taskQueue: string,
): Promise<(endpoint: Endpoint) => number[]> {
  const queue = applicationQueue(APP, taskQueue);
  const given = new Map<string, number[]>();
  const note = (queueName: string, at: number): void => {
    given.set(queueName, [...(given.get(queueName) ?? []), at]);
  };
  const runs: { workflowId: string; runId: string }[] = [];
  for await (const one of client.workflow.list({ query: `TaskQueue = '${queue}'` })) runs.push(one);
  await withConcurrency(runs, AT_ONCE, async ({ workflowId, runId }) => {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const queueOf = new Map(
      (events ?? []).map((event) => [
        String(event.eventId),
        event.activityTaskScheduledEventAttributes?.taskQueue?.name,
      ]),
    );
    for (const { eventTime, activityTaskStartedEventAttributes: started } of events ?? []) {
      if (!started) continue;
      note(queueOf.get(String(started.scheduledEventId)) ?? '', optionalTsToMs(eventTime) ?? Number.NaN);
    }
  });
  const slots: { activityId: string; name: string }[] = [];
  for await (const { activityId, taskQueue: name } of client.activity.list("ActivityType = 'grant'"))
    if (name.startsWith(queue)) slots.push({ activityId, name });
  await withConcurrency(slots, AT_ONCE, async ({ activityId, name }) => {
    const { lastStartedTime } = await client.activity.getHandle(activityId).describe();
    if (lastStartedTime) note(name, lastStartedTime.getTime());
  });
  return (endpoint) => given.get(endpointQueue(queue, endpoint)) ?? [];
}

/** How many calls had no slot of their own before them: each has the latest that is left. */
export function withoutSlot(calls: readonly LedgerCall[], slots: readonly number[]): number {
  const left = slots.toSorted((a, b) => b - a);
  const times = calls.map(({ realAt }) => realAt).toSorted((a, b) => b - a);
  const served = times.filter((time) => {
    const latest = left.findIndex((slot) => slot <= time);
    if (latest >= 0) left.splice(latest, 1);
    return latest >= 0;
  });
  return calls.length - served.length;
}
