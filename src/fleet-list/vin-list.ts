import { VinError } from '../base/errors';
import { isBlank, readBeginning } from './beginning';
import { plainCell, plainCells } from './cells';
import { decoded } from './encoding';
import { readHeading } from './headings';
import { fileBytes, unreadable } from './list-file';
import { looksLikeTotal, looksLikeVin } from './looks';
import { type GoodRecord, type ListRecord, RecordReader } from './records';

/** A vehicle that a list names by its VIN alone. */
export interface ListedVin {
  /** Counts from 1. */
  readonly line: number;
  /** As it stands there, but for what a program puts round or into it. */
  readonly text: string;
}

/** Characters: it is read as a whole. */
const LONGEST = 256 * 1024 * 1024;

/** What spreadsheets write between values. */
const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Reads the VINs of a list: one a line, or the column `vin` of what `vin import`, its result or `vin list -o csv` has, in every
 * form in which an import reads it. Other columns are not looked at.
 *
 * @param source the path of a file, or its bytes.
 * @throws VinError `LIST_UNREADABLE`, `LIST_ENCODING`, `LIST_COLUMN_MISSING`.
 */
export async function readVinList(source: string | AsyncIterable<Uint8Array | string>): Promise<ListedVin[]> {
  let text = '';
  const path = typeof source === 'string' ? source : 'on stdin';
  const bytes = typeof source === 'string' ? fileBytes(source) : source;
  for await (const piece of decoded(bytes)) {
    text += piece.text;
    if (text.length > LONGEST) throw unreadable(path, 'it is far too large');
  }
  const beginning = readBeginning(text, true);
  const at = beginning?.header.findIndex(isHeadingOfVins) ?? -1;
  if (beginning && at >= 0) return vinsUnder(saying(beginning.records), at);
  const records = recordsOf(text);
  const [first] = records;
  if (!first) return [];
  const vinAt = first.cells.length === 1 ? 0 : first.cells.findIndex(looksLikeVin);
  if (vinAt >= 0) return vinsIn(records, vinAt);
  throw new VinError(
    'LIST_COLUMN_MISSING',
    'The list has no column "vin".',
    'Write one VIN a line, or name the column of the VINs "vin" in the first line.',
  );
}

/** The rows that say something. A line that cannot be read as a row is a row of one value: its VIN is then refused. */
function recordsOf(text: string): GoodRecord[] {
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const reader = new RecordReader(DELIMITERS.find((one) => head.includes(one)) ?? ',');
  const records: ListRecord[] = [...reader.read(text), ...reader.end()];
  return saying(records);
}

function saying(records: readonly ListRecord[]): GoodRecord[] {
  return records
    .filter((record) => !isBlank(record))
    .map((record) => ('cells' in record ? record : { line: record.line, cells: [record.text] }));
}

function isHeadingOfVins(cell: string): boolean {
  return readHeading(cell).known === 'vin';
}

/** Without the heading once more, where lists were joined, and without what adds up the others at the end. */
function vinsUnder(records: readonly GoodRecord[], at: number): ListedVin[] {
  const isTotal = ({ cells }: GoodRecord): boolean => looksLikeTotal(cells, { vin: at, brand: -1 });
  const end = records.findLastIndex((record) => !isTotal(record)) + 1;
  return vinsIn(
    records.slice(0, end).filter(({ cells }) => !isHeadingOfVins(cells[at] ?? '')),
    at,
  );
}

function vinsIn(records: readonly GoodRecord[], at: number): ListedVin[] {
  return records.map(({ line, cells }) => {
    const text = plainCell(plainCells(cells, at)[at] ?? '');
    return { line, text: looksLikeVin(text) ? text.replace(/\s+/g, '') : text };
  });
}
