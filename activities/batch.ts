import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { BatchSender } from '../src/activations/batch-sender';
import type { BatchPage, PageDone, Verdict } from '../workflows/contract/batch';

/** Well within the heartbeat timeout of workflows/batch/batch.ts; milliseconds. */
const HEARTBEAT = 3_000;

/** The side effects of a batch. */
export interface BatchActivities {
  /**
   * Sends the message of a batch to the vehicles of a page. What is done is written down in the heartbeat, so the next
   * attempt does the rest. Cancelled, it finishes what is under way and gives what is done.
   */
  sendBatchPage(page: BatchPage): Promise<PageDone>;
}

export function createBatchActivities(sender: BatchSender): BatchActivities {
  return {
    async sendBatchPage(page) {
      const { info, heartbeat, cancellationSignal } = Context.current();
      const done: (Verdict | null)[] = [...((info.heartbeatDetails as (Verdict | null)[] | undefined) ?? [])];
      const beat = (): void => heartbeat(done);
      const timer = setInterval(beat, HEARTBEAT);
      try {
        return await sender.send(page, {
          attempt: info.attempt,
          done,
          signal: cancellationSignal,
          onVerdict: (index, verdict) => {
            done[index] = verdict;
            beat();
          },
        });
      } catch (error) {
        beat();
        // Whatever it is: a batch goes on where it was, as soon as that is over.
        const { message, code } = error as { readonly message?: string; readonly code?: unknown };
        throw ApplicationFailure.retryable(message, typeof code === 'string' ? code : 'UNEXPECTED');
      } finally {
        clearInterval(timer);
      }
    },
  };
}
