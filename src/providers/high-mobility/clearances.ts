import { type ChangelogEntry, type Clearance, changedAt } from '../../domain/clearance';
import { type ClearanceRow, clearanceRow, namedRow } from './schemas';
import { readTimestamp } from './timestamp';
import { keepText, readStatus, vinKey } from './words';

/** A row of a list that could not be read as it should. */
export interface SkippedRow {
  /** Its place in the reply, from 0. */
  readonly index: number;
  /** Null where the row does not even say this: then it is left out of the list. */
  readonly vin: string | null;
  /** Which field is wrong, and how. No value of the reply. */
  readonly problem: string;
}

/** One row in our words. The VIN is in capitals. */
export function toClearance(row: ClearanceRow): Clearance {
  const rows = (row.changelog ?? []).filter((entry) => entry !== null);
  const dated = rows
    .map((entry) => ({ entry, at: readTimestamp(entry.timestamp) }))
    .filter((one): one is { entry: (typeof rows)[number]; at: number } => one.at !== null)
    .sort((a, b) => a.at - b.at);
  // An entry without a readable time still tells the reason, when no dated one does.
  const isCurrent = (entry: { status: string }) => sameWord(entry.status, row.status);
  const current = dated.findLast(({ entry }) => isCurrent(entry))?.entry ?? rows.findLast(isCurrent);
  return {
    vin: vinKey(row.vin),
    ...readStatus(row.status, textOrNull(current?.reason)),
    brand: row.brand ?? null,
    tags: stringsOf(row.tags),
    changelog: dated.map(
      ({ entry, at }): ChangelogEntry => ({ ...readStatus(entry.status, textOrNull(entry.reason)), at }),
    ),
  };
}

/**
 * The clearances of a list, one for each VIN. A VIN that was cleared again has several rows: the one with
 * the newest changelog counts, the later in the list where that is equal; a row without times is the oldest.
 * A bad row never loses the others. If it names its vehicle it stays, as `unknown`, because a vehicle
 * that is left out would be taken for one that the provider does not have, and be submitted again.
 */
export function toClearances(rows: readonly unknown[], onSkipped: (row: SkippedRow) => void): Clearance[] {
  const newest = new Map<string, Clearance>();
  for (const [index, value] of rows.entries()) {
    const row = readRow(value, index, onSkipped);
    if (!row) continue;
    const clearance = toClearance(row);
    const other = newest.get(clearance.vin);
    if (!other || lastChange(clearance) >= lastChange(other)) newest.set(clearance.vin, clearance);
  }
  return [...newest.values()];
}

function readRow(value: unknown, index: number, onSkipped: (row: SkippedRow) => void): ClearanceRow | null {
  const whole = clearanceRow.safeParse(value);
  if (whole.success) return whole.data;
  const named = namedRow.safeParse(value);
  const [issue] = whole.error.issues;
  onSkipped({
    index,
    vin: named.success ? vinKey(named.data.vin) : null,
    problem: `${issue?.path.join('.') || 'row'}: ${issue?.message}`,
  });
  return named.success ? named.data : null;
}

function lastChange(clearance: Clearance): number {
  return changedAt(clearance) ?? Number.NEGATIVE_INFINITY;
}

function sameWord(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function textOrNull(text: string | null | undefined): string | null {
  return text?.trim() ? keepText(text) : null;
}

function stringsOf(tags: ClearanceRow['tags']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags ?? {}).filter((tag): tag is [string, string] => typeof tag[1] === 'string'),
  );
}
