import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createDayActivities } from '../../../activities/days';
import { DayKeeper } from '../../../src/days/keeper';
import { beginOf, DAY_COUNT, DAYS, daysId, KEPT_DAYS } from '../../../workflows/contract/days';
import { defleetingsQueue } from '../../../workflows/contract/task-queues';
import { activationInList } from '../../snapshot/executions';
import { BUNDLE } from '../../support/bundle';
import { answered, eventually } from '../../support/command-line';
import { timeSkippingEnvironment } from '../../support/temporal';
import { quietWorkers } from '../harness';

const TODAY = '2026-11-27';
const AT = Date.parse(`${TODAY}T12:00:00.000Z`);
const APP = 'high-mobility:default';

describe('the days of a month', () => {
  let env: TestWorkflowEnvironment;
  let keeper: DayKeeper;

  beforeAll(async () => {
    quietWorkers();
    env = await timeSkippingEnvironment();
    keeper = new DayKeeper(env.client);
  });
  afterAll(() => env?.teardown());

  const worker = () =>
    Worker.create({
      connection: env.nativeConnection,
      taskQueue: defleetingsQueue(),
      workflowBundle: BUNDLE,
      activities: createDayActivities(() => {
        const executions = [activationInList({ vin: 'WBA8E9G50GNT00001' })];
        return keeper.count(
          async (query) => ({ executions: query.includes('CloseTime') ? [] : executions, next: null }),
          AT,
        );
      }),
      maxCachedWorkflows: 0,
    });

  it('are counted, told and read back without a worker, whatever somebody types', async () => {
    const running = await worker();
    await running.runUntil(async () => {
      // Nobody waits for its result: the clock of this server would go on meanwhile, beyond the end of the days.
      await env.client.workflow.start(DAY_COUNT, { workflowId: 'count', taskQueue: defleetingsQueue() });
      await eventually(
        () => keeper.read(TODAY, 15),
        (kept) => kept.has(TODAY),
      );
      await answered(() =>
        keeper.called({ day: TODAY, process: 'one', calls: { [APP]: { bmw: { submit: 3 } } } }),
      );
      await answered(() =>
        keeper.called({ day: TODAY, process: 'two', calls: { [APP]: { bmw: { submit: 4 } } } }),
      );
      await eventually(
        () => keeper.read(TODAY, 15),
        (kept) => kept.get(TODAY)?.applications[APP]?.calls?.['bmw']?.['submit'] === 7,
      );
      // What somebody types in the Temporal UI does not stop it.
      const handle = env.client.workflow.getHandle(daysId('2026-11'));
      await handle.signal('dayCounted', { day: 'yesterday' });
      await handle.signal('callsCounted');
      await answered(() =>
        keeper.called({ day: TODAY, process: 'two', calls: { [APP]: { bmw: { submit: 5 } } } }),
      );
      await eventually(
        () => keeper.read(TODAY, 15),
        (kept) => kept.get(TODAY)?.applications[APP]?.calls?.['bmw']?.['submit'] === 8,
      );
    });
    const kept = await answered(() => keeper.read(TODAY, 15));
    expect([...kept.keys()]).toEqual([TODAY]);
    expect(kept.get(TODAY)).toEqual({
      countedAt: `${TODAY}T12:00:00.000Z`,
      beside: { parkings: { open: 0, begun: 0, ended: 0 }, defleetings: { open: 0, begun: 0, ended: 0 } },
      applications: {
        [APP]: {
          stand: { open: { pending: 1 }, waiting: {}, old: 0 },
          flow: { approved: 0, rejected: 0, ended: 0, took: null },
          calls: { bmw: { submit: 8 } },
        },
      },
    });
  });

  it('are shown by a fresh run as by the one before, until they are 400 days old', async () => {
    const day = '2026-10-30';
    const one = { countedAt: `${day}T23:00:00.000Z`, applications: {} };
    const carried = { days: { [day]: one }, told: {} };
    const handle = await env.client.workflow.start(DAYS, {
      workflowId: daysId('2026-10'),
      taskQueue: defleetingsQueue(),
      args: [{ month: '2026-10', carried }],
    });
    const running = await worker();
    await running.runUntil(async () => {
      await eventually(
        () => keeper.read(day, 1),
        (kept) => kept.get(day)?.countedAt === one.countedAt,
      );
      // The clock of the server goes on by itself while somebody waits for the end.
      await handle.result();
      expect(await env.currentTimeMs()).toBeGreaterThanOrEqual(
        beginOf('2026-11-01') + KEPT_DAYS * 86_400_000,
      );
    });
  });
});
