import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { columnsOf, isTold, MEMO, memoOf } from './columns';
import { changedIn, updatesOf } from './search-attributes';
import type { ActivationState } from './state';
import { detailsOf, shownOf, stepOf } from './view';

/**
 * Shows the state in the Temporal UI and in lists: the page's details, the columns that have changed, and the memo where
 * columns and memo together do not say what is so. Each of the two is an event of the history.
 *
 * @param always whether something is told again where nothing has changed, so that the workflow task has a command.
 */
export function publish(state: ActivationState, always: boolean): void {
  const shown = shownOf(state);
  setCurrentDetails(detailsOf({ ...shown, step: stepOf(state) }));
  const { typedSearchAttributes, memo } = workflowInfo();
  const changed = changedIn(typedSearchAttributes, updatesOf(columnsOf(shown)));
  if (changed.length > 0) upsertSearchAttributes(changed as SearchAttributeUpdatePair[]);
  const isMemoDue = !isTold(shown, memo?.[MEMO]) || (always && changed.length === 0);
  if (isMemoDue) upsertMemo({ [MEMO]: memoOf(shown) });
}
