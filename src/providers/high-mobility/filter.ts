import type { Clearance } from '../../domain/clearance';
import type { ClearanceStatus } from '../../domain/status';
import type { ClearanceFilter } from '../provider';
import { vinKey } from './words';

/** More VINs than this would make an address longer than servers commonly take (8 kB). */
const MAX_VINS_IN_ADDRESS = 200;

/** Statuses that only the newest row of a VIN can have. Older rows of the same VIN have ended. */
export const LIVE_STATUSES: readonly ClearanceStatus[] = ['pending', 'approved', 'revoking', 'canceling'];

/**
 * The `filter` parameter of GET /v1/fleets/vehicles, as a query string, or an empty one. Only one field
 * is sent, because how several combine is not documented; `matches` does the rest. A status that a row
 * may have at its end is not sent either: the server would answer with an ended row of a VIN that has
 * a newer, live one.
 */
export function filterQuery(filter: ClearanceFilter): string {
  const { vins, statuses } = filter;
  if (vins && vins.length <= MAX_VINS_IN_ADDRESS) return query('vin', vins);
  if (!vins && statuses?.every((status) => LIVE_STATUSES.includes(status))) return query('status', statuses);
  return '';
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
