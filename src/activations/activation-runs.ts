import {
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { columnsIn } from '../../workflows/contract/search-attributes';
import { type Fleets, fleetIn, quote } from './search';

/** One activation of a vehicle, alive or ended. A vehicle that comes back has another life. */
export interface ActivationRun {
  /** Of this run only: what is read or sent by it never meets somebody else's later life. */
  readonly run: WorkflowHandle;
  /** The same for all runs of this life (it may continue in fresh ones), and for no other life. */
  readonly firstRunId: string;
  readonly description: WorkflowExecutionDescription;
}

/** When a search may be made: it costs the server more than a look. */
export type InTurn = <T>(search: () => Promise<T>) => Promise<T>;

/**
 * The newest life of a vehicle that somebody may see. Where the newest of all is a foreign one, an own earlier
 * one is still found: its end must not become invisible because another fleet has the vehicle now.
 *
 * @throws WorkflowNotFoundError when there is none, after the same calls whether a foreign one exists or not.
 */
export async function visibleRun(
  client: Client,
  workflowId: string,
  fleets: Fleets,
  inTurn: InTurn = (search) => search(),
): Promise<ActivationRun> {
  const newest = await lifeOf(client, workflowId).catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  });
  if (newest && isVisible(newest.description, fleets)) return newest;
  if (fleets !== '*') {
    const query = `WorkflowId = ${quote(workflowId)} AND ${fleetIn(fleets)}`;
    const found = await inTurn(async () => {
      for await (const { runId } of client.workflow.list({ query, pageSize: 1 })) {
        const own = await lifeOf(client, workflowId, runId);
        if (isVisible(own.description, fleets)) return own;
      }
      return null;
    });
    if (found) return found;
  }
  throw new WorkflowNotFoundError('There is no such life', workflowId, undefined);
}

/** @throws WorkflowNotFoundError */
async function lifeOf(client: Client, workflowId: string, runId?: string): Promise<ActivationRun> {
  const description = await client.workflow.getHandle(workflowId, runId).describe();
  const firstRunId = description.raw.workflowExecutionInfo?.firstRunId || description.runId;
  return {
    run: client.workflow.getHandle(workflowId, description.runId),
    firstRunId,
    description,
  };
}

function isVisible({ typedSearchAttributes }: WorkflowExecutionDescription, fleets: Fleets): boolean {
  const { fleet } = columnsIn(typedSearchAttributes);
  return fleets === '*' || (fleet !== null && fleets.includes(fleet));
}
