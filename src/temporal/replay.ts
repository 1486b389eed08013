import type { Client } from '@temporalio/client';
import { Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { bundleWorkflows } from './bundle';
import { queryOf } from './search';

/** What came of replaying activations. */
export interface Replayed {
  readonly replayed: number;
  /** Those that could not go on with this code, and why. */
  readonly failed: readonly { readonly workflowId: string; readonly problem: string }[];
}

/** Histories that are fetched at a time, and ahead. */
const AT_ONCE = { concurrency: 10, bufferLimit: 10 };

/**
 * Replays the histories of the activations that are alive, newest first, and says which of them the code could not
 * take over. It only reads: no activation is touched.
 *
 * @param workflowBundle the workflows' code; where it is not given, it is bundled now.
 * @param limit the most activations to replay.
 * @param onReplayed told after each.
 */
export async function replayActivations(
  client: Client,
  workflowBundle: WorkflowBundleOption | undefined,
  limit: number = Number.POSITIVE_INFINITY,
  onReplayed: (replayed: number) => void = () => {},
): Promise<Replayed> {
  const code = workflowBundle ?? (await bundleWorkflows(Runtime.instance().logger));
  const histories = first(limit, client.workflow.list({ query: queryOf({}) }).intoHistories(AT_ONCE));
  const failed: Replayed['failed'][number][] = [];
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: code }, histories)) {
    replayed += 1;
    if (error) failed.push({ workflowId, problem: error.message });
    onReplayed(replayed);
  }
  return { replayed, failed };
}

async function* first<T>(limit: number, items: AsyncIterable<T>): AsyncIterable<T> {
  let taken = 0;
  for await (const item of items) {
    if (taken++ >= limit) return;
    yield item;
  }
}
