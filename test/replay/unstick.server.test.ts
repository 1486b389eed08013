import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NativeConnection } from '@temporalio/worker';
import { Activations } from '../../src/activations/activations';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { rulesFor } from '../../src/domain/rules';
import { createHighMobility, type HighMobilityClient } from '../../src/providers/high-mobility/client';
import type { ConnectedClient, TemporalConfig } from '../../src/temporal/connection';
import { createWorker } from '../../src/temporal/worker';
import type { WorkerGroup } from '../../src/temporal/worker-group';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { activationId, clearanceChanged } from '../../workflows/contract/messages';
import { sent } from '../support/activations';
import { APP, APP_KEY } from '../support/application';
import { BUNDLE } from '../support/bundle';
import { vin as command, eventually } from '../support/command-line';
import { patientClient, patientConnection } from '../support/temporal';
import { ownNamespace } from '../sweep/namespace';
import { quietWorkers } from '../workflows/harness';

const CREDENTIALS = { clientId: 'client', clientSecret: 'a-secret-for-tests' };
const CODE = readFileSync(BUNDLE.codePath, 'utf8');
/** A version that calls another activity where it should withdraw: that, the code of today cannot replay. */
const OTHER = CODE.replace("call('withdrawClearance'", "call('checkEligibility'");
const VIN = 'WBA8E9G50GNT00001';
const HEALTHY = 'WBA8E9G50GNT00002';

/** One story, told in order. */
describe('an activation with a history that cannot be replayed, on a real server', () => {
  let config: TemporalConfig;
  let connected: ConnectedClient;
  let native: NativeConnection;
  let simulator: Simulator;
  let provider: HighMobilityClient;
  let activations: Activations;
  let stop: (() => Promise<void>) | undefined;
  const run = (...args: string[]) =>
    command(args, { TEMPORAL_ADDRESS: config.address, TEMPORAL_NAMESPACE: config.namespace });

  let folder: string;

  beforeAll(async () => {
    quietWorkers();
    folder = mkdtempSync(join(tmpdir(), 'vin-unstick-'));
    expect(OTHER === CODE).toBe(false);
    config = await ownNamespace('unstick');
    connected = await patientClient(config);
    native = await patientConnection(config);
    simulator = await startSimulator({ ...CREDENTIALS, seed: 1 });
    provider = createHighMobility({ ...CREDENTIALS, baseUrl: simulator.url });
    activations = new Activations(connected.client, APP);
  });

  afterAll(async () => {
    await stop?.();
    await provider?.close();
    await simulator?.close();
    await native?.close();
    await connected?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function fileOf(code: string): string {
    const file = join(folder, `bundle-${Date.now()}.js`);
    writeFileSync(file, code);
    return file;
  }

  async function startCrew(code: string): Promise<void> {
    await stop?.();
    const catalogue = loadCatalogue();
    const crew: WorkerGroup = await createWorker({
      connection: native,
      namespace: config.namespace,
      providers: { [APP_KEY]: provider },
      notifier: { send: async () => undefined },
      workflowBundle: { codePath: fileOf(code) },
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed: 3_600 }),
    });
    const running = crew.run();
    running.catch(() => undefined);
    stop = async () => {
      crew.shutdown();
      await running;
    };
  }

  const types = async (): Promise<string[]> => {
    const { events } = await connected.client.workflow.getHandle(activationId(APP, VIN)).fetchHistory();
    return (events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: a, workflowTaskFailedEventAttributes: f }) => [
        ...(a?.activityType?.name ? [a.activityType.name] : []),
        ...(f ? ['workflow task failed'] : []),
      ],
    );
  };

  it('is left alone while it is not stuck', async () => {
    await startCrew(OTHER);
    for (const one of [VIN, HEALTHY]) {
      simulator.script(one, [{ status: 'approved', after: 0 }]);
      await activations.start({ vin: one, brand: 'bmw' });
      await eventually(
        () => activations.row(one),
        ({ status }) => status === 'approved',
      );
    }
    const answer = await run('unstick', VIN);
    expect([answer.code, answer.stdout]).toEqual([0, expect.stringContaining('not stuck')]);
  });

  it('is told by vin replay, with its run and the way out', async () => {
    simulator.setFault({ on: 'eligibility', kind: 'status', status: 503, times: 'always' });
    await sent(activations, 'defleet', VIN, { by: 'ops', reason: 'sold' });
    await eventually(types, (found) => found.includes('checkEligibility'));
    await startCrew(CODE);
    await connected.client.workflow
      .getHandle(activationId(APP, VIN))
      .signal(clearanceChanged, { status: 'approved', deliveryId: 'd-1' });
    await eventually(types, (found) => found.includes('workflow task failed'));
    const { runId } = await connected.client.workflow.getHandle(activationId(APP, VIN)).describe();
    const answer = await run('replay', '--all');
    expect(answer.code).toBe(5);
    expect(answer.stdout).toContain(`${activationId(APP, VIN)} (run ${runId}): `);
    expect(answer.stdout).toContain(`vin unstick ${VIN}`);
    expect(answer.stdout).not.toContain(HEALTHY);
  });

  it('is shown where it would be set back to, and nothing is done', async () => {
    const { runId } = await connected.client.workflow.getHandle(activationId(APP, VIN)).describe();
    const answer = await run('unstick', VIN, '--dry-run', '-o', 'json');
    expect(JSON.parse(answer.stdout)).toMatchObject({ vin: VIN, runId, newRunId: null });
    expect(JSON.parse(answer.stdout).point.eventId).toBeGreaterThan(3);
    expect((await connected.client.workflow.getHandle(activationId(APP, VIN)).describe()).runId).toBe(runId);
  });

  it('is set back, and its vehicle goes on to the end that was asked for', async () => {
    const answer = await run('unstick', VIN);
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    expect(answer.stdout).toContain('it goes on in run ');
    await eventually(
      async () => simulator.ledger.clearances.find((one) => one.vin === VIN)?.changelog.at(-1)?.status,
      (status) => status === 'revoking',
    );
    simulator.clock.advance(86_400_000);
    const { execution, status, history } = await eventually(
      () => activations.report(VIN),
      (report) => report.step === 'ended' && report.execution !== 'RUNNING',
    );
    expect([execution, status]).toEqual(['COMPLETED', 'revoked']);
    expect(JSON.stringify(history)).toContain('sold');
  });

  it('leaves, as an ended life, nothing but its old run that fails, and no advice to unstick it', async () => {
    // Lists of Temporal lag behind a little.
    const alive = await eventually(
      () => run('replay'),
      ({ stdout }) => stdout.includes('1 histories replayed'),
    );
    expect(alive.code).toBe(0);
    const { failed } = await eventually(
      async () => {
        const { stdout } = await run('replay', '--all', '-o', 'json');
        return JSON.parse(stdout) as { replayed: number; failed: { workflowId: string; isAlive: boolean }[] };
      },
      ({ replayed }) => replayed >= 3,
    );
    expect(failed).toEqual([expect.objectContaining({ workflowId: activationId(APP, VIN), isAlive: false })]);
    const gone = await run('unstick', VIN);
    expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining('ACTIVATION_UNKNOWN')]);
  });
});
