import type { WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import {
  DEFLEETING,
  DEFLEETING_MEMO,
  type DefleetingListed,
  type DefleetingOrder,
} from '../../workflows/contract/defleetings';
import { columnName } from '../../workflows/contract/search-attributes';
import { beginDefleeting } from '../../workflows/defleeting/state';
import { defleetingViewOf } from '../../workflows/defleeting/view';
import { type Fleets, fleetIn, quote } from '../activations/search';

/** Narrows a list. */
export interface DefleetingFilter {
  /** Also those that have ended. */
  readonly all?: boolean;
  /** Whose deadline is over. */
  readonly overdue?: boolean;
  readonly fleet?: string;
}

/** What lists show of a defleeting, and what only Temporal knows. */
export type DefleetingRow = DefleetingListed & {
  readonly workflowId: string;
  /** Temporal's word for the workflow. */
  readonly execution: string;
  /** Whether the deadline is over, and something is open. */
  readonly overdue: boolean;
};

/** The search that a filter means. */
export function queryOf(
  { all, overdue, fleet }: DefleetingFilter,
  fleets: Fleets = '*',
  now = Date.now(),
): string {
  return [
    `WorkflowType = '${DEFLEETING}'`,
    all ? `ExecutionStatus != 'ContinuedAsNew'` : `ExecutionStatus = 'Running'`,
    ...(fleets === '*' ? [] : [fleetIn(fleets)]),
    ...(fleet === undefined ? [] : [fleetIn([fleet])]),
    ...(overdue ? [`${columnName('deadlineAt')} < ${quote(new Date(now).toISOString())}`] : []),
  ].join(' AND ');
}

export function defleetingRowOf({
  workflowId,
  memo,
  status,
}: Pick<
  WorkflowExecutionInfo | WorkflowExecutionDescription,
  'workflowId' | 'memo' | 'status'
>): DefleetingRow {
  const stored = memo?.[DEFLEETING_MEMO] as DefleetingListed | undefined;
  const listed = stored ?? unknownListed(workflowId);
  const isRunning = status.name === 'RUNNING';
  const isOver = listed.deadlineAt !== null && Date.parse(listed.deadlineAt) < Date.now();
  return {
    ...listed,
    ...(isRunning ? {} : { step: 'ended' as const }),
    workflowId,
    execution: status.name,
    overdue: isRunning && isOver,
  };
}

/** Of one that was started by hand. */
function unknownListed(workflowId: string): DefleetingListed {
  const order: DefleetingOrder = {
    vin: workflowId.slice(DEFLEETING.length + 1),
    id: '',
    reason: 'other',
    note: null,
    fleet: null,
    eventDate: null,
    deadline: null,
    by: null,
    role: '',
    onBehalfOf: null,
    channel: 'temporal-ui',
    askedAt: '',
    notAfter: null,
  };
  const { answers: _answers, history: _history, ...listed } = defleetingViewOf(beginDefleeting(order));
  return listed;
}
