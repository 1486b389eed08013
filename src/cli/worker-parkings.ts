import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { createNotify } from '../../activities/notices';
import { createParkingActivities, type ParkingLine } from '../../activities/parking';
import { createParkingSweepActivities } from '../../activities/parking-sweep';
import { createTokenActivities } from '../../activities/tokens';
import { parkingId, told } from '../../workflows/contract/parking';
import type { ParkingChanges, ParkingMembers } from '../../workflows/contract/parking-sweep';
import { withRest } from '../calls/rest';
import type { Logger } from '../config/log';
import type { ParkingCredential } from '../config/parkings';
import { applicationKey } from '../domain/application';
import { hasLevel } from '../providers/parking';
import { createParkingSweeper } from '../sweep/parking-sweeper';
import { sweptParkings } from '../sweep/parkings-at-provider';
import { keepParkingRead, keepParkingSweeps } from '../sweep/sweep-schedule';
import type { HandOver } from '../temporal/hand-over';
import { createSharedToken } from '../temporal/shared-token';
import type { ParkingWork } from '../temporal/worker';

/** What a worker does for the providers of parking. */
export interface ConnectedParkings {
  readonly works: readonly ParkingWork[];
  close(): Promise<void>;
}

interface ParkingSurroundings {
  readonly client: Client;
  readonly log: Logger;
  readonly notifier: HandOver;
  readonly speed: number;
}

/** Connects every credential for parking; the first of a provider is its default. */
export function connectParkings(
  credentials: readonly ParkingCredential[],
  { client, log, notifier, speed }: ParkingSurroundings,
): ConnectedParkings {
  const lines: ParkingLine[] = credentials.map(({ app, profile, settings }) => {
    const onUnread = ({ index, problem }: { readonly index: number; readonly problem: string }): void =>
      log.warn({ credential: applicationKey(app), index, problem }, 'a row of parking cannot be read');
    const tokens = createSharedToken(client, app, { secret: profile.secret(settings), speed });
    return {
      app,
      client: withRest(profile.connect(settings, { onUnread, tokens })),
      level: profile.level(settings),
      operator: profile.operator(settings),
    };
  });
  const mints = Object.fromEntries(
    credentials.map(({ app, profile, settings }) => [
      applicationKey(app),
      { mint: () => profile.mint(settings), secret: profile.secret(settings) },
    ]),
  );
  const activities = {
    ...createTokenActivities(mints, speed),
    ...createParkingActivities({
      lines,
      tell: async ({ provider, plate }, what) => {
        try {
          await client.workflow.getHandle(parkingId(provider, plate)).signal(told, what);
        } catch (error) {
          // Nobody here looks after that vehicle.
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      },
    }),
  };
  const profiles = new Map(credentials.map(({ profile }) => [profile.id, profile]));
  const sweeps = createParkingSweepActivities(
    Object.fromEntries(
      [...profiles.keys()].map((provider) => {
        const own = lines.filter(({ app }) => app.provider === provider);
        const parkings = sweptParkings(client, provider);
        const onSwept = (summary: ParkingChanges | ParkingMembers): void => logSweep(log, summary);
        return [provider, createParkingSweeper({ provider, lines: own, parkings, onSwept })];
      }),
    ),
    (read) => keepParkingRead(client, read),
  );
  return {
    works: [...profiles.values()].map(({ id, callsAMinute }) => ({
      provider: id,
      activities: { ...activities, ...sweeps, ...createNotify(notifier) },
      callsAMinute: callsAMinute * credentials.filter(({ app }) => app.provider === id).length,
    })),
    close: async () => {
      for (const { client: one } of lines) await one.close();
    },
  };
}

/** Without plates: a log is read by many. */
function logSweep(log: Logger, summary: ParkingChanges | ParkingMembers): void {
  if ('windows' in summary) {
    const { provider, windows, signals, unmanaged, untold } = summary;
    log.info({ provider, windows, signals, unmanaged, untold }, 'swept stays');
    return;
  }
  const { provider, listed, parkings, vanished, unmanaged, untold, doubted, unread } = summary;
  const counts = { vanished: vanished.count, unmanaged: unmanaged.count };
  if (doubted !== undefined)
    log.warn({ provider, listed, parkings, doubted }, 'the list of vehicles looks cut');
  if (unread) log.warn({ provider, ...unread }, 'rows of the list of vehicles cannot be read');
  log.info({ provider, listed, parkings, ...counts, untold }, 'swept vehicles');
}

/** Makes the schedules of the sweeps of every provider of parking. */
export async function keepParkingSchedules(
  client: Client,
  credentials: readonly ParkingCredential[],
  { interval, speed }: { readonly interval: number | null; readonly speed: number },
): Promise<void> {
  for (const provider of new Set(credentials.map(({ app }) => app.provider))) {
    const own = credentials.filter(({ app }) => app.provider === provider);
    const showsServices = own.some(({ profile, settings }) => hasLevel(profile.level(settings), 'medium'));
    await keepParkingSweeps(client, { provider, interval, speed, showsServices });
  }
}
