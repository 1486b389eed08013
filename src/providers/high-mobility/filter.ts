import type { Clearance } from '../../domain/clearance';
import type { ClearanceFilter } from '../provider';
import { vinKey } from '../shared/words';

/** More VINs than this would make an address longer than servers commonly take (8 kB). */
const MAX_VINS_IN_ADDRESS = 200;

/**
 * The `filter` parameter of GET /v1/fleets/vehicles, as a query string, or an empty one. Only VINs are sent; `matches`
 * does the rest. How several fields combine is not documented; and a server that looks for a status answers with those
 * rows of a VIN that have it, and hides the other ones, which may count before them (`countsBefore`).
 */
export function filterQuery({ vins }: ClearanceFilter): string {
  return vins && vins.length <= MAX_VINS_IN_ADDRESS ? query('vin', vins) : '';
}

function query(field: string, values: readonly string[]): string {
  const [first] = values;
  const condition =
    values.length === 1 ? { operator: 'eq', value: first } : { operator: 'in', value: values };
  return `?filter=${encodeURIComponent(JSON.stringify({ [field]: condition }))}`;
}

/** The same filter, applied to a reply: a server may ignore what it was sent. */
export function matches(filter: ClearanceFilter): (clearance: Clearance) => boolean {
  const vins = filter.vins && new Set(filter.vins.map(vinKey));
  return ({ vin, status }) => (vins?.has(vin) ?? true) && (filter.statuses?.includes(status) ?? true);
}

/** Whether nothing can match, so that there is nothing to ask. */
export function matchesNothing(filter: ClearanceFilter): boolean {
  return filter.vins?.length === 0 || filter.statuses?.length === 0;
}
