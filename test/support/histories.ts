import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { misorderable } from '../histories/order';
import { forgottenInLists } from '../histories/shown-anew';
import { BUNDLE } from './bundle';

/**
 * Causes (`temporal.api.enums.v1.WorkflowTaskFailedCause`) that are no fault of the code: something came in while the
 * task was worked on (1), or so much that the server could not hold it back until its end (17). It is given again.
 */
const OVERTAKEN: readonly unknown[] = [1, 17];

/** One run of a workflow. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly history: History;
}

/** Every run of the namespace, ended ones too. @param query default: of all workflows. */
export async function allRuns(client: Client, query = ''): Promise<Run[]> {
  const runs: Run[] = [];
  const listed: { workflowId: string; runId: string }[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query }))
    listed.push({ workflowId, runId });
  const next = async (): Promise<void> => {
    for (let one = listed.pop(); one; one = listed.pop()) {
      const history = await client.workflow.getHandle(one.workflowId, one.runId).fetchHistory();
      runs.push({ ...one, history });
    }
  };
  await Promise.all(Array.from({ length: 8 }, next));
  return runs;
}

/**
 * What is wrong with histories: those that the code of today does not replay, those that could be replayed in another
 * order than they were carried out, fresh runs that lists would show as something else, and workflow tasks that have failed. Tasks of killed workers time out, which is fine.
 */
export async function problemsOf(runs: readonly Run[]): Promise<string[]> {
  const found = runs.flatMap((run) =>
    [...misorderable(run.history), ...forgottenInLists(run.history), ...failedTasks(run.history)].map(
      (problem) => `${nameOf(run)}: ${problem}`,
    ),
  );
  async function* named() {
    for (const run of runs) yield { workflowId: nameOf(run), history: run.history };
  }
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: BUNDLE }, named())) {
    if (error) found.push(`${workflowId}: ${error.message}`);
  }
  return found;
}

function nameOf({ workflowId, runId }: Run): string {
  return `${workflowId} (run ${runId})`;
}

/** Workflow tasks that have failed by a fault of ours. */
export function failedTasks({ events }: History): string[] {
  return (events ?? []).flatMap(({ eventId, workflowTaskFailedEventAttributes: failed }) =>
    failed && !OVERTAKEN.includes(failed.cause)
      ? [`event ${eventId}: a workflow task failed (cause ${failed.cause}): ${failed.failure?.message}`]
      : [],
  );
}
