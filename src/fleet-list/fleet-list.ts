import { createReadStream } from 'node:fs';
import { tooLarge } from '../bounds';
import type { Catalogue } from '../domain/catalogue-schema';
import type { Odometer } from '../domain/clearance';
import { missingTags, type Rules, rulesFor } from '../domain/rules';
import { checkVin } from '../domain/vin';
import { VinError } from '../errors';
import { type Delimiter, plainCell, splitCells } from './cells';
import { type Columns, readHeader } from './columns';
import { type Line, linesOf } from './lines';
import { parseOdometer } from './odometer';

/** A vehicle as a fleet's list names it. `tags` are those of its row; the policy's defaults come later. */
export interface ListedVehicle {
  readonly vin: string;
  /** The id of the brand in the catalogue. */
  readonly brand: string;
  readonly fleet?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly odometer?: Odometer;
}

/** A row that can be used. `line` counts from 1, with the header. */
export interface GoodRow {
  readonly ok: true;
  readonly line: number;
  readonly vehicle: ListedVehicle;
  /** The text of the column `expect`, which only a trial reads. */
  readonly expect?: string;
  readonly warnings: readonly string[];
}

/** A row that cannot be used: what is wrong with which value, and what to do about it. */
export interface BadRow {
  readonly ok: false;
  readonly line: number;
  /** What stands in the column `vin`, as far as the row could be read. */
  readonly vin: string;
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
  readonly expect?: string;
}

export type Row = GoodRow | BadRow;

/** The rows of one piece of a list. */
export interface Batch {
  readonly rows: readonly Row[];
  /** What separates the values of the list. */
  readonly delimiter: Delimiter;
  /** Bytes of the list that have been read so far. */
  readonly bytes: number;
}

export interface FleetListOptions {
  readonly catalogue: Catalogue;
  /** Whether the provider's test VINs are allowed. */
  readonly sandbox: boolean;
}

/**
 * Reads a fleet's list: CSV with a header, separated by commas or semicolons, one vehicle a line.
 * Rows come as they are read, good and bad ones; a bad row never stops the others.
 *
 * @param source the path of a file, or its bytes.
 * @throws VinError `LIST_UNREADABLE`, `LIST_COLUMN_MISSING`, `LIST_COLUMN_TWICE`, each for the whole list.
 */
export async function* readFleetList(
  source: string | AsyncIterable<Uint8Array | string>,
  options: FleetListOptions,
): AsyncGenerator<Row> {
  for await (const { rows } of readBatches(source, options)) yield* rows;
}

/**
 * As `readFleetList`, in batches of what one read of the file gives: a long list is read in a fraction of the
 * time. There is at least one batch, also of a list without rows.
 */
export async function* readBatches(
  source: string | AsyncIterable<Uint8Array | string>,
  options: FleetListOptions,
): AsyncGenerator<Batch> {
  let columns: Columns | undefined;
  let notes: readonly string[] = [];
  const readRow = rowReader(options);
  for await (const { lines, bytes } of linesOf(typeof source === 'string' ? fileBytes(source) : source)) {
    const rows: Row[] = [];
    for (const line of lines) {
      if (/^[\s,;]*$/.test(line.text)) continue;
      if (columns === undefined) {
        columns = readHeader(line.text);
        notes = columns.ignored.map((name) => `the column "${name}" is not known and is ignored`);
        continue;
      }
      const row = readRow(line, columns);
      rows.push(row.ok && notes.length > 0 ? { ...row, warnings: [...notes, ...row.warnings] } : row);
      if (row.ok) notes = [];
    }
    if (columns) yield { rows, delimiter: columns.delimiter, bytes };
  }
  if (columns === undefined) readHeader('');
}

/** What a row is read into, or the problem that ends its reading. */
class RowProblem {
  constructor(
    readonly value: string,
    readonly problem: string,
    readonly remedy: string,
  ) {}
}

/** Reads row after row, and remembers on which line each VIN was. */
function rowReader(options: FleetListOptions): (line: Line, columns: Columns) => Row {
  const firstLines = new Map<string, number>();
  const rulesOf = rulesReader(options.catalogue);

  const readVehicle = (cell: (column: string) => string, tags: Record<string, string>) => {
    const check = checkVin(cell('vin'), options);
    if (!check.ok) throw new RowProblem(cell('vin'), `the VIN ${check.problem}`, check.remedy);
    const first = firstLines.get(check.vin);
    if (first !== undefined) {
      throw new RowProblem(check.vin, `the VIN is already on line ${first}`, 'Delete one of the two rows.');
    }
    const rules = rulesOf(cell('brand'));
    const missing = missingTags(rules, tags);
    if (missing.length > 0) {
      throw new RowProblem(
        check.vin,
        `${rules.brand.name} needs the tag ${missing.join(', ')}`,
        `Fill the column tag:${missing[0]}, or set the tag in defaultTags of your catalogue file.`,
      );
    }
    const large = tooLarge({ brand: rules.brand.id, fleet: cell('fleet'), tags });
    if (large) throw new RowProblem(check.vin, large.problem, 'Shorten it in this row.');
    const odometer = cell('odometer') ? parseOdometer(cell('odometer')) : undefined;
    if (cell('odometer') && !odometer) {
      throw new RowProblem(cell('odometer'), 'is not an odometer', 'Write for example 2050km or 1200mi.');
    }
    const vehicle: ListedVehicle = {
      vin: check.vin,
      brand: rules.brand.id,
      ...(cell('fleet') && { fleet: cell('fleet') }),
      tags,
      ...(odometer && { odometer }),
    };
    return { vehicle, warnings: check.warnings.map((warning) => `the VIN ${warning}`) };
  };

  return (line, columns) => {
    let vin = '';
    let expect = '';
    try {
      const cells = cellsOf(line, columns);
      const cell = (column: string) => plainCell(cells[columns.named.get(column) ?? -1] ?? '');
      vin = cell('vin');
      const tagCells = [...columns.tags].map(([key, index]) => [key, plainCell(cells[index] ?? '')] as const);
      expect = cell('expect');
      const read = readVehicle(cell, Object.fromEntries(tagCells.filter(([, value]) => value !== '')));
      // A copy: a piece of a string keeps the whole string, and so the whole list, in memory.
      firstLines.set(Buffer.from(read.vehicle.vin).toString('latin1'), line.number);
      return { ok: true, line: line.number, ...read, ...(expect && { expect }) };
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      return { ok: false, line: line.number, vin, ...error, ...(expect && { expect }) };
    }
  };
}

function cellsOf(line: Line, columns: Columns): string[] {
  const shown = line.text.length > 60 ? `${line.text.slice(0, 60)}…` : line.text;
  if (line.tooLong) {
    throw new RowProblem(shown, 'the line is much too long', 'Check that each vehicle has its own line.');
  }
  const cells = splitCells(line.text, columns.delimiter);
  if (cells === undefined) {
    throw new RowProblem(
      shown,
      'the quotes do not fit together',
      'Put a value in quotes as a whole, on one line, and write a quote inside it twice.',
    );
  }
  if (cells.length !== columns.count) {
    throw new RowProblem(
      shown,
      `has ${cells.length} columns instead of ${columns.count}`,
      `Give it as many values as the header has, and put a value that contains "${columns.delimiter}" in quotes.`,
    );
  }
  return cells;
}

/** Looks rules up by what the list calls the brand; the same few spellings come again and again. */
function rulesReader(catalogue: Catalogue): (brand: string) => Rules {
  const known = new Map<string, Rules>();
  return (brand) => {
    const found = known.get(brand);
    if (found) return found;
    if (brand === '')
      throw new RowProblem('', 'has no brand', 'Write the brand of the vehicle, for example bmw.');
    try {
      const rules = rulesFor(catalogue, brand, { speed: 1 });
      if (known.size < 1_000) known.set(brand, rules);
      return rules;
    } catch (error) {
      if (!(error instanceof VinError)) throw error;
      throw new RowProblem(brand, 'is not a brand that the catalogue knows', error.next);
    }
  };
}

/** A piece of this size has two or three hundred rows: so often is there something new to see. */
const READ_SIZE = 8 * 1024;

async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: READ_SIZE });
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new VinError(
      'LIST_UNREADABLE',
      `The list ${path} cannot be read (${why}).`,
      'Check the path and the permissions.',
      { cause },
    );
  }
}
