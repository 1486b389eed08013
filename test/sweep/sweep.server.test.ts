import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { createSweepActivities } from '../../activities/sweep';
import { Activations } from '../../src/activations/activations';
import { UNLIMITED } from '../../src/calls/rate-limiter';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { rulesFor } from '../../src/domain/rules';
import { createHighMobility, type HighMobilityClient } from '../../src/providers/high-mobility/client';
import { sweptActivations } from '../../src/sweep/activations-at-provider';
import { createSweeper } from '../../src/sweep/sweeper';
import { runSweep } from '../../src/sweep/sweeps';
import type { ConnectedClient, TemporalConfig } from '../../src/temporal/connection';
import { createWorker } from '../../src/temporal/worker';
import type { WorkerGroup } from '../../src/temporal/worker-group';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { activationId, clearanceSwept } from '../../workflows/contract/messages';
import type { SweepSummary } from '../../workflows/contract/sweep-report';
import { sent, wholeReport } from '../support/activations';
import { APP, APP_KEY } from '../support/application';
import { BUNDLE } from '../support/bundle';
import { vin as command, eventually } from '../support/command-line';
import { patientClient, patientConnection } from '../support/temporal';
import { quietWorkers } from '../workflows/harness';
import { ownNamespace } from './namespace';
import { vin } from './support';

const CREDENTIALS = { clientId: 'client', clientSecret: 'a-secret-for-tests' };
const DAY = 86_400_000;
/** Milliseconds in which a worker on a busy machine takes a task. */
const LONG = 120_000;
const FLEET = Array.from({ length: 36 }, (_, number) => vin(number));
const STRANGER = vin(900);
/** A busy worker may take a sweep late, which is told. */
const UNTAKEN = /^(No worker has taken it yet\.\n)?$/;

/** One story, told in order: without webhooks, and without looks of their own for hours, activations learn by sweeps. */
describe('with webhooks off, a real server and a fleet of different fates', () => {
  let config: TemporalConfig;
  let connected: ConnectedClient;
  let native: NativeConnection;
  let simulator: Simulator;
  let provider: HighMobilityClient;
  let activations: Activations;
  let crew: WorkerGroup;
  let running: Promise<void>;
  /** What the reading of the list waits for. */
  let beforeList: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    quietWorkers();
    config = await ownNamespace('sweep');
    connected = await patientClient(config);
    native = await patientConnection(config);
    simulator = await startSimulator({ ...CREDENTIALS, seed: 1 });
    provider = createHighMobility({ ...CREDENTIALS, baseUrl: simulator.url });
    activations = new Activations(connected.client, APP);
    const sweeper = createSweeper({
      app: APP,
      source: {
        list: (filter) => provider.list(filter),
        scan: async (...how) => {
          await beforeList();
          return provider.scan(...how);
        },
      },
      activations: sweptActivations(connected.client, APP),
      grace: 0,
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
      // The command that reads the list itself waits for its turn like everybody.
      limiterOf: () => UNLIMITED,
    });
    running = crew.run();
    running.catch(() => undefined);
  });

  afterAll(async () => {
    crew?.shutdown();
    await running;
    await provider?.close();
    await simulator?.close();
    await native?.close();
    await connected?.close();
  });

  const sweep = (full = false): Promise<SweepSummary> =>
    runSweep(connected.client, { ...APP, full, untaken: LONG });

  /** The newest record of each vehicle of the fleet. */
  function ledger(): Record<string, string> {
    const newest = new Map(simulator.ledger.clearances.map((row) => [row.vin, row.changelog.at(-1)?.status]));
    return Object.fromEntries(FLEET.map((of) => [of, newest.get(of) ?? 'absent']));
  }

  /** What is believed of each, as a search shows it. */
  async function beliefs(): Promise<Record<string, string>> {
    const rows = await activations.list({ all: true });
    const found = new Map(rows.map((row) => [row.vin, row.status]));
    return Object.fromEntries(FLEET.map((of) => [of, found.get(of) ?? 'no activation']));
  }

  const agree = (): Promise<unknown> =>
    eventually(beliefs, (found) => JSON.stringify(found) === JSON.stringify(ledger()));

  const listCalls = (): number =>
    simulator.ledger.calls.filter(
      ({ method, path, vins }) => method === 'GET' && path === '/v1/fleets/vehicles' && vins.length === 0,
    ).length;

  /** What the sweeps have told a vehicle's activation, and when the server took it. */
  async function sweptSignals(of: string): Promise<{ begun: number; at: number }[]> {
    const handle = connected.client.workflow.getHandle(activationId(APP, of));
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap(({ eventTime, workflowExecutionSignaledEventAttributes: signal }) => {
      const payload = signal?.input?.payloads?.[0];
      if (signal?.signalName !== clearanceSwept.name || !payload) return [];
      const { begun } = defaultPayloadConverter.fromPayload<{ begun: number }>(payload);
      return [{ begun, at: Number(eventTime?.seconds) * 1_000 + Number(eventTime?.nanos) / 1e6 }];
    });
  }

  it('finds nothing to say of a fleet that is pending, as everybody believes', async () => {
    for (const of of FLEET) simulator.script(of, [{ status: 'pending', after: 0 }]);
    await Promise.all(FLEET.map((of) => activations.start({ vin: of, brand: 'bmw' })));
    await eventually(beliefs, (found) => Object.values(found).every((status) => status === 'pending'));
    await agree();
    expect(await sweep()).toMatchObject({ rows: 36, changed: 36, differences: 0, signals: 0, drift: null });
    expect(await sweep()).toMatchObject({ rows: 36, changed: 0, differences: 0, signals: 0 });
    expect(listCalls()).toBe(2);
  });

  it('tells those that were approved, rejected and given a reason, and no other', async () => {
    for (const of of FLEET.slice(0, 12)) simulator.setStatus(of, 'approved');
    for (const of of FLEET.slice(12, 18)) simulator.setStatus(of, 'rejected', 'privacy mode is enabled');
    for (const of of FLEET.slice(18, 24)) simulator.setStatus(of, 'pending', 'consent assignment missing');
    const before = Date.now();
    expect(await sweep()).toMatchObject({ changed: 24, differences: 24, signals: 24 });
    await agree();
    const rows = await eventually(
      () => activations.list({ status: 'pending' }),
      (found) => found.filter(({ reason }) => reason !== null).length === 6,
    );
    expect(rows.filter(({ reason }) => reason === 'consent assignment missing')).toHaveLength(6);
    const { history } = await wholeReport(activations, vin(0));
    expect(history.map(({ source, status }) => `${source} ${status}`)).toContain('sweep approved');
    const [told] = await sweptSignals(vin(0));
    // The server's clock is this machine's.
    expect(told?.begun).toBeLessThan(told?.at as number);
    expect(told?.begun).toBeGreaterThanOrEqual(before);
    expect(await sweep()).toMatchObject({ changed: 0, differences: 0, signals: 0 });
  });

  it('tells those whose access was ended behind our back, and those that the provider has lost', async () => {
    for (const of of FLEET.slice(0, 4)) simulator.setStatus(of, 'revoked');
    for (const of of FLEET.slice(4, 8)) simulator.forget(of);
    simulator.forget(vin(30));
    expect(await sweep()).toMatchObject({ rows: 31, differences: 9, signals: 9 });
    await agree();
    expect(await sweep()).toMatchObject({ changed: 0, differences: 0, signals: 0 });
    await eventually(
      () => activations.report(vin(0)),
      ({ step }) => step === 'parked',
    );
  });

  it('confirms the end of a withdrawal', async () => {
    await sent(activations, 'defleet', vin(8));
    await eventually(
      async () => ledger(),
      (found) => found[vin(8)] === 'revoking',
    );
    await agree();
    expect(await sweep()).toMatchObject({ differences: 0, signals: 0 });
    simulator.clock.advance(DAY);
    expect(await sweep()).toMatchObject({ differences: 1, signals: 1 });
    await agree();
    const { step, execution } = await eventually(
      () => activations.report(vin(8)),
      (report) => report.execution !== 'RUNNING',
    );
    expect([step, execution]).toEqual(['ended', 'COMPLETED']);
  });

  it('reports the drift, through the command, and tells it at the same time', async () => {
    // What a sweep of the changes takes for settled: somebody else spoke in between.
    simulator.add({ vin: STRANGER, brand: 'bmw' });
    simulator.setStatus(vin(10), 'revoked');
    simulator.forget(vin(11));
    const environment = { TEMPORAL_ADDRESS: config.address, TEMPORAL_NAMESPACE: config.namespace };
    const answer = await command(['drift', '-o', 'json'], environment);
    // Its worker may take it late on a busy machine, which is told.
    expect([answer.code, answer.stderr]).toEqual([0, expect.stringMatching(UNTAKEN)]);
    expect(JSON.parse(answer.stdout)).toMatchObject({
      ...APP,
      drift: {
        unmanaged: { count: 1, first: [{ vin: STRANGER, brand: 'bmw', theirs: 'pending' }] },
        lost: { count: 1, first: [{ vin: vin(11), ours: 'approved' }] },
        disagreeing: { count: 1, first: [{ vin: vin(10), ours: 'approved', theirs: 'revoked' }] },
      },
    });
    await agree();
    const file = join(mkdtempSync(join(tmpdir(), 'vin-drift-')), 'unmanaged.csv');
    const provided = {
      ...environment,
      HIGH_MOBILITY_BASE_URL: simulator.url,
      HIGH_MOBILITY_CLIENT_ID: CREDENTIALS.clientId,
      HIGH_MOBILITY_CLIENT_SECRET: CREDENTIALS.clientSecret,
    };
    const written = await command(['drift', '--unmanaged', file, '-o', 'json'], provided);
    expect([written.code, written.stderr]).toEqual([0, expect.stringMatching(UNTAKEN)]);
    expect(JSON.parse(written.stdout)).toMatchObject({ list: { file, count: 1, withoutBrand: 0 } });
    const imported = await command(['import', file, '--dry-run'], environment);
    expect([imported.code, imported.stdout]).toEqual([0, expect.stringMatching(/\b1\b.*ready/)]);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^vin,brand.*\n${STRANGER},bmw`));
    rmSync(dirname(file), { recursive: true });
    const again = await command(['drift'], environment);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/without an activation here: 1\n[\s\S]*next: /);
    expect(again.stdout).toContain(STRANGER);
    expect(again.stdout).not.toContain(vin(11));
    const swept = await command(['sweep', '--full'], environment);
    expect(swept.stdout).toMatch(
      /^Full sweep in .*\n.*Rows at the provider +31\n[\s\S]*Activations told +0\n$/,
    );
  });

  it('a command that finds a sweep under way waits for that one, and says so', async () => {
    const news: string[] = [];
    let isUnderWay: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    const underWay = new Promise<void>((resolve) => {
      isUnderWay = resolve;
    });
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    beforeList = () => {
      isUnderWay();
      return mayGoOn;
    };
    const first = sweep(true);
    await underWay;
    // The second one searches for it, and searches lag.
    await eventually(
      () => connected.client.workflow.count("WorkflowType = 'sweep' AND ExecutionStatus = 'Running'"),
      ({ count }) => count > 0,
    );
    const second = await runSweep(connected.client, {
      ...APP,
      full: false,
      untaken: LONG,
      onNews: (text) => {
        news.push(text);
        goOn();
      },
    });
    expect(second).toEqual(await first);
    expect(news).toEqual(['A sweep is under way already: waiting for it.']);
  });

  it('without a worker it says so, and starts nothing', async () => {
    const call = runSweep(connected.client, { ...APP, application: 'nobody-is-here', full: false });
    await expect(call).rejects.toMatchObject({ code: 'WORKER_MISSING' });
  });
});
