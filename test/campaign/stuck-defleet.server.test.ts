import type { WorkflowHandle } from '@temporalio/client';
import { clearanceChanged } from '../../workflows/contract/messages';
import { sent } from '../support/activations';
import { eventually, type RunningCommand } from '../support/command-line';
import { allRuns, problemsOf } from '../support/histories';
import { Stage } from '../support/stage';
import { ownNamespace } from '../sweep/namespace';
import { quietWorkers } from '../workflows/harness';

const VIN = 'WBA8E9G50GNT00001';
/** In the simulator's milliseconds. */
const NEVER = 1_000 * 86_400_000;

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

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
    // Until the news has come while the answer is under way: on a busy machine it may come between two questions.
    simulator.scriptData(VIN, { after: NEVER });
    simulator.setFault({ on: 'data', kind: 'late-reply', milliseconds: 8_000, times: 'always' });
    const questions = () => simulator.ledger.calls.filter(({ path }) => path.includes('vehicle-data')).length;
    await activations.start({ vin: VIN, brand: 'bmw' });
    for (let asked = 0; !metNews(await history()); asked = questions()) {
      await simulator.ledger.until(() => questions() > asked);
      await stage.handle(VIN).signal(clearanceChanged, { status: 'approved', deliveryId: 'no news' });
    }
    simulator.scriptData(VIN, { after: 0 });
    simulator.clearFaults();
    await eventually(
      () => activations.report(VIN),
      ({ step, data }) => step === 'quiet' && data === 'flowing',
    );
    for (const deliveryId of ['no news again', 'and again']) {
      await stage.handle(VIN).signal(clearanceChanged, { status: 'approved', deliveryId });
      await eventually(
        async () => (await history()).at(-1),
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
    const all = await history();
    const bare = all.filter(
      (event, index) => event.workflowTaskCompletedEventAttributes && !madeSomething(all[index + 1]),
    );
    const asked = all.findLastIndex((event) => event.workflowExecutionSignaledEventAttributes);
    expect(asked).toBeGreaterThan(metNews(all)?.to ?? Number.NaN);
    expect(bare.length).toBeGreaterThanOrEqual(2);
  });

  async function history(): Promise<readonly Event[]> {
    return (await stage.handle(VIN).fetchHistory()).events ?? [];
  }

  /** The questions for data in a history, from the place where each was asked to where it had ended, or to the last event. */
  function dataChecks(events: readonly Event[]): readonly { readonly from: number; readonly to: number }[] {
    return events.flatMap(({ eventId, activityTaskScheduledEventAttributes: asked }, from) => {
      if (asked?.activityType?.name !== 'checkFirstData') return [];
      const to = events.findIndex(
        ({
          activityTaskCompletedEventAttributes: done,
          activityTaskFailedEventAttributes: failed,
          activityTaskTimedOutEventAttributes: late,
        }) => String((done ?? failed ?? late)?.scheduledEventId) === String(eventId),
      );
      return [{ from, to: to < 0 ? events.length : to }];
    });
  }

  /** The question while which news came. */
  function metNews(events: readonly Event[]) {
    return dataChecks(events).find(({ from, to }) =>
      events.slice(from, to).some((event) => event.workflowExecutionSignaledEventAttributes),
    );
  }

  /** Whether an event was made by the workflow task before it. */
  function madeSomething(event: object | undefined): boolean {
    return Object.values(event ?? {}).some(
      (attributes) => Number(attributes?.workflowTaskCompletedEventId ?? 0) > 0,
    );
  }
});
