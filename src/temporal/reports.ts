import type {
  Client,
  WorkflowExecutionDescription,
  WorkflowExecutionInfo,
  WorkflowHandle,
} from '@temporalio/client';
import { type ActivationView, status } from '../../workflows/messages';
import * as attributes from '../../workflows/search-attributes';
import type { Application } from '../domain/application';
import { parseStatus } from '../domain/status';
import type { Life } from './lives';

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

export interface ActivationRow extends Application {
  readonly workflowId: string;
  readonly vin: string;
  readonly brand: string;
  readonly fleet: string | null;
  readonly externalId: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly needsAttention: boolean;
  readonly execution: string;
  readonly startedAt: string;
}

/** What a listed and a described workflow have in common. */
type Execution = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'typedSearchAttributes' | 'status' | 'startTime'
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

export async function reportOn(client: Client, { run, description }: Life): Promise<ActivationReport> {
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

/** The result of an activation that has completed; else its own answer, for which a worker is needed. */
async function viewFrom(
  client: Client,
  handle: WorkflowHandle,
  description: WorkflowExecutionDescription,
): Promise<ActivationView | null> {
  if (description.status.name === 'COMPLETED') return (await handle.result()) as ActivationView;
  try {
    return await client.withDeadline(Date.now() + QUERY_DEADLINE, () => handle.query(status));
  } catch {
    return null;
  }
}

/** What the server stores of an activation by itself. */
function storedView(execution: Execution): ActivationView {
  const row = rowOf(execution);
  return {
    vin: row.vin,
    provider: row.provider,
    application: row.application,
    brand: row.brand,
    fleet: row.fleet,
    externalId: row.externalId,
    tags: {},
    status: parseStatus(row.status),
    reason: row.reason,
    since: null,
    step: execution.closeTime ? 'ended' : 'waiting',
    settled: execution.closeTime !== undefined,
    owner: null,
    action: null,
    waitingFor: null,
    nextAt: null,
    attempts: { submit: 0, read: 0, withdraw: 0 },
    escalationLevel: 0,
    acknowledgedUntil: null,
    data: null,
    eligibility: null,
    defleet: null,
    catalogueVersion: null,
    history: [],
  };
}

export function rowOf(execution: Execution): ActivationRow {
  const [, provider = '', application = '', vin = ''] = execution.workflowId.split(':');
  const known = execution.typedSearchAttributes;
  return {
    workflowId: execution.workflowId,
    // The id has what a search may not have yet: `activation:provider:application:VIN`.
    vin: known.get(attributes.VIN) ?? vin,
    provider: known.get(attributes.PROVIDER) ?? provider,
    application: known.get(attributes.APPLICATION) ?? application,
    brand: known.get(attributes.BRAND) ?? '',
    fleet: known.get(attributes.FLEET) ?? null,
    externalId: known.get(attributes.EXTERNAL_ID) ?? null,
    status: known.get(attributes.CLEARANCE_STATUS) ?? 'absent',
    reason: known.get(attributes.CLEARANCE_REASON) ?? null,
    needsAttention: known.get(attributes.NEEDS_ATTENTION) ?? false,
    execution: execution.status.name,
    startedAt: execution.startTime.toISOString(),
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
