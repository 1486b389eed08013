import { tooLarge } from '../config/bounds';
import type { Odometer } from '../domain/clearance';
import { plainName } from '../domain/name';
import { missingTags, type Rules } from '../domain/rules';
import { textKey } from '../domain/text-key';
import { checkVin, type VinCheck } from '../domain/vin';
import { isBlank } from './beginning';
import { plainCells } from './cells';
import { type Columns, columnAt } from './columns';
import { undamaged } from './encoding';
import type { BadRow, ElsewhereOptions, FleetListOptions, ListedVehicle, ListRow } from './fleet-list';
import { readHeading } from './headings';
import { looksLikeTotal, looksLikeVin } from './looks';
import { type BadRecord, type GoodRecord, type ListRecord, LONGEST_RECORD } from './records';
import {
  NO_TAGS,
  RowProblem,
  readExternalId,
  readFleet,
  readOdometer,
  readTags,
  refuseMishap,
  remembered,
  rulesReader,
  shortened,
  valueAt,
  writtenIn,
} from './values';

/** How the rows of one application are read. */
interface Reading {
  readonly options: ElsewhereOptions | FleetListOptions;
  readonly rulesOf: (brand: string, fleet: string) => Rules;
  /** Absent: that of the list. */
  readonly application?: string;
}

/** A vehicle may be in a list once for each application. */
function keyOf({ vin, application = '' }: { readonly vin: string; readonly application?: string }): string {
  return application === '' ? vin : `${application} ${vin}`;
}

/** So many rows at the end of a list may add up the others. */
const MOST_TOTALS = 10;

/** Reads row after row of one list, and remembers on which line each VIN was. */
export class RowReader {
  private readonly firstLines = new Map<string, number>();
  private readonly here: Reading;
  private readonly elsewhere = new Map<string, Reading>();
  private readonly fleetOf: (text: string) => string;
  /** Rows that look like totals, until it is known whether they are the last ones. */
  private totals: BadRow[] = [];
  private isEmpty = true;
  private hasSpaces = false;
  private notes: string[] = [];

  constructor(private readonly options: FleetListOptions) {
    this.here = { options, rulesOf: rulesReader(options.catalogue) };
    this.fleetOf = remembered(readFleet);
  }

  read(records: readonly ListRecord[], columns: Columns, delimiter: string): ListRow[] {
    const rows: ListRow[] = [];
    for (const record of records) {
      if (isBlank(record) || columns.isHeader(record)) continue;
      const row = 'cells' in record ? this.readRow(record, columns, delimiter) : notARow(record);
      if (!row.ok && 'cells' in record && looksLikeTotal(record.cells, columns.at)) {
        this.totals.push(row);
        if (this.totals.length > MOST_TOTALS) rows.push(this.totals.shift() as BadRow);
        continue;
      }
      if (this.totals.length > 0) rows.push(...this.totals.splice(0));
      rows.push(row);
    }
    if (rows.length > 0) this.isEmpty = false;
    return rows;
  }

  /** The list has ended: what is left now adds up the others. */
  end(): void {
    for (const { line } of this.totals.splice(0)) {
      this.notes.push(`line ${line} looks like a total row and is left out`);
    }
    if (this.isEmpty) this.notes.push('the list has a header and no vehicles');
  }

  /** What a person should know of the rows that were read; each note comes once. */
  takeNotes(): readonly string[] {
    return this.notes.length > 0 ? this.notes.splice(0) : NO_NOTES;
  }

  private readRow(record: GoodRecord, columns: Columns, delimiter: string): ListRow {
    const { line } = record;
    const { at } = columns;
    const cells = plainCells(record.cells, at.vin);
    const expect = at.expect < 0 ? '' : plainName(valueAt(cells, at.expect));
    try {
      checkEnd(cells, columns, delimiter);
      const tags = readTags(cells, columns.tags);
      const { vehicle, warnings } = this.readVehicle(cells, tags, columns, line);
      this.firstLines.set(keyOf(vehicle), line);
      const row = { ok: true, line, vehicle, warnings } as const;
      return expect === '' ? row : { ...row, expect };
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      const vin = shortened(valueAt(cells, at.vin));
      const written = rowAsWritten(cells, columns);
      return { ok: false, line, vin, ...error, written, ...(expect && { expect }) };
    }
  }

  private readVehicle(
    cells: readonly string[],
    tags: Readonly<Record<string, string>>,
    columns: Columns,
    line: number,
  ): { readonly vehicle: ListedVehicle; readonly warnings: readonly string[] } {
    const { at } = columns;
    const { options, rulesOf, application } = this.readingOf(cells, columns);
    const check = this.vinOf(valueAt(cells, at.vin), line, options);
    const { vin } = check;
    const first = this.firstLines.get(keyOf({ vin, ...(application !== undefined && { application }) }));
    if (first !== undefined) {
      throw new RowProblem(vin, `the VIN is already on line ${first}`, 'Delete one of the two rows.');
    }
    const fleet = this.fleetOf(cells[at.fleet] ?? '');
    const rules = rulesOf(valueAt(cells, at.brand), fleet);
    const missing = missingTags(rules, tags);
    if (missing.length > 0) {
      throw new RowProblem(
        vin,
        `${rules.brand.name} needs the tag ${missing.join(', ')}`,
        remedyForTag(missing[0] ?? '', columns),
      );
    }
    const large = tags === NO_TAGS ? null : tooLarge({ brand: rules.brand.id, tags });
    if (large) throw new RowProblem(vin, large.problem, 'Shorten it in this row.');
    const [odometer, doubt] = odometerOf(cells, columns);
    const vehicle = vehicleOf({ vin, brand: rules.brand.id, tags }, fleet, odometer);
    const externalId = readExternalId(at.external_id < 0 ? '' : (cells[at.external_id] ?? ''));
    if (externalId !== '') vehicle.externalId = externalId;
    if (application !== undefined) vehicle.application = application;
    const warnings = warningsOf(check.warnings, vehicle);
    return { vehicle, warnings: doubt === undefined ? warnings : [...warnings, doubt] };
  }

  /** How a row is read: by the rules of the application where it belongs. */
  private readingOf(cells: readonly string[], { at }: Columns): Reading {
    const application = valueAt(cells, at.application);
    const { placeOf } = this.options;
    if (!placeOf) {
      if (application === '') return this.here;
      throw new RowProblem(
        shortened(application),
        'is another application',
        'Leave the column application empty here.',
      );
    }
    const [fleet, brand] = [valueAt(cells, at.fleet), valueAt(cells, at.brand)];
    const place = placeOf({ application, fleet, brand });
    if (place === null) return this.here;
    if (typeof place === 'string') {
      throw new RowProblem(shortened(application), place, 'Write provider:application, or leave it empty.');
    }
    const known = this.elsewhere.get(place.application);
    if (known) return known;
    const reading = {
      options: place,
      rulesOf: rulesReader(place.catalogue),
      application: place.application,
    };
    this.elsewhere.set(place.application, reading);
    return reading;
  }

  /** A VIN, also one with spaces inside, as PDF files show it. */
  private vinOf(
    written: string,
    line: number,
    options: ElsewhereOptions | FleetListOptions,
  ): VinCheck & { readonly ok: true } {
    const { checkVehicle = checkVin } = options;
    const check = checkVehicle(written, options);
    if (check.ok) return check;
    if (/\s/.test(written) && looksLikeVin(written)) {
      const joined = checkVehicle(written.replace(/\s+/g, ''), options);
      if (joined.ok) {
        if (!this.hasSpaces)
          this.notes.push(
            `VINs with spaces inside are read without them: first ${joined.vin} on line ${line}`,
          );
        this.hasSpaces = true;
        return joined;
      }
    }
    refuseMishap('the VIN', written);
    if (readHeading(written).known === 'vin') {
      throw new RowProblem(
        shortened(written),
        'is a header again, with other columns than the first',
        'Put the rows under it into a list of their own.',
      );
    }
    throw new RowProblem(shortened(written), `the VIN ${check.problem}`, check.remedy);
  }
}

/** What a row has in its columns. A number whose unit only the heading names gets it. */
function rowAsWritten(
  cells: readonly string[],
  { written, odometerUnit }: Columns,
): Readonly<Record<string, string>> {
  const values = [...written].map(([name, index]) => [name, writtenIn(cells[index] ?? '')] as const);
  return Object.fromEntries(
    values.map(([name, value]) => [
      name,
      name === 'odometer' && /\d$/.test(value) ? value + odometerUnit : value,
    ]),
  );
}

/** The odometer, or why there is none: under another word nobody has asked for it, and it stops no vehicle. */
function odometerOf(
  cells: readonly string[],
  { at, odometerUnit, odometerName, isOdometerGuessed }: Columns,
): readonly [Odometer | undefined, string?] {
  try {
    return [readOdometer(valueAt(cells, at.odometer), odometerUnit, odometerName)];
  } catch (error) {
    if (!isOdometerGuessed || !(error instanceof RowProblem)) throw error;
    const by = error.problem.startsWith('is ') ? '' : ':';
    return [undefined, `"${error.value}"${by} ${error.problem}, and is left out`];
  }
}

/** A column that has the name of the tag, and not its heading, is the one that is meant. */
function remedyForTag(tag: string, { ignored, tags }: Columns): string {
  const named = ignored.find((name) => textKey(name) === textKey(tag));
  if (named !== undefined && !tags.has(tag)) return `Rename the column "${named}" to "tag:${tag}".`;
  return `Fill the column tag:${tag}, or set the tag in defaultTags of your catalogue file.`;
}

const NO_NOTES: readonly string[] = [];
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
): ListedVehicle & { externalId?: string; application?: string } {
  if (fleet !== '') vehicle.fleet = fleet;
  if (odometer) vehicle.odometer = odometer;
  return vehicle;
}

function notARow({ line, text, problem }: BadRecord): ListRow {
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
