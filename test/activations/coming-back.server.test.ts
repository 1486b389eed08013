import type { NativeConnection } from '@temporalio/worker';
import { createAgainActivities } from '../../activities/again';
import { Activations } from '../../src/activations/activations';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { type Application, applicationKey } from '../../src/domain/application';
import { rulesFor } from '../../src/domain/rules';
import type { ConnectedClient } from '../../src/temporal/connection';
import { createWorker } from '../../src/temporal/worker';
import { AGAIN, againId } from '../../workflows/contract/again';
import { sent, wholeReport } from '../support/activations';
import { BUNDLE } from '../support/bundle';
import { answered, eventually } from '../support/command-line';
import { ProviderDouble } from '../support/provider-double';
import { devServer, patientClient, patientConnection } from '../support/temporal';
import { QUICKEST, quietWorkers } from '../workflows/harness';

const VIN = 'WBA8E9G50GNT00001';

/** Vehicles that leave and come back, or go to another fleet: on a real server. */
describe('a vehicle that', () => {
  let connected: ConnectedClient;
  let native: NativeConnection;
  let serial = 0;
  let app: Application;
  let provider: ProviderDouble;
  let activations: Activations;

  beforeAll(async () => {
    quietWorkers();
    connected = await patientClient(devServer());
    native = await patientConnection(devServer());
  });
  afterAll(async () => {
    await native?.close();
    await connected?.close();
  });
  beforeEach(() => {
    serial += 1;
    app = { provider: 'high-mobility', application: `coming-back-${Date.now()}-${serial}` };
    provider = new ProviderDouble();
    activations = new Activations(connected.client, app);
  });

  async function withWorker<T>(work: () => Promise<T>): Promise<T> {
    const { overrides, speed } = QUICKEST;
    const catalogue = loadCatalogue(undefined, overrides);
    const worker = await createWorker({
      connection: native,
      namespace: 'default',
      workflowBundle: BUNDLE,
      maxCachedWorkflows: 10,
      providers: { [applicationKey(app)]: provider },
      notifier: { send: async () => undefined },
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed }),
      more: createAgainActivities((one) => new Activations(connected.client, one)),
    });
    return worker.runUntil(work);
  }

  const activate = (...asked: Parameters<Activations['activate']>) =>
    answered(() => activations.activate(...asked));
  const status = (wanted: string) =>
    eventually(
      () => activations.row(VIN),
      (row) => row.status === wanted,
    );

  const vehicle = { vin: VIN, brand: 'bmw', fleet: 'south', tags: { depot: 'a' } };

  it('leaves is not started, and starts again once it has left where somebody wants that', async () => {
    await withWorker(async () => {
      expect(await activate(vehicle)).toEqual({ outcome: 'started', differs: [] });
      await status('pending');
      await sent(activations, 'defleet', VIN, { by: 'ops' });
      expect(await activate(vehicle)).toEqual({ outcome: 'leaving', differs: [] });
      expect(await activate(vehicle, { once: true })).toMatchObject({ outcome: 'leaving' });
      const again = { ...vehicle, fleet: 'north' };
      expect(await activate(again, { again: true })).toMatchObject({ outcome: 'starts-again' });
      const first = await eventually(
        () => activations.row(VIN),
        ({ leaving }) => leaving !== null,
      );
      expect(first).toMatchObject({ fleet: 'south', leaving: 'asked' });
      // This brand cannot cancel what is pending: it leaves by its rejection.
      provider.set('rejected', 'privacy mode is enabled');
      await activations.resume(VIN, {}).catch(() => undefined);
      const next = await eventually(
        () => activations.row(VIN),
        (row) => row.startedAt !== first.startedAt,
      );
      expect(next).toMatchObject({ fleet: 'north', execution: 'RUNNING', leaving: null });
      expect(await connected.client.workflow.getHandle(againId(app, VIN)).result()).toBe('started');
      const { execution } = await eventually(
        async () => ({ execution: await statusOfFirst() }),
        (seen) => seen.execution !== 'RUNNING',
      );
      expect(execution).toBe('COMPLETED');
    });
  });

  async function statusOfFirst(): Promise<string> {
    const found: string[] = [];
    const query = `VIN = '${VIN}' AND Application = '${app.application}' AND WorkflowType = 'activation'`;
    for await (const run of connected.client.workflow.list({ query })) found.push(run.status.name);
    return found.at(-1) ?? 'RUNNING';
  }

  it('leaves stays where that is wanted in time, and is then no longer wanted again', async () => {
    await withWorker(async () => {
      await activate(vehicle);
      await status('pending');
      await sent(activations, 'defleet', VIN, { by: 'ops' });
      await activate(vehicle, { again: true });
      expect(await sent(activations, 'stay', VIN, { by: 'ops' })).toMatchObject({ outcome: 'taken' });
      expect((await wholeReport(activations, VIN)).defleet).toBeNull();
      expect(await connected.client.workflow.getHandle(againId(app, VIN)).result()).toBe('already-active');
      provider.set('approved');
      await sent(activations, 'retry', VIN);
      await status('approved');
      await sent(activations, 'defleet', VIN, { by: 'ops' });
      await expect(sent(activations, 'stay', VIN, { by: 'ops' })).rejects.toMatchObject({
        code: 'MESSAGE_REFUSED',
      });
    });
  });

  it('is wanted to leave for good does not start again', async () => {
    await activate(vehicle);
    await connected.client.workflow
      .getHandle(`activation:${applicationKey(app)}:${VIN}`)
      .signal('defleet', { by: 'ops' });
    await withWorker(async () => {
      await eventually(
        () => activations.row(VIN),
        (row) => row.execution !== 'RUNNING' || row.leaving !== null,
      );
    });
    await connected.client.workflow.start(AGAIN, {
      workflowId: againId(app, VIN),
      taskQueue: 'nobody',
      args: [{ ...vehicle, ...app }],
    });
    await sent(activations, 'defleet', VIN, { by: 'ops' }, { patience: 1 });
    const { status: left } = await connected.client.workflow.getHandle(againId(app, VIN)).describe();
    expect(['RUNNING', 'CANCELLED']).toContain(left.name);
    const { events } = await connected.client.workflow.getHandle(againId(app, VIN)).fetchHistory();
    expect(events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes)).toBe(true);
    await connected.client.workflow.getHandle(againId(app, VIN)).terminate();
  });

  it('is asked for under another fleet and another tag says so, and moves by an amendment', async () => {
    await withWorker(async () => {
      await activate(vehicle);
      await status('pending');
      const otherwise = { ...vehicle, brand: 'mini', fleet: 'north', tags: { depot: 'b' } };
      expect((await activate(otherwise)).differs).toEqual([
        { what: 'fleet', key: null, is: 'south', asked: 'north' },
        { what: 'brand', key: null, is: 'bmw', asked: 'mini' },
        { what: 'tag', key: 'depot', is: 'a', asked: 'b' },
      ]);
      const [south, north] = [activations.forFleets(['south']), activations.forFleets(['north'])];
      await expect(answered(() => north.report(VIN))).rejects.toMatchObject({ code: 'ACTIVATION_UNKNOWN' });
      await sent(activations, 'amend', VIN, { by: 'jane', fleet: 'north', tags: { depot: 'b', desk: '7' } });
      await eventually(
        () => activations.row(VIN),
        (row) => row.fleet === 'north',
      );
      const asked = { ...vehicle, fleet: 'north', tags: { depot: 'b', desk: '7' } };
      expect(await activate(asked)).toEqual({ outcome: 'already-active', differs: [] });
      await expect(answered(() => south.report(VIN))).rejects.toMatchObject({ code: 'ACTIVATION_UNKNOWN' });
      const seen = await wholeReport(north, VIN);
      expect(seen.history.map(({ note }) => note)).toEqual([
        'amended the request (jane), and moved it to the fleet north',
      ]);
      expect((await wholeReport(activations, VIN)).history.length).toBeGreaterThan(1);
    });
  });
});
