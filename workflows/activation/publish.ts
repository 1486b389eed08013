import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { columnsOf } from '../contract/columns';
import { isTold, MEMO, memoOf, TAGS_MEMO } from '../contract/memo';
import { changedIn, columnName, updatesOf } from '../contract/search-attributes';
import type { ActivationState } from '../lifecycle/state';
import { detailsOf, shownOf, stepOf } from '../lifecycle/view';

const TIME_OF_CHANGE = columnName('changedAt');

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
  const isMemoNews = !isTold(shown, memo?.[MEMO]);
  const changed = changedIn(typedSearchAttributes, updatesOf(columnsOf(shown)));
  // The time of a change without a change that a list shows: at the start, and when it has just ended.
  const areColumnsDue = isMemoNews || changed.some(({ key }) => key.name !== TIME_OF_CHANGE);
  if (areColumnsDue && changed.length > 0) upsertSearchAttributes(changed as SearchAttributeUpdatePair[]);
  const isMemoDue = isMemoNews || (always && !areColumnsDue);
  const tags = tagsToTell(state, memo?.[TAGS_MEMO]);
  if (isMemoDue || tags) {
    upsertMemo({ ...(isMemoDue && { [MEMO]: memoOf(shown) }), ...(tags && { [TAGS_MEMO]: tags }) });
  }
}

/** The tags that people have given, where what was told of them is not so any more. */
function tagsToTell(
  { vehicle, tagsByRules = [] }: ActivationState,
  told: unknown,
): Record<string, string> | null {
  if (typeof told !== 'object' || told === null) return null;
  const own = Object.entries(vehicle.tags).filter(([key]) => !tagsByRules.includes(key));
  const known = told as Readonly<Record<string, string>>;
  const isSame = own.length === Object.keys(known).length && own.every(([key, text]) => known[key] === text);
  return isSame ? null : Object.fromEntries(own);
}
