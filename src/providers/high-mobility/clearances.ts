import { isDeepStrictEqual } from 'node:util';
import {
  type ChangelogEntry,
  type Clearance,
  changedAt,
  countsBefore,
  type RowFacts,
} from '../../domain/clearance';
import { plainVin } from '../../domain/vin';
import { type RowReader, rowReader, type SkippedRow } from '../shared/rows';
import { keepText } from '../shared/text';
import { readTimestamp } from '../shared/timestamp';
import { type ClearanceRow, clearanceRow, namedRow } from './schemas';
import { readStatus } from './status';

/**
 * One row in our words. The VIN is in capitals. The reason is that of the newest entry with the row's status; where
 * that has none, the one beside the status ("in the `reason` field of a clearance object", Activation Process).
 */
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
    vin: plainVin(row.vin),
    ...readStatus(row.status, textOrNull(current?.reason) ?? textOrNull(row.reason)),
    brand: row.brand ?? null,
    tags: stringsOf(row.tags),
    changelog: dated.map(
      ({ entry, at }): ChangelogEntry => ({ ...readStatus(entry.status, textOrNull(entry.reason)), at }),
    ),
    newestChange: dated.at(-1)?.at ?? null,
  };
}

/**
 * The clearances of a list, one for each VIN: of several rows the one that counts (`countsBefore`).
 * A bad row never loses the others. If it names its vehicle it stays, as `unknown`, because a vehicle
 * that is left out would be taken for one that the provider does not have, and be submitted again.
 */
export function toClearances(rows: readonly unknown[], onSkipped: (row: SkippedRow) => void): Clearance[] {
  const byVin = new Map<string, Clearance[]>();
  const reader = rowsOf(onSkipped);
  for (const [index, value] of rows.entries()) {
    const read = reader.read(value, index);
    if (!read) continue;
    const clearance = toClearance(read.row);
    const others = byVin.get(clearance.vin) ?? [];
    if (!others.some((other) => isRepeated(other, clearance)))
      byVin.set(clearance.vin, [...others, clearance]);
  }
  return [...byVin.values()].map((all) => all.reduce(joined));
}

const DAY = 86_400_000;

/**
 * Whether a row is another one once more, as in a list that moved while it was read. Rows are counted, and one more than before a
 * request is the request's. Without a time of the day it may be another request, though it says the same.
 */
function isRepeated(row: Clearance, other: Clearance): boolean {
  const isTimed = row.changelog.some(({ at }) => at % DAY !== 0);
  return isTimed && isDeepStrictEqual(row, other);
}

/** One record of two of the same VIN, of which the second stands behind the first in the list. */
function joined(first: Clearance, second: Clearance): Clearance {
  const counting = countsBefore(factsOf(second), factsOf(first), true) ? second : first;
  const rows = (first.rows ?? 1) + (second.rows ?? 1);
  return { ...counting, newestChange: later(first.newestChange, second.newestChange), rows };
}

function later(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** Reads rows of the list. */
export function rowsOf(onSkipped: (row: SkippedRow) => void): RowReader<ClearanceRow> {
  return rowReader(clearanceRow, namedRow, toClearance, onSkipped);
}

function factsOf(clearance: Clearance): RowFacts {
  return { status: clearance.status, changedAt: changedAt(clearance) };
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
