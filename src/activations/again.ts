import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { AGAIN, type AgainInput, againId } from '../../workflows/contract/again';
import {
  DEFLEETING_MEMO,
  type DefleetingListed,
  defleetingId,
  hasBegun,
} from '../../workflows/contract/defleetings';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { type Application, applicationOf } from '../domain/application';
import { summaryOf } from '../domain/markdown';
import type { Fleets } from './search';
import { notAvailable } from './start-errors';

/** Vehicles that are leaving and wanted again. */

/** Has a vehicle started once it has left. What was asked for it before is replaced. */
export async function startAgain(client: Client, input: AgainInput): Promise<void> {
  const app = applicationOf(input);
  await client.workflow.start(AGAIN, {
    workflowId: againId(app, input.vin),
    taskQueue: applicationQueue(app),
    args: [input],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    staticSummary: summaryOf(`${input.vin} · starts again once it has left`),
  });
}

/** The vehicle leaves for good: it is not started again after that. */
export async function forgetAgain(client: Client, app: Application, vin: string): Promise<void> {
  await client.workflow
    .getHandle(againId(app, vin))
    .cancel()
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
}

/**
 * Whether a defleeting of the vehicle has begun: until all is read back and certified a new life would be access after the
 * end, also where the last one has ended.
 *
 * @throws VinError `VIN_NOT_AVAILABLE` where it is one that we may not see.
 */
export async function isDefleeting(client: Client, vin: string, fleets: Fleets = '*'): Promise<boolean> {
  try {
    const { status, memo } = await client.workflow.getHandle(defleetingId(vin)).describe();
    const listed = memo?.[DEFLEETING_MEMO] as DefleetingListed | undefined;
    if (status.name !== 'RUNNING' || (listed && !hasBegun(listed, Date.now()))) return false;
    const isOurs = fleets === '*' || (listed?.fleet != null && fleets.includes(listed.fleet));
    if (!isOurs) throw notAvailable(vin);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
