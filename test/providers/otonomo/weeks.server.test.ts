import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { loadCatalogue } from '../../../src/catalogue/catalogue';
import { rulesFor } from '../../../src/domain/rules';
import { Otonomo } from '../../../src/providers/otonomo/client';
import { otonomo } from '../../../src/providers/otonomo/profile';
import { USUAL_TIMEOUTS } from '../../../src/providers/shared/caller';
import { createTransport } from '../../../src/providers/shared/transport';
import { createWorker } from '../../../src/temporal/worker';
import { type OtonomoSimulator, startOtonomo } from '../../../src/trial/simulator/otonomo/simulator';
import {
  ACTIVATION,
  type ActivationView,
  activationId,
  defleet,
  resume,
  status,
  suspend,
} from '../../../workflows/contract/messages';
import { applicationQueue } from '../../../workflows/contract/task-queues';
import { BUNDLE } from '../../support/bundle';
import { timeSkippingEnvironment } from '../../support/temporal';
import { type Activation, quietWorkers, soon } from '../../workflows/harness';

const APP = { provider: 'otonomo', application: 'default' } as const;
const FORD = 'WF0EXXTTREN451908';
const CREDENTIALS = { clientId: 'client', clientSecret: 'the-secret', service: 'workspace' };

/** The real workflow, activities and client, looks by itself alone, and the simulator, whose days are those of the server. */
describe('a vehicle at Otonomo, over weeks that are skipped', () => {
  let env: TestWorkflowEnvironment;
  let simulator: OtonomoSimulator;
  let client: Otonomo;

  beforeAll(async () => {
    quietWorkers();
    env = await timeSkippingEnvironment();
    // Its clock stands still but for what the server has skipped. A token lives an hour.
    simulator = await startOtonomo({
      ...CREDENTIALS,
      speed: 1e-9,
      inactiveMakes: ['Ford'],
      tokenLife: 3_600,
    });
    const http = createTransport(simulator.url, USUAL_TIMEOUTS, CREDENTIALS.clientSecret, undefined);
    const transport = {
      ...http,
      send: async (...exchange: Parameters<typeof http.send>) => {
        await catchUp();
        return http.send(...exchange);
      },
    };
    const now = () => simulator.clock.now();
    client = new Otonomo({ ...CREDENTIALS, baseUrl: simulator.url, transport, now });
  });
  afterAll(async () => {
    await client?.close();
    await simulator?.close();
    await env?.teardown();
  });

  async function catchUp(): Promise<void> {
    const behind = (await env.currentTimeMs()) - simulator.clock.now();
    if (behind > 0) simulator.clock.advance(behind);
  }

  const stateAtProvider = () => simulator.vehicles.find(({ vin }) => vin === FORD)?.state;
  const did = () => simulator.happenings.map(({ what }) => what);

  /** Lets time go by, six hours at a time, until the view is as wanted. */
  async function until(handle: Activation, wanted: Partial<ActivationView>): Promise<ActivationView> {
    const asWanted = (view: ActivationView): boolean =>
      Object.entries(wanted).every(([key, value]) => view[key as keyof ActivationView] === value);
    for (let quarter = 0; quarter < 40; quarter++) {
      const view = await handle.query(status);
      if (asWanted(view)) return view;
      await env.sleep('6h');
    }
    throw new Error(`Not reached: ${JSON.stringify(await handle.query(status), null, 2)}`);
  }

  it('waits for its make, is approved, paused and resumed, and leaves where its removal is refused', async () => {
    const catalogue = loadCatalogue(undefined, undefined, otonomo);
    const worker = await createWorker({
      connection: env.nativeConnection,
      namespace: 'default',
      taskQueue: 'otonomo-weeks',
      workflowBundle: BUNDLE,
      maxCachedWorkflows: 0,
      providers: { 'otonomo:default': client },
      notifier: { send: async () => undefined },
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed: 1 }),
    });
    await worker.runUntil(async () => {
      const handle = (await env.client.workflow.start(ACTIVATION, {
        workflowId: activationId(APP, FORD),
        taskQueue: applicationQueue(APP, 'otonomo-weeks'),
        args: [{ ...APP, vin: FORD, brand: 'ford' }],
      })) as unknown as Activation;
      await until(handle, { status: 'pending', reason: 'Incomplete', owner: 'fleet-manager' });
      await env.sleep('7d');
      simulator.activateMake('Ford');
      await until(handle, { reason: 'Pending Enablement' });
      await until(handle, { status: 'approved', step: 'quiet' });

      await env.sleep('7d');
      await handle.signal(suspend, { by: 'ops' });
      await soon(handle, ({ step, status: shown }) => step === 'suspended' && shown === 'revoked');
      await env.sleep('7d');
      expect([(await handle.query(status)).step, stateAtProvider()]).toEqual(['suspended', 'disabled']);
      await handle.signal(resume, { by: 'ops' });
      await until(handle, { status: 'approved', suspended: null });

      const message = 'vehicles with reports cannot be removed';
      const body = JSON.stringify({ message, vins: [FORD] });
      simulator.setFault({ on: 'remove', times: 'always', kind: 'status', status: 403, body });
      const asked = await env.currentTimeMs();
      await handle.signal(defleet, { by: 'ops', reason: 'sold' });
      const left = (await handle.result()) as ActivationView;
      // The server skips on once nothing is open any more: it has written down when this ended.
      const { closeTime } = await handle.describe();
      const hours = (Number(closeTime) - asked) / 3_600_000;
      expect(left).toMatchObject({ status: 'revoked', step: 'ended', settled: true });
      expect([hours >= 24, hours < 72]).toEqual([true, true]);
      expect(stateAtProvider()).toBe('disabled');
    });
    expect(did().filter((what) => what === 'uploaded')).toHaveLength(1);
    expect(did().filter((what) => what === 'disabled')).toHaveLength(4);
  });
});
