import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { storableTime } from '../../src/domain/day';
import { DEFLEETING_MEMO } from '../contract/defleetings';
import { columnName } from '../contract/search-attributes';
import type { DefleetingState } from './state';
import { defleetingViewOf, detailsOf, listedOf } from './view';

const DEADLINE = defineSearchAttributeKey(columnName('deadlineAt'), SearchAttributeType.DATETIME);

/** Shows the state in the Temporal UI and in lists. Each change of column or memo is an event of the history. */
export function publish(state: DefleetingState): void {
  setCurrentDetails(detailsOf(defleetingViewOf(state)));
  const { typedSearchAttributes, memo } = workflowInfo();
  const deadlineAt = state.plan ? storableTime(state.plan.deadlineAt) : null;
  if ((typedSearchAttributes.get(DEADLINE)?.getTime() ?? null) !== deadlineAt) {
    upsertSearchAttributes([{ key: DEADLINE, value: deadlineAt === null ? null : new Date(deadlineAt) }]);
  }
  const listed = listedOf(state);
  if (JSON.stringify(memo?.[DEFLEETING_MEMO]) !== JSON.stringify(listed)) {
    upsertMemo({ [DEFLEETING_MEMO]: listed });
  }
}
