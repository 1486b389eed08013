import type { Client } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import { COLUMN_LIST, type ColumnFilter, type ColumnValues } from '../../workflows/contract/columns';
import { ACTIVATION } from '../../workflows/contract/messages';
import { columnName } from '../../workflows/contract/search-attributes';
import type { Application } from '../domain/application';
import { type ActivationRow, rowOf } from './reports';

/** Whose activations somebody may see and touch: those of these fleets, or every one. */
export type Fleets = readonly string[] | '*';

/** What a list is filtered by: values of columns, all of which must be so. */
export interface ActivationFilter extends ColumnFilter {
  /** Also those that have ended. */
  readonly all?: boolean;
}

/** Part of a list. `next` is where the following page begins, or null at the end. */
export interface ActivationPage {
  readonly rows: readonly ActivationRow[];
  readonly next: Uint8Array | null;
}

/** The search that a filter means. Runs that continued in a fresh one are left out: their life goes on there. */
export function queryOf(filter: ActivationFilter, fleets: Fleets = '*'): string {
  const conditions = [
    `WorkflowType = '${ACTIVATION}'`,
    filter.all ? `ExecutionStatus != 'ContinuedAsNew'` : `ExecutionStatus = 'Running'`,
    ...(fleets === '*' ? [] : [fleetIn(fleets)]),
    ...conditionsOf(filter),
  ];
  return conditions.join(' AND ');
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

/** One page of a search, in the server's own order: those alive first, then the newest. */
export async function readPage(
  client: Client,
  query: string,
  { limit, from }: { readonly limit: number; readonly from: Uint8Array | null },
): Promise<ActivationPage> {
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
  return { rows: executions.map(rowOf), next: reply.nextPageToken?.length ? reply.nextPageToken : null };
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
