import { upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { LEAVING_MEMO, PARKING_MEMO } from '../contract/parking';
import { parkingColumns } from '../contract/parking-columns';
import type { ParkingState } from './state';
import { listedParkingOf } from './view';

/** Shows the state in lists. Each change of column or memo is an event of the history. */
export function publish(state: ParkingState): void {
  const { typedSearchAttributes, memo } = workflowInfo();
  const changed = parkingColumns(state.vehicle).filter(
    ({ key, value }) => (typedSearchAttributes.get(key) ?? null) !== value,
  );
  if (changed.length > 0) upsertSearchAttributes(changed);
  const listed = listedParkingOf(state);
  const { order } = state.leaving ?? {};
  const told = order === undefined ? {} : { [LEAVING_MEMO]: order ?? '' };
  if (JSON.stringify(memo?.[PARKING_MEMO]) !== JSON.stringify(listed)) {
    upsertMemo({ [PARKING_MEMO]: listed, ...told });
  }
}
