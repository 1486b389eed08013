import {
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import { COLUMN_LIST, type ColumnFilter, type ColumnValues } from '../../workflows/contract/columns';
import { ACTIVATION } from '../../workflows/contract/messages';
import { columnName } from '../../workflows/contract/search-attributes';
import type { Application } from '../domain/application';
import { ORDERS, type Order } from './order';
import { type ActivationRow, rowOf } from './reports';

/** Whose activations somebody may see and touch: those of these fleets, or every one. */
export type Fleets = readonly string[] | '*';

/** What a list is filtered by: values of columns, all of which must be so. */
export interface ActivationFilter extends ColumnFilter {
  /** Also those that have ended. */
  readonly all?: boolean;
  /** Whether the time until which somebody must have acted is over. */
  readonly overdue?: boolean;
  /** Milliseconds since when the reason is this one; where there is none, since the last change. */
  readonly olderThan?: number;
}

/** Part of a list. `next` is where the following page begins, or null at the end. */
export interface ActivationPage {
  readonly rows: readonly ActivationRow[];
  readonly next: Uint8Array | null;
}

/** What of a list is wanted. */
export interface ListPart {
  /** @default `newest` */
  readonly order?: Order;
  /** The most rows. @default all */
  readonly limit?: number;
}

/**
 * The search that a filter means. Runs that continued in a fresh one are left out: their life goes on there.
 *
 * @param now by what ages and deadlines are judged, in milliseconds.
 */
export function queryOf(filter: ActivationFilter, fleets: Fleets = '*', now: number = Date.now()): string {
  const conditions = [
    `WorkflowType = '${ACTIVATION}'`,
    filter.all ? `ExecutionStatus != 'ContinuedAsNew'` : `ExecutionStatus = 'Running'`,
    ...(fleets === '*' ? [] : [fleetIn(fleets)]),
    ...conditionsOf(filter),
    ...timesOf(filter, now),
  ];
  return conditions.join(' AND ');
}

/** The conditions on times. Nothing in a column is neither before nor after a time. */
function timesOf({ overdue, olderThan }: ActivationFilter, now: number): string[] {
  const conditions: string[] = [];
  const [deadline, reasonSince, changedAt] = (['deadlineAt', 'reasonSince', 'changedAt'] as const).map(
    columnName,
  );
  if (overdue === true) conditions.push(`${deadline} < ${timeAt(now)}`);
  if (overdue === false) conditions.push(`(${deadline} IS NULL OR ${deadline} >= ${timeAt(now)})`);
  if (olderThan !== undefined) {
    const then = timeAt(now - olderThan);
    conditions.push(`(${reasonSince} < ${then} OR (${reasonSince} IS NULL AND ${changedAt} < ${then}))`);
  }
  return conditions;
}

function timeAt(milliseconds: number): string {
  return quote(new Date(milliseconds).toISOString());
}

/** One condition for each column that a filter names. */
function conditionsOf(filter: ColumnFilter): string[] {
  return COLUMN_LIST.flatMap(({ name, key, filter: isOne }) => {
    const wanted = isOne ? filter[key as keyof ColumnFilter] : undefined;
    return wanted === undefined || wanted === '' ? [] : [`${name} = ${literal(wanted)}`];
  });
}

/** The conditions of a search for the activations at a provider, an application, or anywhere. */
export function atApplication({ provider, application }: Partial<Application>): string[] {
  return conditionsOf({ provider, application });
}

/** The condition of a search for some values of a column; there must be at least one. */
export function oneOf(key: keyof ColumnValues, values: readonly string[]): string {
  return `${columnName(key)} IN (${values.map(quote).join(', ')})`;
}

/** The same for those that have ended. */
export function endedQueryOf(filter: ActivationFilter, fleets: Fleets = '*'): string {
  return `${queryOf({ ...filter, all: true }, fleets)} AND ExecutionStatus != 'Running'`;
}

/**
 * The rows of a search, one for each vehicle. The server cannot sort them: where the order is another than its own, all are
 * read.
 */
export async function readList(
  client: Client,
  filter: ActivationFilter,
  fleets: Fleets,
  { order = 'newest', limit = Number.POSITIVE_INFINITY }: ListPart,
): Promise<ActivationRow[]> {
  const isItsOrder = order === 'newest' && !filter.all;
  const rows = new Map<string, ActivationRow>();
  for await (const execution of client.workflow.list({ query: queryOf(filter, fleets) })) {
    const row = rowOf(execution);
    const known = rows.get(row.workflowId);
    if (!known || known.startedAt < row.startedAt) rows.set(row.workflowId, row);
    if (isItsOrder && rows.size >= limit) break;
  }
  return [...rows.values()].sort(ORDERS[order]).slice(0, limit);
}

/** One page of a search, in the server's own order: those alive first, then the newest. */
export async function readPage(
  client: Client,
  query: string,
  part: { readonly limit: number; readonly from: Uint8Array | null },
): Promise<ActivationPage> {
  const { executions, next } = await readExecutions(client, query, part);
  return { rows: executions.map(rowOf), next };
}

/** The same for workflows of any type. */
export async function readExecutions(
  client: Client,
  query: string,
  { limit, from }: { readonly limit: number; readonly from: Uint8Array | null },
): Promise<{ readonly executions: readonly WorkflowExecutionInfo[]; readonly next: Uint8Array | null }> {
  const { namespace, loadedDataConverter } = client.options;
  const reply = await client.workflowService.listWorkflowExecutions({
    namespace,
    query,
    pageSize: limit,
    ...(from && { nextPageToken: from }),
  });
  const executions = await Promise.all(
    reply.executions.map((raw) => executionInfoFromRaw(raw, loadedDataConverter, raw, namespace)),
  );
  return { executions, next: reply.nextPageToken?.length ? reply.nextPageToken : null };
}

/** The condition of a search for the activations of some fleets; there must be at least one. */
export function fleetIn(fleets: readonly string[]): string {
  return oneOf('fleet', fleets);
}

function literal(value: string | boolean): string {
  return typeof value === 'string' ? quote(value) : String(value);
}

/** A text as the search language wants it. */
export function quote(value: string): string {
  return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}

/** One row for each workflow that a search finds, the newest run's. @param isWanted what the search cannot say */
export async function newestRows<R extends { readonly workflowId: string }>(
  client: Client,
  query: string,
  rowOf: (execution: WorkflowExecutionInfo) => R,
  { limit = Number.POSITIVE_INFINITY, isWanted = (_row: R): boolean => true } = {},
): Promise<R[]> {
  const rows = new Map<string, R>();
  for await (const execution of client.workflow.list({ query })) {
    const row = rowOf(execution);
    if (!rows.has(row.workflowId) && isWanted(row)) rows.set(row.workflowId, row);
    if (rows.size >= limit) break;
  }
  return [...rows.values()];
}

/** What the server stores of the newest run of a workflow; null where there is none. */
export async function describeIfKnown(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
