import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { LedgerAsked } from '../../activities/certificates';
import {
  CERTIFICATES,
  certificatesQueue,
  type LedgerInput,
  requestCertificate,
} from '../../workflows/contract/certificates';
import { TASK_QUEUE } from '../../workflows/contract/task-queues';

/** How long the server may take, in milliseconds. */
const DEADLINE = 5_000;

/** The workflow that numbers certificates, as workers ask it. */
export interface CertificateLedger extends LedgerAsked {
  /** Starts it, where it does not run: from then on everybody knows that certificates are issued here. */
  start(): Promise<void>;
}

/** @param taskQueue in front of the names of task queues. */
export function certificateLedger(client: Client, taskQueue: string = TASK_QUEUE): CertificateLedger {
  const options = {
    workflowId: CERTIFICATES,
    taskQueue: certificatesQueue(taskQueue),
    args: [{}] as [LedgerInput],
    staticSummary: 'Numbers the certificates of vehicles that have left',
  };
  const soon = <T>(work: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + DEADLINE, work);
  return {
    async request(id) {
      await soon(() =>
        client.workflow.signalWithStart<(input: LedgerInput) => Promise<void>, [string]>(CERTIFICATES, {
          ...options,
          signal: requestCertificate,
          signalArgs: [id],
        }),
      );
    },
    async start() {
      await soon(() =>
        client.workflow.start<(input: LedgerInput) => Promise<void>>(CERTIFICATES, {
          ...options,
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      );
    },
    isOn: () => soon(() => ledgerRuns(client)),
  };
}

/** Whether certificates are issued in this namespace. */
export async function ledgerRuns(client: Client): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(CERTIFICATES).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
