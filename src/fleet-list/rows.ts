import { tooLarge } from '../config/bounds';
import { plainName } from '../domain/name';
import { type Plate, plateText } from '../domain/plate';
import { missingTags, type Rules } from '../domain/rules';
import { checkVin, type VinCheck } from '../domain/vin';
import { isBlank } from './beginning';
import { plainCells } from './cells';
import type { Columns } from './columns';
import type { BadRow, ElsewhereOptions, FleetListOptions, ListedVehicle, ListRow } from './fleet-list';
import { readHeading } from './headings';
import { looksLikeTotal, looksLikeVin } from './looks';
import { onlyItsParking, plateAlone, plateOf, SeenPlates } from './plates';
import type { GoodRecord, ListRecord } from './records';
import {
  checkEnd,
  notARow,
  odometerOf,
  remedyForTag,
  rowAsWritten,
  vehicleOf,
  warningsOf,
} from './row-parts';
import {
  NO_TAGS,
  ownCopy,
  RowProblem,
  readExternalId,
  readFleet,
  readTags,
  refuseMishap,
  remembered,
  rulesReader,
  shortened,
  valueAt,
} from './values';
import { type WantedRow, wantedRows } from './wanted-rows';

/** How the rows of one application are read. */
interface Reading {
  readonly options: ElsewhereOptions | FleetListOptions;
  readonly rulesOf: (brand: string, fleet: string) => Rules;
  /** Absent: that of the list. */
  readonly application?: string;
}

/** A vehicle may be in a list once for each application. */
function keyOf(vin: string, application = ''): string {
  return application === '' ? vin : `${application} ${vin}`;
}

const NO_NOTES: readonly string[] = [];

/** So many rows at the end of a list may add up the others. */
const MOST_TOTALS = 10;

/** Reads row after row of one list, and remembers on which line each VIN was. */
export class RowReader {
  private readonly firstLines = new Map<string, number>();
  private readonly plates = new SeenPlates();
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
      if (!('cells' in record)) {
        this.keep(notARow(record), rows);
        continue;
      }
      const all = wantedRows(record, columns, this.options.parkings);
      for (const wanted of all) {
        const row = this.readOne(record, columns, delimiter, wanted);
        if (row.ok || all.length > 1 || !looksLikeTotal(record.cells, columns.at)) this.keep(row, rows);
        else {
          this.totals.push(row);
          if (this.totals.length > MOST_TOTALS) rows.push(this.totals.shift() as BadRow);
        }
      }
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

  private keep(row: ListRow, rows: ListRow[]): void {
    if (this.totals.length > 0) rows.push(...this.totals.splice(0));
    rows.push(row);
  }

  private readOne(record: GoodRecord, columns: Columns, delimiter: string, wanted: WantedRow): ListRow {
    const { line } = record;
    const { at } = columns;
    const cells = plainCells(record.cells, at.vin);
    const expect = at.expect < 0 ? '' : plainName(valueAt(cells, at.expect));
    try {
      checkEnd(cells, columns, delimiter);
      const tags = readTags(cells, columns.tags);
      const mayBeAlone = wanted.isFirst && (wanted.application === '' || wanted.onlyParking);
      const plate = mayBeAlone ? plateAlone(cells, columns, this.options.parkings) : null;
      const { vehicle, warnings } = plate
        ? this.readAlone(plate, cells, columns, tags)
        : this.readVehicle(cells, tags, columns, wanted, line);
      if (vehicle.vin !== '') this.firstLines.set(keyOf(vehicle.vin, vehicle.application), line);
      if (vehicle.plate) this.plates.keep(vehicle.plate, vehicle.vin, line);
      const row = { ok: true, line, vehicle, warnings } as const;
      return expect === '' ? row : { ...row, expect };
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      const vin = shortened(valueAt(cells, at.vin));
      const written = rowAsWritten(cells, columns);
      return { ok: false, line, vin, ...error, written, ...(expect && { expect }) };
    }
  }

  /** Its parking alone: of a vehicle that nobody has named. */
  private readAlone(
    plate: Plate,
    cells: readonly string[],
    { at }: Columns,
    tags: Readonly<Record<string, string>>,
  ): { readonly vehicle: ListedVehicle; readonly warnings: readonly string[] } {
    this.plates.require(plate, '');
    const fleet = this.fleetOf(cells[at.fleet] ?? '');
    const vehicle = vehicleOf({ vin: '', brand: valueAt(cells, at.brand), tags }, fleet, undefined);
    const externalId = readExternalId(at.external_id < 0 ? '' : (cells[at.external_id] ?? ''));
    if (externalId !== '') vehicle.externalId = externalId;
    return { vehicle: { ...vehicle, plate, onlyParking: true }, warnings: [onlyItsParking(plate)] };
  }

  private readVehicle(
    cells: readonly string[],
    tags: Readonly<Record<string, string>>,
    columns: Columns,
    wanted: WantedRow,
    line: number,
  ): { readonly vehicle: ListedVehicle; readonly warnings: readonly string[] } {
    const { at } = columns;
    const { options, rulesOf, application } = this.readingOf(cells, columns, wanted);
    const check = this.vinOf(valueAt(cells, at.vin), line, options);
    const vin = ownCopy(check.vin);
    const first = this.firstLines.get(keyOf(vin, application));
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
    const unused = this.takePlate(cells, columns, vehicle, wanted);
    const warnings = warningsOf(check.warnings, vehicle);
    if (doubt === undefined && unused === undefined) return { vehicle, warnings };
    const doubts = [doubt, unused].filter((one) => one !== undefined);
    return { vehicle, warnings: [...warnings, ...doubts] };
  }

  /** Gives a vehicle its plate. @returns what is to be said of one that is not used */
  private takePlate(
    cells: readonly string[],
    columns: Columns,
    vehicle: { vin: string; plate?: Plate; onlyParking?: true },
    { application, isFirst, onlyParking }: WantedRow,
  ): string | undefined {
    if (columns.at.plate < 0 && !onlyParking) return undefined;
    const { plate, doubt } = isFirst ? plateOf(cells, columns) : {};
    if (!plate) {
      if (!onlyParking) return doubt;
      const remedy = 'Fill the columns plate and country, or name a provider of data.';
      throw new RowProblem(application, 'is a provider of parking, and the row has no plate', remedy);
    }
    if ((this.options.parkings ?? []).length === 0) {
      return columns.isPlateGuessed
        ? undefined
        : `the plate ${plateText(plate)} is not used: no parking is configured here (VIN_PARKING)`;
    }
    this.plates.require(plate, vehicle.vin);
    vehicle.plate = plate;
    if (onlyParking) vehicle.onlyParking = true;
    return undefined;
  }

  /** How a row is read: by the rules of the application where it belongs. */
  private readingOf(
    cells: readonly string[],
    { at }: Columns,
    { application, onlyParking }: WantedRow,
  ): Reading {
    const { placeOf } = this.options;
    if (onlyParking) return { ...this.here, application: application.toLowerCase() };
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
