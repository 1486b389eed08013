import { Context } from '@temporalio/activity';
import { VinError } from '../src/base/errors';
import type { ParkingSweeper } from '../src/sweep/parking-sweeper';
import type { ParkingChanges, ParkingMembers, ParkingSweepOrder } from '../workflows/contract/parking-sweep';
import { failureOf } from './failures';

/** Well within the heartbeat timeout of workflows/parking-sweep.ts; milliseconds. */
const HEARTBEAT = 5_000;

export interface ParkingSweepActivities {
  /** Reads what has changed of stays with every credential, and tells the parkings. */
  sweepStays(order: ParkingSweepOrder): Promise<ParkingChanges>;
  /** Keeps until when was read, for the next one. */
  keepRead(read: Pick<ParkingSweepOrder, 'provider' | 'read'>): Promise<void>;
  /** Compares the provider's list of vehicles with the parkings. */
  sweepMembers(order: Omit<ParkingSweepOrder, 'read'>): Promise<ParkingMembers>;
}

/**
 * @param sweepers by the id of the provider.
 * @param keepRead changes the schedule.
 */
export function createParkingSweepActivities(
  sweepers: Readonly<Record<string, ParkingSweeper>>,
  keepRead: ParkingSweepActivities['keepRead'],
): ParkingSweepActivities {
  const of = (provider: string): ParkingSweeper => {
    const found = Object.hasOwn(sweepers, provider) ? sweepers[provider] : undefined;
    if (found) return found;
    throw new VinError(
      'APPLICATION_UNKNOWN',
      `This worker has no credential of "${provider}"`,
      'Give it the settings of one, and name it in VIN_PARKING.',
    );
  };
  return {
    sweepStays: ({ provider, ...order }) => beating((signal) => of(provider).changes({ ...order, signal })),
    keepRead: (read) => beating(() => keepRead(read)),
    sweepMembers: ({ provider, begun }) => beating((signal) => of(provider).members({ begun, signal })),
  };
}

/** Tells the server all the while that its worker lives. Cancelled, it stops where it is: the next sweep does the rest. */
async function beating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT);
  context.heartbeat();
  try {
    return await work(context.cancellationSignal);
  } catch (error) {
    // However the work ended after that: it ended because it was told to.
    if (context.cancellationSignal.aborted) await context.cancelled;
    throw failureOf(error);
  } finally {
    clearInterval(timer);
  }
}
