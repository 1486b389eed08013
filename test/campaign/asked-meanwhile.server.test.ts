import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { rulesFor } from '../../src/domain/rules';
import type { ConnectedClient } from '../../src/temporal/connection';
import { createWorker } from '../../src/temporal/worker';
import {
  ACTIVATION,
  activationId,
  clearanceChanged,
  clearanceSwept,
  status,
} from '../../workflows/contract/messages';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { Random } from '../simulation/random';
import { APP, APP_KEY } from '../support/application';
import { BUNDLE } from '../support/bundle';
import { problemsOf } from '../support/histories';
import { ProviderDouble } from '../support/provider-double';
import { devServer, patientClient, patientConnection } from '../support/temporal';
import { quietWorkers } from '../workflows/harness';

const SEED = randomInt(2 ** 31);
const VEHICLES = 12;
/** Milliseconds: how long it goes on, and the longest that a call, or telling somebody, takes. */
const LENGTH = 10_000;
const SLOW = 1_000;
/** As often as messages come, so that something is due while a call is under way. */
const OFTEN = { after: '0s', audience: 'owner' as const, every: '700ms' };
const LADDERS = ['default', 'support', 'consent', 'privacy', 'driving', 'waiting'];

/**
 * A worker that is asked while it makes a call of its own completes its workflow task at once: what it heard in that task, and
 * what comes with the next, has another order and another time in a replay
 * (docs/decisions/0009-messages-are-signals.md).
 */
describe('activations that are asked how they are all the time, while calls are slow', () => {
  let connected: ConnectedClient;
  let connection: NativeConnection;
  const random = new Random(SEED);
  const slowly = (): Promise<void> => wait(random.between(0, SLOW));

  beforeAll(async () => {
    quietWorkers();
    process.stderr.write(`asked meanwhile: seed ${SEED}\n`);
    connected = await patientClient(devServer());
    connection = await patientConnection(devServer());
  });
  afterAll(async () => {
    await connection?.close();
    await connected?.close();
  });

  /** A provider of many vehicles, which is slow and always has news. */
  function slowProvider(): ProviderDouble {
    const doubles = new Map<string, ProviderDouble>();
    const of = (vin: string): ProviderDouble => {
      const known = doubles.get(vin) ?? new ProviderDouble();
      doubles.set(vin, known);
      return known;
    };
    const provider = new ProviderDouble();
    provider.submit = async (requests) => {
      await slowly();
      return (await Promise.all(requests.map((one) => of(one.vin).submit([one])))).flat();
    };
    provider.list = async ({ vins = [] } = {}) => {
      await slowly();
      for (const vin of vins) if (of(vin).record) of(vin).set('pending', `reason ${random.between(1, 3)}`);
      return (await Promise.all(vins.map((vin) => of(vin).list({ vins: [vin] })))).flat();
    };
    return provider;
  }

  it('have histories that replay', async () => {
    const { client } = connected;
    const taskQueue = `asked-${SEED}`;
    const ladders = Object.fromEntries(LADDERS.map((name) => [name, [OFTEN]]));
    const policy = {
      pollInterval: '900ms',
      withdrawPollInterval: '500ms',
      transitionRetry: '300ms',
      ladders,
    };
    const catalogue = loadCatalogue(undefined, { policy });
    const worker = await createWorker({
      connection,
      namespace: 'default',
      taskQueue,
      workflowBundle: BUNDLE,
      providers: { [APP_KEY]: slowProvider() },
      notifier: { send: slowly },
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed: 1 }),
    });
    const first = random.between(0, 9_999);
    const starting = Array.from({ length: VEHICLES }, (_, index) => {
      const vin = `WBA8E9G50GP${String(first * 100 + index).padStart(6, '0')}`;
      return client.workflow.start(ACTIVATION, {
        workflowId: activationId(APP, vin),
        taskQueue: applicationQueue(APP, taskQueue),
        args: [{ ...APP, vin, brand: 'bmw' }],
      });
    });
    const handles = await Promise.all(starting);
    const end = Date.now() + LENGTH;
    const asks = async (handle: (typeof handles)[number]): Promise<void> => {
      while (Date.now() < end) {
        await handle.query(status).catch(() => undefined);
        await wait(random.between(0, 60));
      }
    };
    const talks = async (handle: (typeof handles)[number]): Promise<void> => {
      while (Date.now() < end) {
        await wait(random.between(0, SLOW));
        const reason = `reason ${random.between(1, 5)}`;
        if (random.chance(0.6)) await handle.signal(clearanceChanged, { status: 'pending', reason });
        else {
          const clearance = { status: 'pending', reason, changedAt: Date.now(), createdAt: null } as const;
          await handle.signal(clearanceSwept, { clearance, begun: Date.now() });
        }
      }
    };
    await worker.runUntil(() => Promise.all(handles.flatMap((one) => [asks(one), asks(one), talks(one)])));
    const runs = await Promise.all(
      handles.map(async (handle) => ({
        workflowId: handle.workflowId,
        runId: handle.firstExecutionRunId,
        history: await handle.fetchHistory(),
      })),
    );
    await Promise.all(handles.map((handle) => handle.terminate()));
    expect(await problemsOf(runs)).toEqual([]);
  });
});
