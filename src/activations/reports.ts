import {
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  WorkflowFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ColumnValues, MemoValues } from '../../workflows/contract/columns';
import { MEMO, readMemo } from '../../workflows/contract/memo';
import { type ActivationView, REFUSED_FOR_GOOD, status } from '../../workflows/contract/messages';
import { columnsIn } from '../../workflows/contract/search-attributes';
import { parseStatus } from '../domain/status';
import type { ActivationRun } from './activation-runs';

/** How long to wait for a worker to answer a query. */
const QUERY_DEADLINE = 5_000;

/** A command that Temporal is repeating, because it has not succeeded yet. */
export interface Trouble {
  readonly command: string;
  readonly attempt: number;
  readonly message: string;
  readonly nextAttemptAt: string | null;
}

/** The activation's own view, and what only the server knows of it. */
export type ActivationReport = ActivationView & {
  readonly workflowId: string;
  /** Temporal's word for the workflow: `RUNNING`, `COMPLETED`, `CANCELLED`, … */
  readonly execution: string;
  /** False when no worker answered: then only what the server stores is known, without history. */
  readonly complete: boolean;
  readonly trouble: Trouble | null;
};

/** What a list shows of an activation: its columns and its memo (workflows/contract/columns.ts), and what only Temporal knows. */
export interface ActivationRow extends ColumnValues, MemoValues {
  readonly workflowId: string;
  /** Temporal's word for the workflow. */
  readonly execution: string;
  readonly startedAt: string;
}

/** What a listed and a described workflow have in common. */
type Execution = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'typedSearchAttributes' | 'memo' | 'status' | 'startTime'
> & {
  readonly closeTime?: Date | undefined;
};

/** What holds of every life that has ended, however it did: its last view may be of a moment in its middle. */
const NOBODYS_TURN = {
  step: 'ended',
  settled: true,
  owner: null,
  action: null,
  waitingFor: null,
  nextAt: null,
  escalationLevel: 0,
  acknowledgedUntil: null,
} as const satisfies Partial<ActivationView>;

export async function reportOn(
  client: Client,
  { run, description }: ActivationRun,
): Promise<ActivationReport> {
  const view = await viewFrom(client, run, description);
  return {
    ...(view ?? storedView(description)),
    ...(description.status.name === 'RUNNING' ? {} : NOBODYS_TURN),
    workflowId: description.workflowId,
    execution: description.status.name,
    complete: view !== null,
    trouble: troubleOf(description),
  };
}

/** The last view of an activation that has ended by itself; else its own answer, for which a worker is needed. */
async function viewFrom(
  client: Client,
  handle: WorkflowHandle,
  description: WorkflowExecutionDescription,
): Promise<ActivationView | null> {
  const last = await lastViewFrom(handle, description);
  if (last) return last;
  try {
    return await client.withDeadline(Date.now() + QUERY_DEADLINE, () => handle.query(status));
  } catch {
    return null;
  }
}

/** The view with which an activation has closed; null where it is alive, or was closed by others. */
async function lastViewFrom(
  handle: WorkflowHandle,
  { status: { name } }: WorkflowExecutionDescription,
): Promise<ActivationView | null> {
  if (name !== 'COMPLETED' && name !== 'FAILED') return null;
  try {
    return (await handle.result()) as ActivationView;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return viewOfRefusal(error);
  }
}

/** The last view of an activation that was rejected or refused for good; null where it has failed otherwise. */
export function viewOfRefusal({ cause }: WorkflowFailedError): ActivationView | null {
  const isOurs = cause instanceof ApplicationFailure && cause.type === REFUSED_FOR_GOOD;
  return isOurs ? (cause.details?.[0] as ActivationView) : null;
}

/** What the server stores of an activation by itself. */
function storedView(execution: Execution): ActivationView {
  const {
    workflowId: _id,
    execution: _word,
    startedAt,
    needsAttention: _needs,
    plate: _plate,
    leaving: _leaving,
    ...row
  } = rowOf(execution);
  return {
    ...row,
    begunAt: row.begunAt ?? startedAt,
    changedAt: row.changedAt ?? startedAt,
    fleetSince: null,
    tags: {},
    settled: execution.closeTime !== undefined,
    suspended: null,
    letter: null,
    ownerSince: null,
    canRetry: false,
    whyNoRetry: null,
    waitingFor: null,
    nextAt: null,
    attempts: { submit: 0, read: 0, withdraw: 0 },
    escalationLevel: 0,
    acknowledgedUntil: null,
    data: null,
    dataAskedAt: null,
    dataSeenAt: null,
    eligibility: null,
    defleet: null,
    rulesSince: null,
    history: [],
  };
}

/** Nobody has to do anything for what has ended, however it did. */
const OVER = {
  step: 'ended',
  owner: null,
  action: null,
  needsAttention: false,
  inTrouble: false,
  deadlineAt: null,
} as const satisfies Partial<ActivationRow>;

export function rowOf({
  workflowId,
  typedSearchAttributes,
  memo,
  status,
  startTime,
}: Execution): ActivationRow {
  const stored = columnsIn(typedSearchAttributes);
  // The id has what a search may not have yet: `activation:provider:application:VIN`.
  const [, provider = '', application = '', vin = ''] = workflowId.split(':');
  const columns: ColumnValues = {
    ...stored,
    vin: stored.vin || vin,
    provider: stored.provider || provider,
    application: stored.application || application,
    status: parseStatus(stored.status),
  };
  return {
    ...columns,
    ...readMemo(columns, memo?.[MEMO]),
    ...(status.name === 'RUNNING' ? {} : OVER),
    workflowId,
    execution: status.name,
    startedAt: startTime.toISOString(),
  };
}

/** The failure of a pending command, as Temporal's own retries see it. */
function troubleOf({ raw }: WorkflowExecutionDescription): Trouble | null {
  const failing = raw.pendingActivities?.find((activity) => activity.lastFailure);
  if (!failing) return null;
  const seconds = failing.scheduledTime?.seconds;
  return {
    command: failing.activityType?.name ?? 'unknown',
    attempt: failing.attempt ?? 0,
    message: failing.lastFailure?.message ?? '',
    nextAttemptAt: seconds ? new Date(Number(seconds) * 1_000).toISOString() : null,
  };
}

/** What a fleet sees: nothing of the time in which the vehicle was another's. */
export function ownPart(report: ActivationReport): ActivationReport {
  const { fleetSince, history } = report;
  if (fleetSince === null) return report;
  // Facts of the same moment were there before: the move itself is a person's.
  const own = history.filter(
    ({ at, source }) => at > fleetSince || (at === fleetSince && source === 'person'),
  );
  return { ...report, history: own };
}
