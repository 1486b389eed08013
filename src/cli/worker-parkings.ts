import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { createParkingActivities, type ParkingLine } from '../../activities/parking';
import { createTokenActivities } from '../../activities/tokens';
import { parkingId, told } from '../../workflows/contract/parking';
import { withRest } from '../calls/rest';
import type { Logger } from '../config/log';
import type { ParkingCredential } from '../config/parkings';
import { applicationKey } from '../domain/application';
import { createSharedToken } from '../temporal/shared-token';
import type { ParkingWork } from '../temporal/worker';

/** What a worker does for the providers of parking. */
export interface ConnectedParkings {
  readonly works: readonly ParkingWork[];
  close(): Promise<void>;
}

/** Connects every credential for parking; the first of a provider is its default. */
export function connectParkings(
  credentials: readonly ParkingCredential[],
  { client, log, speed }: { readonly client: Client; readonly log: Logger; readonly speed: number },
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
  return {
    works: [...profiles.values()].map(({ id, callsAMinute }) => ({
      provider: id,
      activities,
      callsAMinute: callsAMinute * credentials.filter(({ app }) => app.provider === id).length,
    })),
    close: async () => {
      for (const { client: one } of lines) await one.close();
    },
  };
}
