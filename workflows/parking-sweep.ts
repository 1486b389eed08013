import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ParkingSweepActivities } from '../activities/parking-sweep';
import type { ParkingChanges, ParkingMembers, ParkingSweepInput } from './contract/parking-sweep';
import { parkingCallsQueue } from './contract/task-queues';

/**
 * One sweep for the whole fleet at a provider of parking: what has changed of stays since the last one, or (full) which vehicles
 * there are. Its schedule keeps until when was read, and hands it to the next one: so the windows follow each other without a gap,
 * whatever failed in between.
 */
export async function parkingSweep({
  provider,
  full = false,
  read = {},
}: ParkingSweepInput): Promise<ParkingChanges | ParkingMembers> {
  const { sweepStays, sweepMembers, keepRead } = proxyActivities<ParkingSweepActivities>({
    taskQueue: parkingCallsQueue(workflowInfo().taskQueue),
    startToCloseTimeout: '30 minutes',
    heartbeatTimeout: '30s',
    // Then this sweep fails, visibly, and the next one of the schedule begins where this one did.
    scheduleToCloseTimeout: '1 hour',
    retry: { initialInterval: '10s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  const begun = Date.now();
  if (full) {
    const summary = `Compare the vehicles at ${provider} with the parkings here`;
    return sweepMembers.executeWithOptions({ summary }, [{ provider, begun }]);
  }
  const summary = `Read what has changed of stays at ${provider}`;
  const changes = await sweepStays.executeWithOptions({ summary }, [{ provider, begun, read }]);
  // Where this is lost, the next one reads the same once more.
  await keepRead.executeWithOptions({ summary: 'Keep until when was read' }, [
    { provider, read: changes.read },
  ]);
  return changes;
}
