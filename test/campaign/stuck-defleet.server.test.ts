import { clearanceChanged } from '../../workflows/contract/messages';
import { sent } from '../support/activations';
import { eventually, type RunningCommand } from '../support/command-line';
import { allRuns, problemsOf } from '../support/histories';
import { Stage } from '../support/stage';
import { ownNamespace } from '../sweep/namespace';
import { quietWorkers } from '../workflows/harness';

const VIN = 'WBA8E9G50GNT00001';

/** Once stuck for good: two workflow tasks without a command, and then a message to a worker that has nothing cached. */
describe('a defleet after news that changed nothing, to a worker that was restarted', () => {
  let stage: Stage;
  let worker: RunningCommand;

  beforeAll(async () => {
    quietWorkers();
    stage = await Stage.open({ temporal: await ownNamespace('stuck') });
    worker = await stage.worker(3);
  });
  afterAll(() => stage?.close());

  /** A worker that has seen nothing yet, and keeps nothing. */
  async function restartCold(): Promise<void> {
    await stage.end(worker, 'SIGTERM');
    worker = await stage.worker(0);
  }

  it('reaches the provider as soon as that is back, also from a cold worker, and the vehicle ends revoked', async () => {
    const { simulator, activations } = stage;
    simulator.script(VIN, [{ status: 'approved', after: 0 }]);
    simulator.scriptData(VIN, { after: 0 });
    // Within which the news comes, also on a busy machine, and less than a call waits.
    simulator.setFault({ on: 'data', kind: 'late-reply', milliseconds: 8_000 });
    await activations.start({ vin: VIN, brand: 'bmw' });
    await simulator.ledger.until(({ calls }) => calls.some(({ path }) => path.includes('vehicle-data')));
    await stage.handle(VIN).signal(clearanceChanged, { status: 'approved', deliveryId: 'no news' });
    await eventually(
      () => activations.report(VIN),
      ({ step, data }) => step === 'quiet' && data === 'flowing',
    );
    for (const deliveryId of ['no news again', 'and again']) {
      await stage.handle(VIN).signal(clearanceChanged, { status: 'approved', deliveryId });
      await eventually(
        async () => (await stage.handle(VIN).fetchHistory()).events?.at(-1),
        (event) => Boolean(event?.workflowTaskCompletedEventAttributes),
      );
    }

    await restartCold();
    simulator.setFault({ on: 'withdraw', kind: 'status', status: 503, times: 'always' });
    const { outcome } = await sent(activations, 'defleet', VIN, { by: 'ops', reason: 'sold' });
    expect(outcome).toBe('taken');
    await simulator.ledger.until(
      ({ calls }) => calls.filter(({ method }) => method === 'DELETE').length >= 2,
    );
    expect(await problemsOf(await allRuns(stage.client))).toEqual([]);

    simulator.clearFaults();
    await restartCold();
    await eventually(
      async () => stage.statusAtProvider(VIN),
      (status) => status === 'revoking',
    );
    simulator.setStatus(VIN, 'revoked');
    await eventually(
      () => activations.row(VIN),
      ({ execution, status }) => execution === 'COMPLETED' && status === 'revoked',
    );
    expect(await problemsOf(await allRuns(stage.client))).toEqual([]);
  });

  it('met news during the data check, and quiet tasks without a command before the defleet', async () => {
    const { events } = await stage.handle(VIN).fetchHistory();
    const all = events ?? [];
    const news = all.findIndex((event) => event.workflowExecutionSignaledEventAttributes);
    const bare = all.filter(
      (event, index) => event.workflowTaskCompletedEventAttributes && !madeSomething(all[index + 1]),
    );
    const asked = all.findLastIndex((event) => event.workflowExecutionSignaledEventAttributes);
    const checked = all.findIndex(
      (event, index) => index > news && event.activityTaskCompletedEventAttributes,
    );
    expect(checked).toBeGreaterThan(news);
    expect(asked).toBeGreaterThan(checked);
    expect(bare.length).toBeGreaterThanOrEqual(2);
  });

  /** Whether an event was made by the workflow task before it. */
  function madeSomething(event: object | undefined): boolean {
    return Object.values(event ?? {}).some(
      (attributes) => Number(attributes?.workflowTaskCompletedEventId ?? 0) > 0,
    );
  }
});
