import type { NativeConnection } from '@temporalio/worker';
import { createSweepActivities } from '../../activities/sweep';
import { Activations } from '../../src/activations/activations';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { rulesFor } from '../../src/domain/rules';
import { createHighMobility, type HighMobilityClient } from '../../src/providers/high-mobility/client';
import { sweptActivations } from '../../src/sweep/activations-at-provider';
import { createSweeper } from '../../src/sweep/sweeper';
import { runSweep } from '../../src/sweep/sweeps';
import { type ConnectedClient, readTemporalConfig } from '../../src/temporal/connection';
import { createWorker } from '../../src/temporal/worker';
import type { WorkerGroup } from '../../src/temporal/worker-group';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import type { EmbeddedServer } from '../../src/trial/temporal-server/server';
import { activationId, clearanceChanged } from '../../workflows/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { APP, APP_KEY } from '../support/application';
import { BUNDLE } from '../support/bundle';
import { vin as command, eventually, vinOnce } from '../support/command-line';
import { ownServer } from '../support/own-server';
import { patientClient, patientConnection } from '../support/temporal';
import { quietWorkers } from '../workflows/harness';
import { vin } from './support';

const CREDENTIALS = { clientId: 'client', clientSecret: 'a-secret-for-tests' };
const FLEET = [vin(1), vin(2), vin(3)] as const;
const [REFUSING] = FLEET;

/** As many signals as the server takes for one run; by default it takes 10,000. */
const SIGNALS = 3;

describe('a sweep with one activation that refuses signals, on a real server', () => {
  let server: EmbeddedServer;
  let connected: ConnectedClient;
  let native: NativeConnection;
  let simulator: Simulator;
  let provider: HighMobilityClient;
  let activations: Activations;
  let crew: WorkerGroup;
  let running: Promise<void>;

  beforeAll(async () => {
    quietWorkers();
    server = await ownServer({
      searchAttributes: SEARCH_ATTRIBUTES,
      dynamicConfig: { 'history.maximumSignalsPerExecution': SIGNALS },
    });
    const config = readTemporalConfig({ TEMPORAL_ADDRESS: server.address });
    connected = await patientClient(config);
    native = await patientConnection(config);
    simulator = await startSimulator({ ...CREDENTIALS, seed: 1 });
    provider = createHighMobility({ ...CREDENTIALS, baseUrl: simulator.url });
    activations = new Activations(connected.client, APP);
    const sweeper = createSweeper({
      app: APP,
      source: provider,
      activations: sweptActivations(connected.client, APP),
    });
    const catalogue = loadCatalogue();
    crew = await createWorker({
      connection: native,
      namespace: config.namespace,
      workflowBundle: BUNDLE,
      providers: { [APP_KEY]: provider },
      notifier: { send: async () => undefined },
      batching: { size: 100, window: 50 },
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed: 1 }),
      more: createSweepActivities({ [APP_KEY]: sweeper }),
    });
    running = crew.run();
    running.catch(() => undefined);
    for (const of of FLEET) simulator.script(of, [{ status: 'pending', after: 0 }]);
    for (const of of FLEET) await activations.start({ vin: of, brand: 'bmw' });
    await approved(0);
  });

  afterAll(async () => {
    crew?.shutdown();
    await running;
    await provider?.close();
    await simulator?.close();
    await native?.close();
    await connected?.close();
    await server?.stop();
  });

  /** Waits until so many are approved, and all others are pending, as a search shows it. */
  const approved = (count: number): Promise<unknown> =>
    eventually(
      () => activations.list({}),
      (rows) =>
        rows.length === FLEET.length &&
        rows.filter(({ status }) => status === 'approved').length === count &&
        rows.filter(({ status }) => status === 'pending').length === FLEET.length - count,
    );

  it('compares everything else, says which it could not tell and why, and tries it again', async () => {
    const handle = connected.client.workflow.getHandle(activationId(APP, REFUSING));
    for (let count = 0; count < SIGNALS; count += 1) {
      await handle.signal(clearanceChanged, { status: 'pending', deliveryId: `d-${count}` });
    }
    for (const of of FLEET) simulator.setStatus(of, 'approved');
    const untold = {
      count: 1,
      first: [{ vin: REFUSING, problem: expect.stringMatching(/limit for signal/) }],
    };
    const { client } = connected;
    expect(await runSweep(client, { ...APP, full: false, untaken: 120_000 })).toMatchObject({
      differences: 2,
      signals: 2,
      untold,
    });
    await approved(2);
    expect(await runSweep(client, { ...APP, full: false, untaken: 120_000 })).toMatchObject({
      differences: 0,
      signals: 0,
      untold,
    });
  });

  it('a message to it is refused in words that say what to do', async () => {
    const answer = await eventually(
      () => vinOnce(['defleet', REFUSING], { TEMPORAL_ADDRESS: server.address }),
      ({ stderr }) => !stderr.includes('TEMPORAL_UNREACHABLE'),
    );
    expect([answer.code, answer.stderr]).toEqual([
      6,
      expect.stringContaining('takes no more messages for this run'),
    ]);
    expect(answer.stderr).toContain('request the cancellation of the workflow in Temporal');
  });

  it('tells the person at the command line', async () => {
    const answer = await command(['sweep'], { TEMPORAL_ADDRESS: server.address });
    expect(answer.code).toBe(0);
    expect(answer.stdout).toMatch(/Activations that could not be told: 1\n {2}\S+: .*limit for signal/);
    expect(answer.stdout).toContain(REFUSING);
    expect(answer.stdout).toContain('next: ');
  });
});
