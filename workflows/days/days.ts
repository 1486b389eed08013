import {
  ApplicationFailure,
  CancellationScope,
  condition,
  setHandler,
  sleep,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import { goOnAfresh } from '../activation/fresh-run';
import { callsCounted, type DaysInput, dayCounted, forgottenAt, MONTH } from '../contract/days';
import { DayBook } from './book';

/**
 * Keeps the numbers of each day of one month, for as long as somebody may compare with them, and shows them in its memo: whoever
 * reads them asks the server, and no worker. It ends when the last of them is 400 days old.
 */
export async function days({ month, carried }: DaysInput): Promise<void> {
  if (typeof month !== 'string' || !MONTH.test(month))
    throw ApplicationFailure.nonRetryable('Days belong to a month, such as 2026-11.', 'INPUT_INVALID');
  const book = new DayBook(month, carried);
  let isNews = carried !== undefined;
  let isOver = false;
  const heard =
    <T>(take: (told: T) => void) =>
    (told: T): void => {
      take(told);
      isNews = true;
    };
  setHandler(
    dayCounted,
    heard((count) => book.counted(count)),
    { description: 'A day has been counted. Workers send it; by hand there is nothing to send.' },
  );
  setHandler(
    callsCounted,
    heard((report) => book.called(report, Date.now())),
    { description: 'What a worker has called. Workers send it; by hand there is nothing to send.' },
  );
  // Somebody's cancellation must not lose what nobody can count again.
  await CancellationScope.nonCancellable(async () => {
    void sleep(Math.max(1, forgottenAt(month) - Date.now())).then(() => {
      isOver = true;
    });
    while (!isOver && !workflowInfo().continueAsNewSuggested) {
      if (isNews) show(book);
      isNews = false;
      await condition(() => isNews || isOver || workflowInfo().continueAsNewSuggested);
    }
  });
  if (!isOver) return goOnAfresh<typeof days>({ month, carried: book.carried() });
}

/** Only the days that have changed: each goes into the history. */
function show(book: DayBook): void {
  const { memo = {} } = workflowInfo();
  const changed = Object.entries(book.days()).filter(
    ([day, kept]) => JSON.stringify(memo[day]) !== JSON.stringify(kept),
  );
  if (changed.length > 0) upsertMemo(Object.fromEntries(changed));
}
