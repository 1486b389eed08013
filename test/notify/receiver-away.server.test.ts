import { join } from 'node:path';
import type { NativeConnection } from '@temporalio/worker';
import { noticesOf } from '../../src/activations/notices';
import type { TroubleNews } from '../../src/calls/trouble-gate';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { applicationKey } from '../../src/domain/application';
import { rulesFor } from '../../src/domain/rules';
import { type OpenChannels, openChannels } from '../../src/notify/open-channels';
import { CHANNELS } from '../../src/notify/registry';
import type { ConnectedClient } from '../../src/temporal/connection';
import { createHandOver, type HandOver } from '../../src/temporal/hand-over';
import { createTroubleTeller } from '../../src/temporal/tell-trouble';
import { createWorker } from '../../src/temporal/worker';
import { ACTIVATION, activationId } from '../../workflows/contract/messages';
import { noticesId } from '../../workflows/contract/notices';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { eventually, vin } from '../support/command-line';
import { problemsOf } from '../support/histories';
import { ProviderDouble } from '../support/provider-double';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server';
import { devServer, patientClient, patientConnection } from '../support/temporal';
import { quietWorkers } from '../workflows/harness';
import { NOTICE, recordingLog, SECRET } from './support';

/** Its notices meet those of no other test. */
const APP = { provider: 'high-mobility', application: `away-${process.pid}` };
const VIN = 'WBA8E9G50GNT77001';
const BOTH = ['log', 'webhook'];

describe('with the receiver of notices away', () => {
  let connected: ConnectedClient;
  let connection: NativeConnection;
  let server: ScriptedServer;
  let channels: OpenChannels;
  let isAway = true;
  const { log, lines } = recordingLog();

  beforeAll(async () => {
    quietWorkers();
    connected = await patientClient(devServer());
    connection = await patientConnection(devServer());
    server = await startScriptedServer({
      'POST /hook': () => (isAway ? { status: 503, headers: { 'retry-after': '1' } } : { status: 204 }),
    });
    const settings = { VIN_NOTIFY_URL: `${server.url}/hook`, VIN_NOTIFY_SECRET: SECRET };
    channels = openChannels(CHANNELS, settings, { log });
  });
  afterAll(async () => {
    await channels?.close();
    await server?.close();
    await connection?.close();
    await connected?.close();
  });
  beforeEach(() => {
    isAway = true;
    server.requests.length = 0;
  });

  function handOver(): HandOver {
    return createHandOver(connected.client, () => BOTH);
  }

  async function withWorker<T>(provider: ProviderDouble, work: () => Promise<T>): Promise<T> {
    // On a busy machine the first workflow task may be lost: then another POST may come to light for so long.
    const catalogue = loadCatalogue(undefined, { policy: { lostAfter: '1s' } });
    const worker = await createWorker({
      connection,
      namespace: 'default',
      providers: { [applicationKey(APP)]: provider },
      notifier: handOver(),
      channels,
      workflowBundle: { codePath: join(__dirname, '../../lib/workflow-bundle.js') },
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed: 1 }),
    });
    return worker.runUntil(work);
  }

  const delivered = (): unknown[] => server.requests.map(({ headers }) => headers['webhook-id']);
  const outcomesOf = async (vin: string): Promise<string[]> =>
    (await noticesOf(connected.client, APP, { vin })).flatMap(({ deliveries }) =>
      deliveries.map(({ channel, outcome }) => `${channel} ${outcome}`),
    );

  /** As somebody sees it at the command line. */
  async function expectShown(id: string): Promise<void> {
    const environment = { TEMPORAL_ADDRESS: devServer().address };
    const mine = ['--application', applicationKey(APP)];
    const [status, log, others] = await Promise.all([
      eventually(
        () => vin(['status', VIN, '-o', 'json', ...mine], environment),
        // A busy worker does not say at once what became of them.
        ({ stdout }) => JSON.parse(stdout).notices !== null,
      ),
      vin(['notify', 'log', '--vin', VIN, ...mine], environment),
      vin(['notify', 'log', '--audience', 'operations', ...mine], environment),
    ]);
    expect(JSON.parse(status.stdout)).toMatchObject({
      execution: 'FAILED',
      notices: [{ id, deliveries: [{ outcome: 'delivered' }, { outcome: 'delivered', id }] }],
    });
    expect(log.stdout).toMatch(
      new RegExp(`webhook: delivered \\S+ to ${new URL(server.url).host} \\(${id}\\)`),
    );
    expect(others.stdout).toBe('No notices.\n');
  }

  it('an activation ends at once, and its notice arrives when the receiver is back', async () => {
    const provider = new ProviderDouble();
    const { client } = connected;
    await withWorker(provider, async () => {
      const handle = await client.workflow.start(ACTIVATION, {
        workflowId: activationId(APP, VIN),
        taskQueue: applicationQueue(APP),
        args: [{ ...APP, vin: VIN, brand: 'bmw' }],
      });
      // A rejection that is there before its first task is written down may be of a request before: that is told, no end.
      await eventually(
        async () => (await handle.fetchHistory()).events ?? [],
        (events) => events.some((event) => event.workflowTaskCompletedEventAttributes),
      );
      provider.set('rejected', 'ineligible VIN');
      await handle.signal('clearanceChanged', { status: 'rejected', reason: 'ineligible VIN' });
      await expect(handle.result()).rejects.toThrow('Workflow execution failed');
      // The other channel does not wait for it either.
      const whileAway = await eventually(
        () => outcomesOf(VIN),
        (found) => found.includes('log delivered'),
      );
      expect(whileAway).toEqual(['log delivered', 'webhook under-way']);
      isAway = false;
      await eventually(
        () => outcomesOf(VIN),
        (found) => found.includes('webhook delivered'),
      );
      const [told] = await eventually(
        () => noticesOf(client, APP, { vin: VIN }),
        () => true,
      );
      expect(told).toMatchObject({ vin: VIN, audience: 'fleet-manager', status: 'rejected' });
      expect(told?.deliveries[1]).toMatchObject({ where: new URL(server.url).host, id: told?.id });
      expect(new Set(delivered())).toEqual(new Set([told?.id]));
      await expectShown(told?.id ?? '');
      expect(lines.filter(({ msg }) => msg === 'notice')).toHaveLength(1);
    });
  });

  it('many notices go on in a fresh run, and each arrives', async () => {
    const { client } = connected;
    const ids: string[] = [];
    const workflowId = noticesId(APP, 'operations');
    await withWorker(new ProviderDouble(), async () => {
      const { send } = handOver();
      /** As an activation does: what a busy server did not take in time is handed over again. */
      const handedOver = (notice: Parameters<typeof send>[0]) =>
        eventually(
          () =>
            send(notice).then(
              () => true,
              () => false,
            ),
          (isTaken) => isTaken,
        );
      /** One after the other, so that the history grows, and each twice. */
      const handOverMore = async (): Promise<void> => {
        const id = `notice-${process.pid}-${ids.length}`;
        ids.push(id);
        const notice = { ...NOTICE, ...APP, id, audience: 'operations' as const };
        await Promise.all([handedOver(notice), handedOver(notice)]);
      };
      await eventually(
        async () => {
          for (let serial = 0; serial < 20; serial += 1) await handOverMore();
          return (await client.workflow.getHandle(workflowId).describe()).raw.workflowExecutionInfo;
        },
        (info) => info?.execution?.runId !== info?.firstRunId,
      );
      isAway = false;
      const log = await eventually(
        () => noticesOf(client, APP, { audience: 'operations' }),
        (found) =>
          found.length >= ids.length &&
          found.every(({ deliveries }) => deliveries.every(({ outcome }) => outcome === 'delivered')),
      );
      expect(log.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(lines.filter(({ msg, id }) => msg === 'notice' && id === ids[0])).toHaveLength(1);
    });
    const { runId, raw } = await client.workflow.getHandle(workflowId).describe();
    const runs = await Promise.all(
      [raw.workflowExecutionInfo?.firstRunId ?? '', runId].map(async (one) => ({
        workflowId,
        runId: one,
        history: await client.workflow.getHandle(workflowId, one).fetchHistory(),
      })),
    );
    expect(await problemsOf(runs)).toEqual([]);
  });

  it('trouble of the provider is told once and over once, whichever workers and endpoints meet it', async () => {
    const stopping = new AbortController();
    const how = { channels: () => BOTH, signal: stopping.signal };
    const tellers = [1, 2].map(() => createTroubleTeller(connected.client, APP, how));
    const all = async (news: TroubleNews): Promise<void> => {
      for (const teller of tellers) teller.tell(news);
      await Promise.all(tellers.map((teller) => teller.told()));
    };
    const met = { type: 'met', kind: 'away', words: 'did not answer', next: 'Watch.', since: 1_000 } as const;
    isAway = false;
    await withWorker(new ProviderDouble(), async () => {
      await all({ ...met, endpoint: 'list' });
      await all({ ...met, endpoint: 'submit' });
      await all({ type: 'over', endpoint: 'list', at: 2_000 });
      await all({ type: 'over', endpoint: 'submit', at: 3_000 });
      const told = await eventually(
        async () =>
          (await noticesOf(connected.client, APP, { audience: 'operations' })).filter(
            ({ vin }) => vin === '',
          ),
        (found) =>
          found.length >= 2 &&
          found.every(({ deliveries }) => deliveries.every(({ outcome }) => outcome === 'delivered')),
      );
      expect(told.map(({ kind }) => kind)).toEqual(['trouble-over', 'trouble']);
      expect(lines.filter(({ msg, kind }) => msg === 'notice' && kind === 'trouble')).toHaveLength(1);
    });
  });
});
