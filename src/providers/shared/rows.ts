import { hash } from 'node:crypto';
import type { z } from 'zod';
import type { Clearance } from '../../domain/clearance';
import { plainVin } from '../../domain/vin';
import type { ListedRow } from '../provider';

/** A row of a list that could not be read as it should. */
export interface SkippedRow {
  /** Its place in the reply, from 0. */
  readonly index: number;
  /** Null where the row does not even say this: then it is left out of the list. */
  readonly vin: string | null;
  /** Which field is wrong, and how. No value of the reply. */
  readonly problem: string;
}

interface Read<Row> {
  readonly row: Row;
  readonly isWhole: boolean;
}

/** Reads rows of a provider's list. */
export interface RowReader<Row> {
  /** Null for a row that does not say which vehicle it is about; not whole where it says little more. */
  read(value: unknown, index: number): Read<Row> | null;
  /** The same of its JSON. */
  readBytes(bytes: Buffer, index: number): Read<Row> | null;
  /**
   * One row as it came, read only when somebody wants to know. Its bytes are looked at in `read`, and may be gone later.
   */
  listed(bytes: Buffer, index: number): ListedRow;
}

/**
 * @param whole a row as it should be.
 * @param named what is read of one that is not: it says its vehicle.
 * @param toClearance a row in our words.
 * @param onSkipped told of each row that is not as it should be.
 */
export function rowReader<Row extends { readonly vin: string }>(
  whole: z.ZodType<Row>,
  named: z.ZodType<Row>,
  toClearance: (row: Row) => Clearance,
  onSkipped: (row: SkippedRow) => void,
): RowReader<Row> {
  function read(value: unknown, index: number): Read<Row> | null {
    const asItShould = whole.safeParse(value);
    if (asItShould.success) return { row: asItShould.data, isWhole: true };
    const least = named.safeParse(value);
    const [issue] = asItShould.error.issues;
    onSkipped({
      index,
      vin: least.success ? plainVin(least.data.vin) : null,
      problem: `${issue?.path.join('.') || 'row'}: ${issue?.message}`,
    });
    return least.success ? { row: least.data, isWhole: false } : null;
  }

  const readBytes = (bytes: Buffer, index: number) => read(parsed(bytes), index);

  return {
    read,
    readBytes,
    listed: (bytes, index) => ({
      fingerprint: hash('sha256', bytes, 'binary'),
      read: () => {
        const found = readBytes(bytes, index);
        if (!found) return null;
        return { vin: plainVin(found.row.vin), clearance: found.isWhole ? toClearance(found.row) : null };
      },
    }),
  };
}

/** A row that is not JSON has no fields. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
