import { tooLarge } from '../bounds';
import type { Catalogue } from '../domain/catalogue-schema';
import type { Odometer } from '../domain/clearance';
import { checkFleet, checkName, plainName } from '../domain/name';
import { missingTags, type Rules, rulesFor } from '../domain/rules';
import { checkVin } from '../domain/vin';
import { VinError } from '../errors';
import { isBlank } from './beginning';
import { plainCell, plainCells } from './cells';
import { type Columns, columnAt } from './columns';
import type { FleetListOptions, ListedVehicle, Row } from './fleet-list';
import { parseOdometer } from './odometer';
import { type BadRecord, type GoodRecord, type ListRecord, LONGEST_RECORD } from './records';

/** What a row is read into, or the problem that ends its reading. */
class RowProblem {
  constructor(
    readonly value: string,
    readonly problem: string,
    readonly remedy: string,
  ) {}
}

/** Reads row after row of one list, and remembers on which line each VIN was. */
export class RowReader {
  private readonly firstLines = new Map<string, number>();
  private readonly rulesOf: (brand: string) => Rules;
  /** Whether a good row has told of the columns that are ignored. */
  private hasTold = false;

  constructor(private readonly options: FleetListOptions) {
    this.rulesOf = rulesReader(options.catalogue);
  }

  read(records: readonly ListRecord[], columns: Columns, delimiter: string): Row[] {
    const rows: Row[] = [];
    for (const record of records) {
      if (isBlank(record)) continue;
      const row = 'cells' in record ? this.readRow(record, columns, delimiter) : notARow(record);
      if (!row.ok || this.hasTold) rows.push(row);
      else {
        this.hasTold = true;
        const notes = columns.ignored.map((name) => `the column "${name}" is not known and is ignored`);
        rows.push(notes.length > 0 ? { ...row, warnings: [...notes, ...row.warnings] } : row);
      }
    }
    return rows;
  }

  private readRow(record: GoodRecord, columns: Columns, delimiter: string): Row {
    const { line } = record;
    const { named } = columns;
    const cells = plainCells(record.cells, named.get('vin') ?? -1);
    const cell = (column: string): string => plainCell(cells[named.get(column) ?? -1] ?? '');
    const vin = cell('vin');
    const expect = named.has('expect') ? plainName(cell('expect')) : '';
    try {
      checkEnd(cells, columns, delimiter);
      const tags = readTags(cells, columns);
      const { vehicle, warnings } = this.readVehicle(cell, tags, columns.odometerUnit);
      // A copy: a piece of a string keeps the whole string, and so the whole list, in memory.
      this.firstLines.set(Buffer.from(vehicle.vin).toString('latin1'), line);
      return { ok: true, line, vehicle, warnings, ...(expect && { expect }) };
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      return { ok: false, line, vin: shortened(vin), ...error, ...(expect && { expect }) };
    }
  }

  private readVehicle(
    cell: (column: string) => string,
    tags: Record<string, string>,
    odometerUnit: string,
  ): { readonly vehicle: ListedVehicle; readonly warnings: readonly string[] } {
    const check = checkVin(cell('vin'), this.options);
    if (!check.ok) throw new RowProblem(shortened(cell('vin')), `the VIN ${check.problem}`, check.remedy);
    const { vin } = check;
    const first = this.firstLines.get(vin);
    if (first !== undefined) {
      throw new RowProblem(vin, `the VIN is already on line ${first}`, 'Delete one of the two rows.');
    }
    const rules = this.rulesOf(cell('brand'));
    const missing = missingTags(rules, tags);
    if (missing.length > 0) {
      throw new RowProblem(
        vin,
        `${rules.brand.name} needs the tag ${missing.join(', ')}`,
        `Fill the column tag:${missing[0]}, or set the tag in defaultTags of your catalogue file.`,
      );
    }
    const fleet = readFleet(cell('fleet'));
    const large = tooLarge({ brand: rules.brand.id, tags });
    if (large) throw new RowProblem(vin, large.problem, 'Shorten it in this row.');
    const odometer = readOdometer(cell('odometer'), odometerUnit);
    const vehicle = {
      vin,
      brand: rules.brand.id,
      ...(fleet && { fleet }),
      tags,
      ...(odometer && { odometer }),
    };
    return { vehicle, warnings: check.warnings.map((warning) => `the VIN ${warning}`) };
  }
}

function notARow({ line, text, problem }: BadRecord): Row {
  const shown = shortened(text);
  return problem === 'too-long'
    ? {
        ok: false,
        line,
        vin: '',
        value: shown,
        problem: `the line is much too long (over ${LONGEST_RECORD} characters)`,
        remedy: 'Check that each vehicle has its own line.',
      }
    : {
        ok: false,
        line,
        vin: '',
        value: shown,
        problem: 'the quotes do not fit together',
        remedy: 'Put a value in quotes as a whole, and write a quote inside it twice.',
      };
}

/** Spreadsheets leave empty values out at the end of a row, or write more of them than the header has. */
function checkEnd(cells: readonly string[], { count }: Columns, delimiter: string): void {
  for (let index = count; index < cells.length; index += 1) {
    const value = plainName(cells[index] ?? '');
    if (value === '') continue;
    const separator = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
    throw new RowProblem(
      shortened(value),
      `stands in ${columnAt(index)}, but the header ends with ${columnAt(count - 1)}`,
      `Delete it, or name its column in the header; put a value that contains ${separator} in quotes.`,
    );
  }
}

function readFleet(text: string): string {
  if (plainName(text) === '') return '';
  const check = checkFleet(text);
  if (check.ok) return check.name;
  throw new RowProblem(shortened(text), `the fleet ${check.problem}`, check.remedy);
}

function readTags(cells: readonly string[], { tags }: Columns): Record<string, string> {
  if (tags.size === 0) return {};
  const read: (readonly [string, string])[] = [];
  for (const [key, index] of tags) {
    const text = plainCell(cells[index] ?? '');
    if (plainName(text) === '') continue;
    const check = checkName(text, LONGEST_RECORD);
    if (!check.ok) throw new RowProblem(shortened(text), `the tag ${key} ${check.problem}`, check.remedy);
    read.push([key, check.name]);
  }
  return Object.fromEntries(read);
}

function readOdometer(text: string, unit: string): Odometer | undefined {
  if (plainName(text) === '') return undefined;
  const odometer = parseOdometer(text, unit);
  if (odometer) return odometer;
  if (/^\s*\d+(?:[.,]\d+)?E[+-]?\d+/i.test(text)) {
    throw new RowProblem(
      shortened(text),
      'is an odometer that a spreadsheet has written as a short number',
      'Format the column as text, then write for example 2050km.',
    );
  }
  throw new RowProblem(shortened(text), 'is not an odometer', 'Write for example 2050km or 1200mi.');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Looks rules up by what the list calls the brand; the same few spellings come again and again. */
function rulesReader(catalogue: Catalogue): (brand: string) => Rules {
  const known = new Map<string, Rules>();
  return (brand) => {
    const found = known.get(brand);
    if (found) return found;
    if (plainName(brand) === '')
      throw new RowProblem('', 'has no brand', 'Write the brand of the vehicle, for example bmw.');
    try {
      const rules = rulesFor(catalogue, brand, { speed: 1 });
      if (known.size < 1_000) known.set(brand, rules);
      return rules;
    } catch (error) {
      if (!(error instanceof VinError)) throw error;
      throw new RowProblem(shortened(brand), 'is not a brand that the catalogue knows', error.next);
    }
  };
}
