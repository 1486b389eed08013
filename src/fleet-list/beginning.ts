import { plainName } from '../domain/name';
import { headerFit } from './headings';
import { looksLikeVehicle } from './looks';
import { type GoodRecord, type ListRecord, RecordReader } from './records';

/** What the beginning of a list says about the rest of it. */
export interface Beginning {
  /** The values of the header; those of the row that comes nearest to one where nothing is a header. */
  readonly header: readonly string[];
  /** The line of the header. */
  readonly line: number;
  readonly delimiter: string;
  /** Reads on, from the first row after the header. */
  readonly reader: RecordReader;
  /** What stands after the header in the text that was read so far. */
  readonly records: readonly ListRecord[];
  readonly notes: readonly string[];
}

/** What spreadsheets write between values. In front what wins where nothing else decides. */
const DELIMITERS = [',', ';', '\t', '|'];
/** A title or an empty line may stand before the header, but not much. */
const HEADER_WITHIN = 20;
/** So much text is enough to find it. */
export const BEGINNING = 16 * 1024;
const HEAD_LINES = 2 * HEADER_WITHIN;

/**
 * Finds the header of a list and what separates its values: what a first line `sep=;` says if the header agrees,
 * else what makes columns `vin` and `brand` of one of the first rows.
 *
 * @param text the beginning of the list, or all of it.
 */
export function readBeginning(text: string, isAll: boolean): Beginning | undefined {
  const separated = /^\uFEFF*[\t ]*"?sep=(?!["\r\n])(.)"?[\s,;|]*?(?:\r\n|\n|\r|$)/i.exec(text);
  const named = separated?.[1];
  const from = separated?.[0].length ?? 0;
  const candidates = [...(named ? [named] : []), ...DELIMITERS.filter((one) => one !== named)];
  const rest = text.slice(from);
  const line = from > 0 ? 2 : 1;
  const head = headOf(rest);
  const tried = candidates.map((delimiter) => attempt(head, isAll && head === rest, delimiter, line));
  const best = tried.reduce((found, one) => (isBetter(one, found) ? one : found));
  return best && attempt(rest, isAll, best.beginning.delimiter, line)?.beginning;
}

/** The first lines: a separator that does not fit costs time with each line. */
function headOf(text: string): string {
  const ends = /\r\n?|\n/g;
  for (let lines = 0; lines < HEAD_LINES; lines += 1) {
    if (ends.exec(text) === null) return text;
  }
  return text.slice(0, ends.lastIndex);
}

interface Attempt {
  readonly fit: number;
  readonly at: number;
  readonly columns: number;
  readonly beginning: Beginning;
}

/** From here on a row is a header: `headerFit`. */
const HEADER = 2;

function isBetter(one: Attempt | undefined, best: Attempt | undefined): boolean {
  if (one === undefined || best === undefined) return best === undefined;
  if (one.fit !== best.fit) return one.fit > best.fit;
  return one.fit >= HEADER ? one.at < best.at : one.columns > best.columns;
}

function attempt(text: string, isAll: boolean, delimiter: string, line: number): Attempt | undefined {
  const reader = new RecordReader(delimiter, line);
  const records = [...reader.read(text), ...(isAll ? reader.end() : [])];
  const [header, fit] = findHeader(records) ?? [];
  if (header === undefined || fit === undefined) return undefined;
  const at = records.indexOf(header);
  const skipped = records.slice(0, at).filter((record) => !isBlank(record));
  const where = skipped.map((record) => record.line).join(', ');
  const lines = skipped.length === 1 ? `line ${where} is` : `the lines ${where} are`;
  const notes = skipped.length > 0 ? [`${lines} left out: the header is line ${header.line}`] : [];
  const { cells } = header;
  return {
    fit,
    at,
    columns: cells.length,
    beginning: { header: cells, line: header.line, delimiter, reader, records: records.slice(at + 1), notes },
  };
}

/**
 * The header, or the row that comes nearest to one, and how near. It stands above the first vehicle; where nothing in
 * it is known it is the row just above.
 */
function findHeader(records: readonly ListRecord[]): readonly [GoodRecord, number] | undefined {
  const rows = records.filter((record): record is GoodRecord => 'cells' in record && !isBlank(record));
  const first = rows.slice(0, HEADER_WITHIN + 1).findIndex(({ cells }) => looksLikeVehicle(cells));
  const above = rows.slice(0, first < 0 ? HEADER_WITHIN : Math.min(first, HEADER_WITHIN));
  const fits = above.map((row) => [row, headerFit(row.cells)] as const);
  const best = fits.reduce<(typeof fits)[number] | undefined>(
    (found, one) => (found === undefined || one[1] > found[1] ? one : found),
    undefined,
  );
  if (best && best[1] > 0) return best;
  const nearest = first > 0 ? above.at(-1) : rows[0];
  return nearest && [nearest, 0];
}

/** Whether a row says nothing. A DOS end mark says nothing either. */
export function isBlank(record: ListRecord): boolean {
  return 'cells' in record && record.cells.every(isEmpty);
}

function isEmpty(cell: string): boolean {
  const first = cell.charCodeAt(0);
  if (first >= 0x41 && first <= 0x7a) return false;
  return /^[\p{Cc} ,;|]*$/u.test(cell) || (!/^[!-~]/.test(cell) && plainName(cell) === '');
}
