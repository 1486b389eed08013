import { hash } from 'node:crypto';
import type { Clearance } from '../../domain/clearance';
import { isOpen } from '../../domain/status';
import { plainVin } from '../../domain/vin';
import type { ListedRow } from '../provider';
import { brandOfMake } from './catalogue';
import { namedRow, type VehicleRow, vehicleRow } from './schemas';
import { readStatus } from './status';

/** A row of the list that could not be read as it should. */
export interface SkippedRow {
  /** Its place in the reply, from 0. */
  readonly index: number;
  /** Null where the row does not even say this. */
  readonly vin: string | null;
  /** Which field is wrong, and how. No value of the reply. */
  readonly problem: string;
}

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

/**
 * One row of the list as it came, read only when somebody wants to know. Its bytes are looked at in `read`, and may be
 * gone later.
 */
export function listedRow(bytes: Buffer, index: number, onSkipped: (row: SkippedRow) => void): ListedRow {
  return {
    fingerprint: hash('sha256', bytes, 'binary'),
    read: () => {
      const read = readRow(bytes, index, onSkipped);
      if (!read) return null;
      return { vin: plainVin(read.row.vin), clearance: read.isWhole ? toClearance(read.row) : null };
    },
  };
}

/** Null for a row that does not say which vehicle it is about; not whole where it says little more. */
export function readRow(
  bytes: Buffer,
  index: number,
  onSkipped: (row: SkippedRow) => void,
): { readonly row: VehicleRow; readonly isWhole: boolean } | null {
  const value = parsed(bytes);
  const whole = vehicleRow.safeParse(value);
  if (whole.success) return { row: whole.data, isWhole: true };
  const named = namedRow.safeParse(value);
  const [issue] = whole.error.issues;
  onSkipped({
    index,
    vin: named.success ? plainVin(named.data.vin) : null,
    problem: `${issue?.path.join('.') || 'row'}: ${issue?.message}`,
  });
  return named.success ? { row: named.data, isWhole: false } : null;
}

/** A row that is not JSON has no fields. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
