import type { Client, ScheduleDescription } from '@temporalio/client';
import { ScheduleNotFoundError } from '@temporalio/client';
import { keepSweepSchedules } from '../../src/sweep/sweep-schedule';
import type { ConnectedClient } from '../../src/temporal/connection';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { APP } from '../support/application';
import { eventually } from '../support/command-line';
import { patientClient } from '../support/temporal';
import { ownNamespace } from './namespace';

const MINUTE = 60_000;
const OFTEN = 'sweep:high-mobility:default:changes';
const DAILY = 'sweep:high-mobility:default:full';

describe('the schedules of the sweeps', () => {
  let connected: ConnectedClient;
  let client: Client;

  beforeAll(async () => {
    connected = await patientClient(await ownNamespace('schedule'));
    client = connected.client;
  });
  afterAll(() => connected?.close());

  const describeSchedule = (id: string): Promise<ScheduleDescription> =>
    client.schedule.getHandle(id).describe();
  const every = async (id: string): Promise<unknown> =>
    (await describeSchedule(id)).spec.intervals?.[0]?.every;

  it('are made by the first worker: one for the changes, one for everything once a day', async () => {
    await keepSweepSchedules(client, { ...APP, interval: 15 * MINUTE });
    const often = await describeSchedule(OFTEN);
    expect(often).toMatchObject({
      action: { workflowType: 'sweep', taskQueue: applicationQueue(APP), args: [APP] },
      policies: { overlap: 'SKIP', catchupWindow: MINUTE },
      state: { paused: false },
    });
    expect(often.spec).toMatchObject({ intervals: [{ every: 15 * MINUTE }], jitter: 30_000 });
    const daily = await describeSchedule(DAILY);
    expect(daily.action).toMatchObject({ args: [{ ...APP, full: true }] });
    expect(daily.spec).toMatchObject({ intervals: [{ every: 24 * 60 * MINUTE }] });
  });

  it('are kept as they are configured now, by several workers at once too', async () => {
    await Promise.all([1, 2, 3].map(() => keepSweepSchedules(client, { ...APP, interval: 5 * MINUTE })));
    expect([await every(OFTEN), await every(DAILY)]).toEqual([5 * MINUTE, 24 * 60 * MINUTE]);
  });

  it('follow the speed of a trial, down to a second', async () => {
    await keepSweepSchedules(client, { ...APP, interval: 15 * MINUTE, speed: 60 });
    expect([await every(OFTEN), await every(DAILY)]).toEqual([15_000, 24 * MINUTE]);
    await keepSweepSchedules(client, { ...APP, interval: 15 * MINUTE, speed: 1_000_000 });
    expect([await every(OFTEN), await every(DAILY)]).toEqual([1_000, 1_000]);
  });

  it('start sweeps', async () => {
    const count = await eventually(
      () => client.workflow.count("WorkflowType = 'sweep'").then((answer) => answer.count),
      (found) => found >= 2,
    );
    expect(count).toBeGreaterThanOrEqual(2);
  });

  it('stay paused when a person has paused them', async () => {
    await client.schedule.getHandle(OFTEN).pause('the provider asked for a quiet day');
    await keepSweepSchedules(client, { ...APP, interval: 10 * MINUTE });
    const { state, spec } = await describeSchedule(OFTEN);
    expect(state).toMatchObject({ paused: true, note: 'the provider asked for a quiet day' });
    expect(spec.intervals).toMatchObject([{ every: 10 * MINUTE }]);
  });

  it('are gone where sweeps are off, however often that is said', async () => {
    await keepSweepSchedules(client, { ...APP, interval: null });
    await keepSweepSchedules(client, { ...APP, interval: null });
    await expect(describeSchedule(OFTEN)).rejects.toThrow(ScheduleNotFoundError);
    await expect(describeSchedule(DAILY)).rejects.toThrow(ScheduleNotFoundError);
  });
});
