import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { AGAIN, type AgainInput, againId } from '../../workflows/contract/again';
import { defleetingId } from '../../workflows/contract/defleetings';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { type Application, applicationOf } from '../domain/application';
import { summaryOf } from '../domain/markdown';

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

/** Whether a defleeting of the vehicle runs: also a life that has ended is one that leaves, until all is read back. */
export async function isDefleeting(client: Client, vin: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(defleetingId(vin)).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
