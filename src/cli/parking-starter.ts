import type { Client } from '@temporalio/client';
import { type ParkingCredential, readParkingPolicy } from '../config/parkings';
import type { ParkingStarter } from '../defleetings/parkings';
import { Parkings } from '../parkings/parkings';

/** What has parkings begin for vehicles that leave, or stay after all; null where there is no parking here. */
export function parkingStarter(
  credentials: readonly ParkingCredential[],
  client: Client,
): ParkingStarter | null {
  if (credentials.length === 0) return null;
  const policy = readParkingPolicy(process.env);
  return {
    startLeaving: ({ provider, ...vehicle }, leaving) =>
      new Parkings(client, provider).beginLeaving(vehicle, policy, leaving),
    begin: async ({ provider, ...vehicle }, by, order) =>
      void (await new Parkings(client, provider).add(vehicle, policy, { by, mayLeave: true, order })),
  };
}
