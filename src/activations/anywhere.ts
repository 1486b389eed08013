import type { Client } from '@temporalio/client';
import { ACTIVATION } from '../../workflows/contract/messages';
import { columnsIn } from '../../workflows/contract/search-attributes';
import { vinKey } from '../domain/vehicle-key';
import { type ActivationRow, rowOf } from './reports';
import { type Fleets, fleetIn, oneOf } from './search';

/** VINs of one search. */
const TOGETHER = 50;

/** The activations of a vehicle, or of many, that run, in whatever application: those that somebody may see. */
export async function runningAnywhere(
  client: Client,
  vins: string | readonly string[],
  fleets: Fleets = '*',
): Promise<ActivationRow[]> {
  const rows: ActivationRow[] = [];
  const mine = fleets === '*' ? '' : ` AND ${fleetIn(fleets)}`;
  const all = [vins].flat();
  for (let from = 0; from < all.length; from += TOGETHER) {
    const query = `${queryOf(all.slice(from, from + TOGETHER))} AND ExecutionStatus = 'Running'${mine}`;
    for await (const execution of client.workflow.list({ query })) rows.push(rowOf(execution));
  }
  return rows;
}

/** The fleets of all that runs of a vehicle: its activations (null: one is of no fleet), its parkings and its defleeting. */
export async function fleetsOfVehicle(client: Client, vin: string): Promise<ReadonlySet<string | null>> {
  const query = `${oneOf('vin', [vinKey(vin)])} AND ExecutionStatus = 'Running'`;
  const fleets = new Set<string | null>();
  for await (const { type, typedSearchAttributes } of client.workflow.list({ query })) {
    const { fleet } = columnsIn(typedSearchAttributes);
    if (fleet !== null || type === ACTIVATION) fleets.add(fleet);
  }
  return fleets;
}

/** Those of some vehicles that have, or had, an activation in whatever application. */
export async function knownAnywhere(client: Client, vins: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (let from = 0; from < vins.length; from += TOGETHER) {
    const query = queryOf(vins.slice(from, from + TOGETHER));
    for await (const execution of client.workflow.list({ query })) known.add(rowOf(execution).vin);
  }
  return known;
}

function queryOf(vins: readonly string[]): string {
  return `WorkflowType = '${ACTIVATION}' AND ${oneOf('vin', vins.map(vinKey))}`;
}
