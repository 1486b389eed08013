import { randomUUID } from 'node:crypto';
import type { NativeConnection } from '@temporalio/worker';
import type { Activations } from '../../src/activations/activations';
import { createBatchSender } from '../../src/activations/batch-sender';
import { Batches, type NewBatch } from '../../src/activations/batches';
import { VinError } from '../../src/base/errors';
import { applicationKey } from '../../src/domain/application';
import type { ConnectedClient } from '../../src/temporal/connection';
import { createWorker } from '../../src/temporal/worker';
import type { BatchRow } from '../../workflows/contract/batch';
import { batchWorkflowId } from '../../workflows/contract/batch';
import { BUNDLE } from '../support/bundle';
import { answered, eventually } from '../support/command-line';
import { allRuns, problemsOf } from '../support/histories';
import { ProviderDouble } from '../support/provider-double';
import { devServer, patientClient, patientConnection } from '../support/temporal';
import { quietWorkers } from '../workflows/harness';

/** Its batches meet those of no other test. */
const APP = { provider: 'high-mobility', application: `batches-${process.pid}` };
const vinOf = (at: number): string => `WBA8E9G50GN${String(at).padStart(6, '0')}`;
const membersOf = (count: number): { vin: string }[] =>
  Array.from({ length: count }, (_, at) => ({ vin: vinOf(at) }));

const COUNT = 5_800;
/** Milliseconds that so many pages, one after the other, may take on a busy machine. */
const LONG = 800_000;

/** Activations that take every message, and know each by its id. */
class Vehicles {
  readonly taken = new Map<string, Set<string>>();
  /** What the next message waits for. */
  before: (vin: string) => Promise<void> = async () => undefined;
  outcome: (vin: string) => string = () => 'taken';

  get asActivations(): Activations {
    return {
      forFleets: () => this.asActivations,
      send: async (_kind: string, vin: string, { id }: { id: string }) => {
        await this.before(vin);
        this.taken.set(vin, (this.taken.get(vin) ?? new Set()).add(id));
        return { outcome: this.outcome(vin), id, status: 'pending', next: 'It is done.', countsUntil: null };
      },
    } as unknown as Activations;
  }
}

describe('a batch on a real server', () => {
  let connected: ConnectedClient;
  let connection: NativeConnection;
  let batches: Batches;
  beforeAll(async () => {
    quietWorkers();
    connected = await patientClient(devServer());
    connection = await patientConnection(devServer());
    batches = new Batches(connected.client, APP);
  });
  afterAll(async () => {
    await connection?.close();
    await connected?.close();
  });

  async function withWorker<T>(
    vehicles: Vehicles,
    work: () => Promise<T>,
    maxCachedWorkflows = 0,
  ): Promise<T> {
    const worker = await createWorker({
      connection,
      namespace: 'default',
      providers: { [applicationKey(APP)]: new ProviderDouble() },
      notifier: { send: async () => undefined },
      rulesOf: () => {
        throw new Error('no activation is begun here');
      },
      batchSender: createBatchSender(() => vehicles.asActivations, { pace: { defleet: 600 } }),
      maxCachedWorkflows,
      workflowBundle: BUNDLE,
    });
    return worker.runUntil(work);
  }

  const asking = (more: Partial<NewBatch> = {}): NewBatch => ({
    id: randomUUID(),
    kind: 'acknowledge',
    request: { until: '3d' },
    by: 'jane',
    members: membersOf(120),
    chosen: 'VINs',
    asked: 'the first 120',
    ...more,
  });
  const ended = (id: string, within?: number) =>
    eventually(
      () => batches.report(id),
      ({ status }) => status !== 'running',
      within,
    );
  const allRows = async (id: string, count: number): Promise<BatchRow[]> =>
    answered(() => batches.rows(id, 0, count));
  const replayed = async (id: string): Promise<string[]> =>
    problemsOf(await allRuns(connected.client, `WorkflowId = '${batchWorkflowId(id)}'`));

  it('goes on when nobody waits for it, and through a worker that stops in its middle; each vehicle is done once', async () => {
    const vehicles = new Vehicles();
    let isAway = true;
    vehicles.before = async (vin) => {
      if (isAway && vin > vinOf(105)) throw new VinError('TEMPORAL_UNREACHABLE', 'It is away', 'Later.');
    };
    const order = asking();
    const begun = await batches.start(APP, order);
    expect(begun).toMatchObject({ status: 'running', counts: { vehicles: 120, todo: 120 }, by: 'jane' });
    await withWorker(vehicles, () =>
      eventually(
        () => batches.report(order.id),
        ({ counts }) => counts.taken > 0,
      ),
    );
    expect((await batches.report(order.id)).counts.todo).toBeGreaterThan(0);
    isAway = false;
    await withWorker(vehicles, async () => {
      const report = await ended(order.id);
      expect(report).toMatchObject({ status: 'done', counts: { taken: 120, todo: 0, problems: 0 } });
      const rows = await allRows(order.id, 1_000);
      expect(rows.map(({ vin }) => vin)).toEqual(order.members.map(({ vin }) => vin));
      expect(rows[119]).toMatchObject({ outcome: 'taken', status: 'pending', next: 'It is done.' });
      // The same with the same id is the same; another one is not.
      expect(await batches.start(APP, order)).toMatchObject({ status: 'done', startedAt: begun.startedAt });
      await expect(batches.start(APP, { ...order, kind: 'retry', request: {} })).rejects.toMatchObject({
        code: 'BATCH_ID_TAKEN',
      });
    });
    // A page whose end the server has not heard is sent again, with the same ids.
    expect([...vehicles.taken.values()].every((ids) => ids.size === 1)).toBe(true);
    expect(vehicles.taken.size).toBe(120);
    expect(await replayed(order.id)).toEqual([]);
  });

  it('goes on in fresh runs, and forgets nothing', async () => {
    const vehicles = new Vehicles();
    vehicles.outcome = (vin) => (vin === vinOf(0) ? 'ended' : 'taken');
    // More pages than a run has room for: this server suggests a fresh one after 400 events.
    const order = asking({ members: [{ vin: 'SHORT', error: new Error('no VIN') }, ...membersOf(COUNT)] });
    await batches.start(APP, order);
    const work = async (): Promise<void> => {
      expect((await ended(order.id, LONG)).counts).toMatchObject({
        taken: COUNT - 1,
        ended: 1,
        failed: 1,
        problems: 2,
      });
      expect((await allRows(order.id, 3)).map(({ outcome }) => outcome)).toEqual([
        'failed',
        'ended',
        'taken',
      ]);
      const { runId, raw } = await connected.client.workflow.getHandle(batchWorkflowId(order.id)).describe();
      expect(runId).not.toBe(raw.workflowExecutionInfo?.firstRunId);
      expect(vehicles.taken.size).toBe(COUNT);
      expect([...vehicles.taken.values()].every((ids) => ids.size === 1)).toBe(true);
    };
    await withWorker(vehicles, work, 10);
  });

  it('that is stopped begins nothing more, and says who has stopped it', async () => {
    const vehicles = new Vehicles();
    const order = asking({ kind: 'defleet', request: {} });
    await withWorker(vehicles, async () => {
      await batches.start(APP, order);
      await eventually(
        () => batches.report(order.id),
        ({ counts }) => counts.taken > 0,
      );
      await batches.stop(order.id, 'joe');
      const report = await ended(order.id);
      expect(report).toMatchObject({ status: 'stopped', stoppedBy: 'joe' });
      expect(report.counts.taken).toBe(vehicles.taken.size);
      expect(report.counts.todo).toBe(120 - vehicles.taken.size);
      expect(await batches.stop(order.id, 'jim')).toMatchObject({ stoppedBy: 'joe' });
      const other = asking({ kind: 'defleet', request: {} });
      await batches.start(APP, other);
      await connected.client.workflow.getHandle(batchWorkflowId(other.id)).cancel();
      expect(await ended(other.id)).toMatchObject({
        status: 'stopped',
        stoppedBy: "Temporal's cancellation",
      });
      expect(await replayed(other.id)).toEqual([]);
    });
  });

  it('is seen by who may see all of its fleets', async () => {
    const order = asking({ members: membersOf(1) });
    await new Batches(connected.client, APP, ['acme']).start(APP, order);
    const seenBy = (app: typeof APP, fleets: readonly string[] | '*') =>
      new Batches(connected.client, app, fleets).report(order.id).then(
        ({ id }) => id,
        ({ code }: { code: string }) => code,
      );
    expect(await seenBy(APP, '*')).toBe(order.id);
    expect(await seenBy(APP, ['other', 'acme'])).toBe(order.id);
    expect(await seenBy(APP, ['other'])).toBe('BATCH_UNKNOWN');
    expect(await seenBy({ ...APP, application: 'another' }, '*')).toBe('BATCH_UNKNOWN');
    await expect(new Batches(connected.client, APP, ['other']).start(APP, order)).rejects.toMatchObject({
      code: 'BATCH_ID_TAKEN',
    });
    await connected.client.workflow.getHandle(batchWorkflowId(order.id)).terminate();
    expect((await batches.report(order.id)).status).toBe('stopped');
  });
});
