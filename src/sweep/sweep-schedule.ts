import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
} from '@temporalio/client';
import { SWEEP, sweepId } from '../../workflows/contract/messages';
import type { SweepInput } from '../../workflows/contract/sweep-report';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { type Application, applicationOf } from '../domain/application';

const DAY = 86_400_000;

/** As often as a server starts workflows of a schedule; milliseconds. */
const SHORTEST = 1_000;
const LONGEST_JITTER = 30_000;

/** A sweep that could not start is not made up for: the next one finds the same. The server's shortest is 10 s. */
const CATCHUP_WINDOW = '1 minute';

export interface SweepSchedule extends Application {
  /** Milliseconds from one sweep to the next, before `speed` divides it; null for no sweeps at all. */
  readonly interval: number | null;
  /** How many times faster than real time a trial runs. Default 1. */
  readonly speed?: number;
}

/**
 * Makes the schedules of the sweeps as they should be: one for the changes at each interval, one for everything once
 * a day. Several workers may do so at once: they want the same, and the last one to write it wins. What a person
 * paused stays paused.
 */
export async function keepSweepSchedules(client: Client, options: SweepSchedule): Promise<void> {
  const app = applicationOf(options);
  const { interval, speed = 1 } = options;
  const taskQueue = applicationQueue(app);
  const often = sweepId(app, false);
  const daily = sweepId(app, true);
  if (interval === null) {
    await remove(client, often);
    await remove(client, daily);
    return;
  }
  await keep(client, often, interval / speed, app, taskQueue);
  await keep(client, daily, DAY / speed, { ...app, full: true }, taskQueue);
}

async function keep(
  client: Client,
  scheduleId: string,
  every: number,
  input: SweepInput,
  taskQueue: string,
): Promise<void> {
  const period = Math.max(Math.round(every), SHORTEST);
  const options = {
    scheduleId,
    spec: {
      intervals: [{ every: period }],
      jitter: Math.min(Math.round(period / 10), LONGEST_JITTER),
    },
    action: { type: 'startWorkflow', workflowType: SWEEP, workflowId: scheduleId, taskQueue, args: [input] },
    policies: { overlap: 'SKIP', catchupWindow: CATCHUP_WINDOW },
  } satisfies ScheduleOptions;
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...options, state }));
  }
}

async function remove(client: Client, scheduleId: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
