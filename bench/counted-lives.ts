import type { Client, WorkflowHandle } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { observationOf } from '../activities/observation';
import { Activations } from '../src/activations/activations';
import { rowOf } from '../src/activations/reports';
import { loadCatalogue } from '../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../src/catalogue/schema';
import { rulesFor } from '../src/domain/rules';
import { createWorker } from '../src/temporal/worker';
import { APP, APP_KEY } from '../test/support/application';
import { eventually } from '../test/support/command-line';
import { ProviderDouble } from '../test/support/provider-double';
import { activationId, clearanceChanged, clearanceSwept } from '../workflows/contract/messages';
import { createWatchingWorker, WATCHING_QUEUE } from './baselines/watching-worker';
import type { SkippingServer } from './skipping-server';
import { countEvents, type Transactions, transactionsOf } from './transactions';

const SWEEP_INTERVAL = 15 * 60_000;

/** Two of the three reasons are told to one person after a day, the third not before the cancel. */
const TWO_ESCALATIONS: NonNullable<CatalogueOverrides['policy']>['ladders'] = {
  privacy: [{ after: '1d', audience: 'owner' }],
  driving: [{ after: '1d', audience: 'owner' }],
  default: [{ after: '5d', audience: 'owner' }],
};
const REASONS = [
  { after: '1 day', text: 'privacy mode is enabled' },
  { after: '4 days', text: 'no data received' },
  { after: '108 hours', text: 'primary user enrolled' },
] as const;
const REST = '12 hours';
const ESCALATIONS = 2;

/** What a life has cost: at the server and at the provider. */
export interface Cost extends Transactions {
  readonly calls: number;
}

export interface Counted {
  readonly told: Transactions;
  readonly byRule: Transactions;
}

async function countBoth(client: Client, workflowId: string): Promise<Counted> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return { told: await transactionsOf(client, workflowId), byRule: countEvents(events ?? []) };
}

/**
 * Our way to approved, on a real server; where the worker's rules ask for first data, until that flows.
 */
export async function liveToApproved(client: Client, vin: string, settled: () => boolean): Promise<Counted> {
  const workflowId = activationId(APP, vin);
  await new Activations(client, APP).start({ vin, brand: 'bmw', fleet: 'bench' });
  const handle = client.workflow.getHandle(workflowId);
  await see(handle, { status: 'pending' });
  const claim = { status: 'approved', deliveryId: 'delivery-1', providerTime: new Date().toISOString() };
  await handle.signal(clearanceChanged, claim);
  await see(handle, { status: 'approved' });
  await eventually(async () => settled(), Boolean);
  await untilIdle(handle);
  return countBoth(client, workflowId);
}

export async function liveShortly(client: Client, form: string, provider: ProviderDouble): Promise<Counted> {
  const handle = await client.workflow.start(form, {
    workflowId: `bench-${form}`,
    taskQueue: WATCHING_QUEUE,
    args: ['WBA8E9G50GN000002', '1 second'],
  });
  await eventually(
    async () => provider.count('list'),
    (looks) => looks >= 3,
  );
  provider.set('approved');
  await handle.result();
  return countBoth(client, handle.workflowId);
}

/** Ten days of our activation, on the server that skips time. */
export async function liveOurs({ env }: SkippingServer): Promise<Cost> {
  const provider = new ProviderDouble();
  const notices: unknown[] = [];
  const worker = await createOurs(env.nativeConnection, provider, notices);
  return worker.runUntil(async () => {
    const vin = 'WVWZZZAUZGN000001';
    const tags = { 'vw-group-customer-name': 'Fleet Ltd' };
    await new Activations(env.client, APP).start({ vin, brand: 'volkswagen', tags });
    const handle = env.client.workflow.getHandle(activationId(APP, vin));
    // As a sweep tells it: with the time at which it began.
    const sweep = async (): Promise<void> => {
      const clearance = provider.record && observationOf(provider.record);
      await handle.signal(clearanceSwept, { clearance, begun: await env.currentTimeMs() });
    };
    await see(handle, { status: 'pending' });
    for (const { after, text } of REASONS) {
      await env.sleep(after);
      provider.set('pending', text);
      await sweep();
      await see(handle, { reason: text });
    }
    await env.sleep(REST);
    await handle.cancel();
    await see(handle, { status: 'canceling' });
    await env.sleep('50 minutes');
    provider.set('canceled');
    await sweep();
    await handle.result().catch(() => undefined);
    expectAsTold(provider, notices);
    return { ...(await transactionsOf(env.client, handle.workflowId)), calls: provider.calls.length };
  });
}

/** The same ten days of a workflow that watches. */
export async function liveWatching({ env }: SkippingServer, form: string): Promise<Cost> {
  const provider = new ProviderDouble();
  const notices: unknown[] = [];
  const worker = await createWatchingWorker(env.nativeConnection, provider, notices);
  return worker.runUntil(async () => {
    const handle = await env.client.workflow.start(form, {
      workflowId: `bench-${form}`,
      taskQueue: WATCHING_QUEUE,
      args: ['WVWZZZAUZGN000002', '1 hour'],
    });
    await eventually(
      async () => provider.count('submit'),
      (posts) => posts > 0,
    );
    for (const { after, text } of REASONS) {
      await env.sleep(after);
      provider.set('pending', text);
    }
    await env.sleep(REST);
    await handle.cancel();
    await eventually(
      async () => provider.count('withdraw'),
      (asked) => asked > 0,
    );
    await env.sleep('50 minutes');
    provider.set('canceled');
    await handle.result().catch(() => undefined);
    expectAsTold(provider, notices);
    return withUnseen(await transactionsOf(env.client, handle.workflowId), provider);
  });
}

/**
 * An activity that was cancelled between two attempts has left none of them in the history. Each was a look at the
 * provider all the same, and two transitions.
 */
function withUnseen(seen: Transactions, { calls }: ProviderDouble): Cost {
  const unseen = calls.length + ESCALATIONS - seen.activityTasks;
  return {
    ...seen,
    transitions: seen.transitions + 2 * unseen,
    activityTasks: seen.activityTasks + unseen,
    actions: seen.actions + unseen,
    calls: calls.length,
  };
}

export function createOurs(
  connection: NativeConnection,
  provider: ProviderDouble,
  notices: unknown[],
  firstData = true,
): ReturnType<typeof createWorker> {
  const catalogue = loadCatalogue(undefined, {
    policy: { ladders: TWO_ESCALATIONS, firstData: { ask: firstData } },
  });
  return createWorker({
    connection,
    namespace: 'default',
    providers: { [APP_KEY]: provider },
    notifier: { send: async (notice) => void notices.push(notice) },
    rulesOf: (brand) => rulesFor(catalogue, brand, { speed: 1, sweepInterval: SWEEP_INTERVAL }),
  });
}

/** What the server shows of an activation. A query would be one more workflow task, and be counted. */
function see(handle: WorkflowHandle, wanted: { status?: string; reason?: string }): Promise<unknown> {
  const { status, reason } = wanted;
  return eventually(
    async () => rowOf(await handle.describe()),
    (shown) => (!status || shown.status === status) && (!reason || shown.reason === reason),
  );
}

/** No task of it is under way: what it has cost is all in its history. */
async function untilIdle(handle: WorkflowHandle): Promise<void> {
  await eventually(
    async () => (await handle.describe()).raw,
    ({ pendingActivities, pendingWorkflowTask }) => !pendingWorkflowTask && pendingActivities?.length === 0,
  );
}

function expectAsTold({ calls, record }: ProviderDouble, notices: readonly unknown[]): void {
  const withdrawals = calls.filter(({ method }) => method === 'withdraw').length;
  const seen = [record?.status, `${withdrawals} withdrawals`, `${notices.length} escalations`].join(', ');
  const told = `canceled, 1 withdrawals, ${ESCALATIONS} escalations`;
  if (seen !== told) throw new Error(`a life did not go as told (${told}): ${seen}`);
}
