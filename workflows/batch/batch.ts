import {
  ActivityCancellationType,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  proxyActivities,
  setHandler,
  sleep,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchActivities } from '../../activities/batch';
import { summaryOf } from '../../src/domain/markdown';
import { goOnAfresh } from '../activation/fresh-run';
import {
  BATCH_BOUNDS,
  BATCH_MEMO,
  type BatchInput,
  type BatchMemo,
  type BatchOrder,
  type BatchPage,
  type BatchSummary,
  batchRows,
  type PageDone,
  stopBatch,
} from '../contract/batch';
import { batchesQueue } from '../contract/task-queues';
import { Ledger } from './ledger';

const MINUTE = 60_000;

/** After how long those are asked again whose message is queued, or of which nobody knows; then they stay as they are. */
const AGAIN = [MINUTE, 10 * MINUTE, 30 * MINUTE];

/** Pages of one run: a page has about a dozen events. */
const PAGES = 150;

/** Characters of a name that is kept. */
const NAME = 200;

/**
 * Sends one message to each vehicle of a group, page by page, and writes down what came of each. It needs nobody who waits
 * for it: started again with its id it is the same one, and each message has an id of its own, so that nothing is done twice.
 * Stopped by a message it ends Completed, by Temporal's cancellation Cancelled.
 */
export async function batch(input: BatchInput): Promise<BatchSummary> {
  const { vins, carried, facts, ...order } = input;
  const ledger = new Ledger(vins, carried);
  let stoppedBy: string | null = null;
  const publish = (): BatchSummary => {
    const summary = { counts: ledger.counts(), stoppedBy };
    upsertMemo({ [BATCH_MEMO]: { ...facts, ...summary } satisfies BatchMemo });
    return summary;
  };
  const outer = CancellationScope.current();
  const isOver = await CancellationScope.nonCancellable(async () => {
    const work = new CancellationScope();
    const stop = (by: string): void => {
      stoppedBy ??= by.slice(0, NAME);
      work.cancel();
    };
    setHandler(batchRows, (from, limit) => ledger.rows(from, limit), {
      description: `What came of each vehicle: from which place on, and how many (at most ${BATCH_BOUNDS.rows}).`,
    });
    setHandler(stopBatch, (request) => stop(`${request?.by ?? 'somebody'}`), {
      description: 'Begin nothing more: what is under way is finished.',
    });
    outer.cancelRequested.catch(() => stop("Temporal's cancellation"));
    try {
      return await work.run(() => sendAll(order, ledger, publish, () => work.consideredCancelled));
    } catch (error) {
      if (isCancellation(error)) return true;
      throw error;
    }
  });
  if (!isOver) return goOnAfresh<typeof batch>({ ...input, carried: ledger.carried() });
  const summary = publish();
  if (outer.consideredCancelled) throw new CancelledFailure('The batch was stopped');
  return summary;
}

/** @returns false where a fresh run has to go on with it. */
async function sendAll(
  order: BatchOrder,
  ledger: Ledger,
  publish: () => unknown,
  isStopped: () => boolean,
): Promise<boolean> {
  for (let pages = 0; !isStopped(); pages += 1) {
    const due = ledger.due(BATCH_BOUNDS.page);
    if (due.length === 0) {
      const wait = AGAIN[ledger.rounds];
      if (wait === undefined || !ledger.askAgain()) return true;
      await sleep(wait, { summary: 'Ask again for those that are queued' });
      continue;
    }
    if (pages >= PAGES || workflowInfo().continueAsNewSuggested) return false;
    const vins = due.map((at) => ledger.vins[at] as string);
    const { verdicts, pause } = await sendPage({ ...order, vins });
    for (const [index, verdict] of verdicts.entries())
      if (verdict) ledger.settle(due[index] as number, verdict);
    publish();
    if (pause > 0 && ledger.due(1).length > 0) await sleep(pause, { summary: 'Keep the pace' });
  }
  return true;
}

/** Repeated by the server until it is done: an attempt goes on where the one before was. */
function sendPage(page: BatchPage): Promise<PageDone> {
  const { sendBatchPage } = proxyActivities<BatchActivities>({
    taskQueue: batchesQueue(workflowInfo().taskQueue),
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '15s',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: MINUTE },
  });
  const summary = summaryOf(`Send ${page.kind} to ${page.vins.length} vehicles, from ${page.vins[0]} on`);
  return sendBatchPage.executeWithOptions({ summary }, [page]);
}
