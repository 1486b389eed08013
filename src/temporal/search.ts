import type { Client } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import { ACTIVATION } from '../../workflows/messages';
import * as attributes from '../../workflows/search-attributes';
import type { Application } from '../domain/application';
import { type ActivationRow, rowOf } from './reports';

/** Whose activations somebody may see and touch: those of these fleets, or every one. */
export type Fleets = readonly string[] | '*';

export interface ActivationFilter extends Partial<Application> {
  readonly fleet?: string;
  readonly externalId?: string;
  readonly brand?: string;
  readonly status?: string;
  /** Only those for which a person has to act (true), or has not (false). */
  readonly needsAttention?: boolean;
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
  const { fleet, externalId, brand, status, needsAttention, all } = filter;
  const conditions = [
    `WorkflowType = '${ACTIVATION}'`,
    all ? `ExecutionStatus != 'ContinuedAsNew'` : `ExecutionStatus = 'Running'`,
    ...atApplication(filter),
    ...(fleets === '*' ? [] : [fleetIn(fleets)]),
    ...(fleet ? [`${attributes.FLEET.name} = ${quote(fleet)}`] : []),
    ...(externalId ? [`${attributes.EXTERNAL_ID.name} = ${quote(externalId)}`] : []),
    ...(brand ? [`${attributes.BRAND.name} = ${quote(brand)}`] : []),
    ...(status ? [`${attributes.CLEARANCE_STATUS.name} = ${quote(status)}`] : []),
    ...(needsAttention === undefined ? [] : [`${attributes.NEEDS_ATTENTION.name} = ${needsAttention}`]),
  ];
  return conditions.join(' AND ');
}

/** The conditions of a search for the activations at a provider, an application, or anywhere. */
export function atApplication({ provider, application }: Partial<Application>): string[] {
  return [
    ...(provider ? [`${attributes.PROVIDER.name} = ${quote(provider)}`] : []),
    ...(application ? [`${attributes.APPLICATION.name} = ${quote(application)}`] : []),
  ];
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
  return `${attributes.FLEET.name} IN (${fleets.map(quote).join(', ')})`;
}

/** A text as the search language wants it. */
export function quote(value: string): string {
  return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}
