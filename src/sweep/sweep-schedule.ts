import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
} from '@temporalio/client';
import { DAY_COUNT, DAY_COUNTS } from '../../workflows/contract/days';
import { SWEEP, sweepId } from '../../workflows/contract/messages';
import {
  PARKING_SWEEP,
  type ParkingSweepInput,
  parkingSweepId,
} from '../../workflows/contract/parking-sweep';
import { applicationQueue, defleetingsQueue, parkingQueue } from '../../workflows/contract/task-queues';
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
  const [often, daily] = [sweepId(app, false), sweepId(app, true)];
  if (interval === null) {
    await remove(client, often);
    await remove(client, daily);
    return;
  }
  const what = { workflowType: SWEEP, taskQueue: applicationQueue(app) };
  await keep(client, often, interval / speed, { ...what, args: [app] });
  await keep(client, daily, DAY / speed, { ...what, args: [{ ...app, full: true }] });
}

export interface ParkingSweepSchedule extends Pick<SweepSchedule, 'interval' | 'speed'> {
  readonly provider: string;
  /** Whether any of its credentials shows services. */
  readonly showsServices: boolean;
}

/** The same for the sweeps at a provider of parking: one of what has changed at each interval, one of its vehicles once a day. */
export async function keepParkingSweeps(client: Client, options: ParkingSweepSchedule): Promise<void> {
  const { provider, interval, speed = 1, showsServices } = options;
  const [often, daily] = [parkingSweepId(provider, false), parkingSweepId(provider, true)];
  const what = { workflowType: PARKING_SWEEP, taskQueue: parkingQueue(provider) };
  if (interval === null || !showsServices) await remove(client, often);
  else await keep(client, often, interval / speed, { ...what, args: [{ provider }] }, { keepsArgs: true });
  if (interval === null) await remove(client, daily);
  else await keep(client, daily, DAY / speed, { ...what, args: [{ provider, full: true }] });
}

const HOUR = 3_600_000;

/** The schedule that counts how the day stands: every hour, and at once where there was none. */
export async function keepDayCounts(client: Client): Promise<void> {
  const what = { workflowType: DAY_COUNT, taskQueue: defleetingsQueue(), args: [] } satisfies Swept;
  await keep(client, DAY_COUNTS, HOUR, what, { isDueAtOnce: true });
}

/** Keeps until when was read, for the next sweep at a provider of parking. Without a schedule there is no next one. */
export async function keepParkingRead(
  client: Client,
  { provider, read }: Required<Pick<ParkingSweepInput, 'provider' | 'read'>>,
): Promise<void> {
  try {
    const schedule = client.schedule.getHandle(parkingSweepId(provider, false));
    await schedule.update(({ action, ...rest }) => ({
      ...rest,
      action: { ...action, args: [{ provider, read } satisfies ParkingSweepInput] },
    }));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

interface Swept {
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly args: [object] | [];
}

interface Keeping {
  /** What its last sweep has left for the next one stays. */
  readonly keepsArgs?: boolean;
  /** A new one does not wait for its first time. */
  readonly isDueAtOnce?: boolean;
}

async function keep(
  client: Client,
  scheduleId: string,
  every: number,
  what: Swept,
  { keepsArgs = false, isDueAtOnce = false }: Keeping = {},
): Promise<void> {
  const period = Math.max(Math.round(every), SHORTEST);
  const options = {
    scheduleId,
    spec: {
      intervals: [{ every: period }],
      jitter: Math.min(Math.round(period / 10), LONGEST_JITTER),
    },
    action: { type: 'startWorkflow', workflowId: scheduleId, ...what },
    policies: { overlap: 'SKIP', catchupWindow: CATCHUP_WINDOW },
  } satisfies ScheduleOptions;
  try {
    await client.schedule.create({ ...options, state: { triggerImmediately: isDueAtOnce } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update(({ state, action: { args } }) => ({
      ...options,
      state,
      action: { ...options.action, ...(keepsArgs && args && { args: args as [object] }) },
    }));
  }
}

async function remove(client: Client, scheduleId: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
