import type { Odometer } from '../domain/clearance';
import { plainName } from '../domain/name';
import type { Plate } from '../domain/plate';
import { textKey } from '../domain/text-key';
import { type Columns, columnAt } from './columns';
import { undamaged } from './encoding';
import type { ListedVehicle, ListRow } from './fleet-list';
import { type BadRecord, LONGEST_RECORD } from './records';
import { RowProblem, readOdometer, shortened, valueAt, writtenIn } from './values';

/** What a row has in its columns. A number whose unit only the heading names gets it. */
export function rowAsWritten(
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
export function odometerOf(
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
export function remedyForTag(tag: string, { ignored, tags }: Columns): string {
  const named = ignored.find((name) => textKey(name) === textKey(tag));
  if (named !== undefined && !tags.has(tag)) return `Rename the column "${named}" to "tag:${tag}".`;
  return `Fill the column tag:${tag}, or set the tag in defaultTags of your catalogue file.`;
}

const NO_WARNINGS: readonly string[] = [];

/** What is odd about a good row. A name that a program has damaged before is taken as it is. */
export function warningsOf(ofVin: readonly string[], { fleet = '', tags }: ListedVehicle): readonly string[] {
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
export function vehicleOf(
  vehicle: {
    vin: string;
    brand: string;
    tags: Readonly<Record<string, string>>;
    fleet?: string;
    odometer?: Odometer;
  },
  fleet: string,
  odometer: Odometer | undefined,
): ListedVehicle & { externalId?: string; application?: string; plate?: Plate; onlyParking?: true } {
  if (fleet !== '') vehicle.fleet = fleet;
  if (odometer) vehicle.odometer = odometer;
  return vehicle;
}

export function notARow({ line, text, problem }: BadRecord): ListRow {
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
export function checkEnd(cells: readonly string[], { count }: Columns, delimiter: string): void {
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
