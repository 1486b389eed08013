import type { Client } from '@temporalio/client';
import { certificatesQueue } from '../../workflows/contract/certificates';
import {
  applicationQueue,
  batchesQueue,
  defleetingsQueue,
  endpointQueue,
  noticesQueue,
  parkingCallsQueue,
  parkingQueue,
} from '../../workflows/contract/task-queues';
import type { Application } from '../domain/application';
import type { Budgets, Endpoint } from '../domain/endpoint';
import { ACTIVITY_QUEUE, WORKFLOW_QUEUE } from '../temporal/pollers';
import { type Finding, good, looked, problem } from './finding';

/** An application that is served, and the endpoints that its provider has. */
export interface Polled {
  readonly app: Application;
  readonly budgets: Budgets;
}

/** A task queue that somebody has to poll. */
interface Queue {
  readonly name: string;
  readonly type: number;
  /** What stands still while nobody does. */
  readonly stops: string;
}

/** The server names a worker for minutes after it has gone: older than this is gone. Milliseconds. */
const RECENT = 150_000;

/** Who polls, by task queue. A worker without a name in the list of workers has the one of its polls. */
interface Worker {
  readonly identity: string;
  readonly version: string | null;
}

/** Which task queues are polled, and by which workers. @param kept whether certificates are kept, and the providers of parking */
export async function lookAtWorkers(
  client: Client,
  served: readonly Polled[],
  { certificates, parkings = [] }: { readonly certificates: boolean; readonly parkings?: readonly string[] },
  now: () => number = Date.now,
): Promise<Finding[]> {
  const versions = await versionsOf(client);
  const queues = [
    ...served.flatMap(queuesOf),
    ...parkings.flatMap(queuesOfParking),
    { name: defleetingsQueue(), type: WORKFLOW_QUEUE, stops: 'no vehicle leaves' },
    ...(certificates
      ? [{ name: certificatesQueue(), type: WORKFLOW_QUEUE, stops: 'no certificate is signed' }]
      : []),
  ];
  return Promise.all(
    queues.map((queue) => looked('worker', queue.name, () => lookAtQueue(client, queue, versions, now()))),
  );
}

function queuesOf({ app, budgets }: Polled): Queue[] {
  const queue = applicationQueue(app);
  return [
    { name: queue, type: WORKFLOW_QUEUE, stops: 'no activation goes on' },
    { name: noticesQueue(queue), type: ACTIVITY_QUEUE, stops: 'no notice leaves' },
    { name: batchesQueue(queue), type: ACTIVITY_QUEUE, stops: 'no message reaches a group' },
    ...(Object.keys(budgets) as Endpoint[]).map((endpoint) => ({
      name: endpointQueue(queue, endpoint),
      type: ACTIVITY_QUEUE,
      stops: `nothing is asked of the provider (${endpoint})`,
    })),
  ];
}

function queuesOfParking(provider: string): Queue[] {
  const queue = parkingQueue(provider);
  return [
    { name: queue, type: WORKFLOW_QUEUE, stops: 'no parking goes on, and no token of it is kept' },
    {
      name: parkingCallsQueue(queue),
      type: ACTIVITY_QUEUE,
      stops: 'nothing is asked of the provider of parking',
    },
    { name: noticesQueue(queue), type: ACTIVITY_QUEUE, stops: 'no notice about a parking leaves' },
  ];
}

async function lookAtQueue(
  client: Client,
  { name, type, stops }: Queue,
  versions: ReadonlyMap<string, string>,
  now: number,
): Promise<Finding> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType: type,
  });
  const there = pollers
    .filter(({ lastAccessTime: at }) => now - Number(at?.seconds ?? 0) * 1_000 < RECENT)
    .map(
      ({ identity }): Worker => ({ identity: identity ?? '', version: versions.get(identity ?? '') ?? null }),
    );
  if (there.length === 0) {
    return problem('worker', `Nobody polls this task queue: ${stops}.`, 'Start one with vin worker.', name);
  }
  const workers = [...new Set(there.map(({ identity, version }) => named(identity, version)))];
  return good('worker', `Polled by ${workers.join(', ')}.`, name);
}

function named(identity: string, version: string | null): string {
  return version ? `${identity} (${version})` : identity;
}

/** What the server knows of the versions of workers, by their identities; nothing where it does not tell. */
async function versionsOf({ workflowService, options }: Client): Promise<ReadonlyMap<string, string>> {
  const { namespace } = options;
  const listed = await workflowService.listWorkers({ namespace, pageSize: 1_000 }).catch(() => null);
  return new Map(
    (listed?.workers ?? []).map(({ workerIdentity, deploymentVersion, sdkName, sdkVersion }) => {
      const build = deploymentVersion?.buildId ? `build ${deploymentVersion.buildId}, ` : '';
      return [workerIdentity ?? '', `${build}${sdkName} ${sdkVersion}`];
    }),
  );
}
