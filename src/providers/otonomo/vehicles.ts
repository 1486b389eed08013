import type { Clearance } from '../../domain/clearance';
import { isOpen } from '../../domain/status';
import { plainVin } from '../../domain/vin';
import { type RowReader, rowReader, type SkippedRow } from '../shared/rows';
import { brandOfMake } from './catalogue';
import { namedRow, type VehicleRow, vehicleRow } from './schemas';
import { readStatus } from './status';

/** One row in our words. It tells no times. */
export function toClearance({ vin, status, make }: VehicleRow): Clearance {
  return {
    vin: plainVin(vin),
    ...readStatus(status),
    brand: make ? brandOfMake(make) : null,
    tags: {},
    changelog: [],
    newestChange: null,
  };
}

/** One record of two of the same VIN: an open one counts, else the one that stands behind. */
export function joined(first: Clearance, second: Clearance): Clearance {
  const counting = isOpen(first.status) && !isOpen(second.status) ? first : second;
  return { ...counting, rows: (first.rows ?? 1) + (second.rows ?? 1) };
}

/** Reads rows of the list. */
export function rowsOf(onSkipped: (row: SkippedRow) => void): RowReader<VehicleRow> {
  return rowReader(vehicleRow, namedRow, toClearance, onSkipped);
}
