import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { ParkedPlate, ParkingActivities } from '../../activities/parking';
import { summaryOf } from '../../src/domain/markdown';
import { plateText } from '../../src/domain/plate';
import { translated } from '../activation/under-way';
import { CallFailed } from '../contract/call-failed';
import type { Notice } from '../contract/notice';
import { parkingCallsQueue } from '../contract/task-queues';
import type { ParkingCommand, ParkingEvent } from './state';

/** Without its time. */
export type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;

const SECOND = 1_000;

/** Hands a notice over to who delivers it. Nobody there to take it for an hour: it is given up. */
export function tellPeople(notice: Notice): Promise<void> {
  const { notify } = proxyActivities<Pick<Activities, 'notify'>>({
    startToCloseTimeout: 10 * SECOND,
    scheduleToCloseTimeout: 3_600 * SECOND,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  const summary = summaryOf(`Tell the ${notice.audience}: ${notice.action}`);
  return notify.executeWithOptions({ summary }, [notice]);
}

/**
 * Has a command carried out at the provider, in one attempt, and says what came of it. What was in hand of a worker that is lost comes
 * back as failed: the list of vehicles decides before anything is sent again.
 */
export async function carryOut(
  { provider, plate }: ParkedPlate,
  command: ParkingCommand,
): Promise<Untimed<ParkingEvent>> {
  const provided = { provider, plate };
  const name = plateText(plate);
  const activities = proxyActivities<ParkingActivities>({
    taskQueue: parkingCallsQueue(workflowInfo().taskQueue),
    // Payments of years are locked in many calls; a worker that is lost is noticed by its silence.
    startToCloseTimeout: 900 * SECOND,
    heartbeatTimeout: 10 * SECOND,
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  const summary = (text: string) => ({ summary: summaryOf(text) });
  try {
    switch (command.type) {
      case 'look': {
        const own = summary(`Look whether ${provider} has ${name}`);
        return {
          type: 'looked',
          member: await translated(activities.findParking.executeWithOptions(own, [provided])),
        };
      }
      case 'add':
        await translated(
          activities.addParking.executeWithOptions(summary(`Add ${name} at ${provider}`), [provided]),
        );
        return { type: 'done' };
      case 'detach': {
        const own = summary(`Take ${name} out of private profiles`);
        await translated(activities.detachParking.executeWithOptions(own, [provided]));
        return { type: 'done' };
      }
      case 'lock': {
        const { from, to } = command;
        const own = summary(`Lock the payments of ${name}`);
        const asked = { ...provided, from, to };
        return {
          ...{ type: 'locked', to },
          locked: await translated(activities.lockPayments.executeWithOptions(own, [asked])),
        };
      }
      case 'decline': {
        const own = summary(`Decline what is unpaid of ${name}`);
        const asked = { ...provided, from: command.from };
        return {
          type: 'done',
          words: await translated(activities.declineServices.executeWithOptions(own, [asked])),
        };
      }
      case 'remove':
        await translated(
          activities.removeParking.executeWithOptions(summary(`Remove ${name} at ${provider}`), [provided]),
        );
        return { type: 'done' };
    }
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const { mayPass, wait, code } = error.details;
    // Where no attempt has told anything, its worker was lost: it goes on at once.
    return { type: 'failed', words: error.message, mayPass, wait: code === undefined ? 0 : wait };
  }
}
