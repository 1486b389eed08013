import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type NoticeRecord, noticeLog, noticesId } from '../../workflows/contract/notices';
import { VinError } from '../base/errors';
import type { Application } from '../domain/application';
import { AUDIENCES, type Audience } from '../domain/audience';
import { grpcCode } from '../temporal/grpc';

/** How long a worker may take to answer, in milliseconds. */
const DEADLINE = 5_000;

/** How long Temporal may take to say that it is there, in milliseconds. */
const LOOK = 2_000;

/** gRPC's deadline exceeded, and failed precondition: nobody polls. */
const NO_ANSWER = [4, 9];

/** Which notices are asked for. */
export interface NoticeFilter {
  readonly audience?: Audience | undefined;
  readonly vin?: string | undefined;
  /** Of one that is parked, as it is written: `NO-AA12345`. */
  readonly plate?: string | undefined;
}

/**
 * What became of the newest notices of an application, newest first.
 *
 * @throws VinError `WORKER_MISSING` where no worker answers.
 */
export async function noticesOf(
  client: Client,
  app: Application,
  { audience, vin, plate }: NoticeFilter = {},
): Promise<NoticeRecord[]> {
  const logs = await Promise.all(
    (audience ? [audience] : AUDIENCES).map((one) => logOf(client, noticesId(app, one), plate ?? vin)),
  );
  return logs.flat().sort((a, b) => b.decidedAt.localeCompare(a.decidedAt));
}

/** Nothing where nobody has been told yet. */
async function logOf(client: Client, workflowId: string, about: string | undefined): Promise<NoticeRecord[]> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    return await client.withDeadline(Date.now() + DEADLINE, () => handle.query(noticeLog, about));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    if (!NO_ANSWER.includes(grpcCode(error) ?? 0)) throw error;
    // Whether it is the worker that does not answer, or Temporal itself.
    await client.withDeadline(Date.now() + LOOK, () => handle.describe());
    throw noWorker();
  }
}

function noWorker(): VinError {
  return new VinError(
    'WORKER_MISSING',
    'No worker has answered in time what became of notices',
    'Start one with vin worker, or wait until it is less busy, and ask again.',
  );
}
