import type { Clearance } from '../../domain/clearance';
import { plainVin } from '../../domain/vin';
import type { ClearanceFilter } from '../provider';

/** More VINs than this would make an address longer than servers commonly take (8 kB). */
const MAX_VINS_IN_ADDRESS = 200;

/**
 * The `filter` parameter of GET /v1/fleets/vehicles, as a query string, or an empty one. Nothing but VINs is asked for: a
 * server that looks for a status hides the other rows of a VIN, which may count before those that it shows (`countsBefore`).
 */
export function filterQuery({ vins }: ClearanceFilter): string {
  if (!vins || vins.length > MAX_VINS_IN_ADDRESS) return '';
  const vin = vins.length === 1 ? { operator: 'eq', value: vins[0] } : { operator: 'in', value: vins };
  return `?filter=${encodeURIComponent(JSON.stringify({ vin }))}`;
}

/** The same filter, applied to a reply: a server may ignore what it was sent. */
export function matches(filter: ClearanceFilter): (clearance: Clearance) => boolean {
  const vins = filter.vins && new Set(filter.vins.map(plainVin));
  return ({ vin }) => vins?.has(vin) ?? true;
}

/** Whether nothing can match, so that there is nothing to ask. */
export function matchesNothing(filter: ClearanceFilter): boolean {
  return filter.vins?.length === 0;
}
