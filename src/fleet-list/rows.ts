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
import { undamaged } from './encoding';
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
  private readonly fleetOf: (text: string) => string;
  /** Whether a good row has told of the columns that are ignored. */
  private hasTold = false;

  constructor(private readonly options: FleetListOptions) {
    this.rulesOf = rulesReader(options.catalogue);
    this.fleetOf = remembered(readFleet);
  }

  read(records: readonly ListRecord[], columns: Columns, delimiter: string): Row[] {
    const rows: Row[] = [];
    for (const record of records) {
      if (isBlank(record) || columns.isHeader(record)) continue;
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
    const { at } = columns;
    const cells = plainCells(record.cells, at.vin);
    const expect = at.expect < 0 ? '' : plainName(valueAt(cells, at.expect));
    try {
      checkEnd(cells, columns, delimiter);
      const tags = readTags(cells, columns);
      const { vehicle, warnings } = this.readVehicle(cells, tags, columns);
      this.firstLines.set(vehicle.vin, line);
      const row = { ok: true, line, vehicle, warnings } as const;
      return expect === '' ? row : { ...row, expect };
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      return { ok: false, line, vin: shortened(valueAt(cells, at.vin)), ...error, ...(expect && { expect }) };
    }
  }

  private readVehicle(
    cells: readonly string[],
    tags: Readonly<Record<string, string>>,
    { at, odometerUnit }: Columns,
  ): { readonly vehicle: ListedVehicle; readonly warnings: readonly string[] } {
    const written = valueAt(cells, at.vin);
    const check = checkVin(written, this.options);
    if (!check.ok) throw new RowProblem(shortened(written), `the VIN ${check.problem}`, check.remedy);
    const { vin } = check;
    const first = this.firstLines.get(vin);
    if (first !== undefined) {
      throw new RowProblem(vin, `the VIN is already on line ${first}`, 'Delete one of the two rows.');
    }
    const rules = this.rulesOf(valueAt(cells, at.brand));
    const missing = missingTags(rules, tags);
    if (missing.length > 0) {
      throw new RowProblem(
        vin,
        `${rules.brand.name} needs the tag ${missing.join(', ')}`,
        `Fill the column tag:${missing[0]}, or set the tag in defaultTags of your catalogue file.`,
      );
    }
    const fleet = this.fleetOf(valueAt(cells, at.fleet));
    const large = tags === NO_TAGS ? null : tooLarge({ brand: rules.brand.id, tags });
    if (large) throw new RowProblem(vin, large.problem, 'Shorten it in this row.');
    const odometer = readOdometer(valueAt(cells, at.odometer), odometerUnit);
    const vehicle = vehicleOf({ vin, brand: rules.brand.id, tags }, fleet, odometer);
    const warnings = warningsOf(check.warnings, vehicle);
    return { vehicle, warnings };
  }
}

const NO_WARNINGS: readonly string[] = [];

/** What is odd about a good row. A name that a program has damaged before is taken as it is. */
function warningsOf(ofVin: readonly string[], { fleet = '', tags }: ListedVehicle): readonly string[] {
  let warnings = withDamage(NO_WARNINGS, fleet);
  for (const key of Object.keys(tags)) warnings = withDamage(warnings, tags[key] ?? '');
  return ofVin.length === 0 ? warnings : [...ofVin.map((one) => `the VIN ${one}`), ...warnings];
}

function withDamage(warnings: readonly string[], name: string): readonly string[] {
  const meant = undamaged(name);
  if (meant === undefined) return warnings;
  return [...warnings, `"${name}" looks damaged by a program: was "${meant}" meant?`];
}

/** Without spreading objects, which takes longer than all the rest for a long list. */
function vehicleOf(
  vehicle: {
    vin: string;
    brand: string;
    tags: Readonly<Record<string, string>>;
    fleet?: string;
    odometer?: Odometer;
  },
  fleet: string,
  odometer: Odometer | undefined,
): ListedVehicle {
  if (fleet !== '') vehicle.fleet = fleet;
  if (odometer) vehicle.odometer = odometer;
  return vehicle;
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

function valueAt(cells: readonly string[], index: number): string {
  return index < 0 ? '' : plainCell(cells[index] ?? '');
}

function readFleet(text: string): string {
  if (text === '' || plainName(text) === '') return '';
  const check = checkFleet(text);
  if (check.ok) return check.name;
  throw new RowProblem(shortened(text), `the fleet ${check.problem}`, check.remedy);
}

const NO_TAGS: Readonly<Record<string, string>> = {};

function readTags(cells: readonly string[], { tags }: Columns): Readonly<Record<string, string>> {
  if (tags.size === 0) return NO_TAGS;
  let read: Record<string, string> | undefined;
  for (const [key, index] of tags) {
    const text = plainCell(cells[index] ?? '');
    if (text === '' || plainName(text) === '') continue;
    const check = checkName(text, LONGEST_RECORD);
    if (!check.ok) throw new RowProblem(shortened(text), `the tag ${key} ${check.problem}`, check.remedy);
    read ??= {};
    if (key === '__proto__') Object.defineProperty(read, key, { value: check.name, enumerable: true });
    else read[key] = check.name;
  }
  return read ?? NO_TAGS;
}

function readOdometer(text: string, unit: string): Odometer | undefined {
  if (text === '' || plainName(text) === '') return undefined;
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

/** Looks rules up by what the list calls the brand. */
function rulesReader(catalogue: Catalogue): (brand: string) => Rules {
  return remembered((brand) => {
    if (plainName(brand) === '')
      throw new RowProblem('', 'has no brand', 'Write the brand of the vehicle, for example bmw.');
    try {
      return rulesFor(catalogue, brand, { speed: 1 });
    } catch (error) {
      if (!(error instanceof VinError)) throw error;
      throw new RowProblem(shortened(brand), 'is not a brand that the catalogue knows', error.next);
    }
  });
}

/** The same few spellings come again and again. What fails is tried again. */
function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = read(text);
    if (known.size < 1_000) known.set(text, made);
    return made;
  };
}
