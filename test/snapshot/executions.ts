import type { WorkflowExecutionInfo } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { MEMO } from '../../workflows/contract/memo';
import { ACTIVATION, activationId } from '../../workflows/contract/messages';
import { type ColumnUpdate, columnsIn, updatesOf } from '../../workflows/contract/search-attributes';
import { APP } from '../support/application';

const NOTHING = columnsIn(new TypedSearchAttributes());
export type Columns = typeof NOTHING;

/** An activation as a server lists it. */
export interface Listed extends Partial<Columns> {
  readonly vin: string;
  readonly memo?: Readonly<Record<string, unknown>>;
  readonly startedAt?: string;
  /** That a fault of the program keeps it from going on. */
  readonly isFaulty?: boolean;
  /** How and when it has ended. */
  readonly ended?: readonly [execution: string, at: string];
}

/** What a list has of an activation with these columns; the memo is of these, unless it says of which others it is. */
export function activationInList({
  memo,
  startedAt,
  isFaulty,
  ended,
  ...given
}: Listed): WorkflowExecutionInfo {
  const columns: Columns = { ...NOTHING, ...APP, brand: 'bmw', status: 'pending', ...given };
  const about = [columns.status, columns.reasonKey, columns.owner, columns.reasonSince].join(' ');
  return inList(ACTIVATION, activationId(APP, columns.vin), {
    startedAt,
    columns: updatesOf({ ...columns, needsAttention: columns.owner !== null }),
    memo: memo && { [MEMO]: { about, ...memo } },
    isFaulty,
    ended,
  });
}

/** What a list has of a workflow. */
export function inList(
  type: string,
  workflowId: string,
  {
    startedAt = '2026-03-01T00:00:00.000Z',
    columns = [],
    memo,
    isFaulty = false,
    ended,
  }: {
    readonly startedAt?: string | undefined;
    readonly columns?: readonly ColumnUpdate[];
    readonly memo?: Readonly<Record<string, unknown>> | undefined;
    readonly isFaulty?: boolean | undefined;
    readonly ended?: Listed['ended'] | undefined;
  } = {},
): WorkflowExecutionInfo {
  return {
    type,
    workflowId,
    runId: `run-of-${workflowId}`,
    status: { name: ended?.[0] ?? 'RUNNING' },
    ...(ended && { closeTime: new Date(ended[1]) }),
    startTime: new Date(startedAt),
    searchAttributes: isFaulty ? { TemporalReportedProblems: ['category=WorkflowTaskFailed'] } : {},
    typedSearchAttributes: new TypedSearchAttributes(columns.filter(({ value }) => value !== null) as never),
    memo,
  } as unknown as WorkflowExecutionInfo;
}
