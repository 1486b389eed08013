import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { LedgerAsked } from '../../activities/certificates';
import {
  CERTIFICATES,
  certificatesQueue,
  LEDGER_MEMO,
  type LedgerHead,
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
  /** The newest certificate that it has had signed; null before the first. No worker is asked. */
  head(): Promise<LedgerHead | null>;
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
    isOn: () => soon(() => isKnown(client)),
    head: () => soon(() => headOf(client)),
  };
}

/** The newest certificate that the ledger has shown; null before the first. */
async function headOf(client: Client): Promise<LedgerHead | null> {
  try {
    const { memo } = await client.workflow.getHandle(CERTIFICATES).describe();
    return (memo?.[LEDGER_MEMO] as LedgerHead | undefined) ?? null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** Whether certificates are issued in this namespace. */
async function isKnown(client: Client): Promise<boolean> {
  try {
    await client.workflow.getHandle(CERTIFICATES).describe();
    // It never ends by itself: one that was ended by force is begun again by the next request.
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
