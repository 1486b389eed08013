import { VinError } from '../base/errors';
import { checkName } from '../domain/name';
import { type Heading, KNOWN, type Known, REQUIRED, readHeading } from './headings';
import { looksLikeVehicle, looksLikeVin } from './looks';
import type { ListRecord } from './records';

/** Where the header of a list says that each value stands. */
export interface Columns {
  /** Columns up to the last one that has a name. */
  readonly count: number;
  /** Where each column that we know is; -1 where the list has none. */
  readonly at: Readonly<Record<Known, number>>;
  /** The columns `tag:<key>`, by key. */
  readonly tags: ReadonlyMap<string, number>;
  /** The columns by which a row can be written again, without the VIN, and where they are; `brand` and `fleet` always. */
  readonly written: ReadonlyMap<string, number>;
  /** The unit that a heading such as `odometer (km)` names. */
  readonly odometerUnit: string;
  readonly odometerName: string;
  /** Whether the odometer stands under another word, which may mean something else. */
  readonly isOdometerGuessed: boolean;
  /** The same for the plate. */
  readonly isPlateGuessed: boolean;
  /** Names that we do not know. */
  readonly ignored: readonly string[];
  /** What a person should know of how the header was read. */
  readonly notes: readonly string[];
  /** Whether a row is the header once more, as where two lists were joined. */
  readonly isHeader: (record: ListRecord) => boolean;
}

/** What stands round a header, by which an error can say more of it. */
export interface Surroundings {
  /** The line of the header. */
  readonly line: number;
  /** Rows under it. */
  readonly records: readonly ListRecord[];
  readonly isBrand: (text: string) => boolean;
}

/**
 * Reads the header of a list. Its names may be in any case and order, have a remark in brackets, and be other words for
 * the same; the keys of tags keep their case.
 *
 * @throws VinError `LIST_COLUMN_MISSING`, `LIST_COLUMN_TWICE`, `LIST_COLUMN_INVALID`.
 */
export function readHeader(cells: readonly string[], around: Surroundings): Columns {
  const headings = cells.map(readHeading);
  const tags = readTagKeys(headings);
  const at = Object.fromEntries(KNOWN.map((known) => [known, placeOf(known, headings)])) as Columns['at'];
  if (REQUIRED.some((column) => at[column] < 0)) throw columnMissing(headings, at, around);
  const places = new Set([...Object.values(at), ...tags.values()]);
  const ignored = headings
    .filter(({ name }, index) => name !== '' && !places.has(index))
    .map(({ name }) => name);
  const isHeader = (record: ListRecord): boolean => {
    if (!('cells' in record)) return false;
    const vin = record.cells[at.vin] ?? '';
    // Nearly every VIN has a digit, and nearly no heading has.
    if (/\d/.test(vin) && vin !== cells[at.vin]) return false;
    if (readHeading(vin).known !== 'vin') return false;
    // With other columns it is none: the values under it would be taken for others.
    return headings.every(({ known, tag }, index) => {
      const again = readHeading(record.cells[index] ?? '');
      return again.known === known && again.tag === tag;
    });
  };
  const written = new Map([
    ['brand', at.brand],
    ['fleet', at.fleet],
    ...(at.external_id < 0 ? [] : [['external_id', at.external_id] as const]),
    ...(at.application < 0 ? [] : [['application', at.application] as const]),
    ...(at.odometer < 0 ? [] : [['odometer', at.odometer] as const]),
    ...(['plate', 'country', 'subdivision'] as const).flatMap((name) =>
      at[name] < 0 ? [] : [[name, at[name]] as const],
    ),
    ...[...tags].map(([key, index]) => [`tag:${key}`, index] as const),
  ]);
  return {
    written,
    count: headings.findLastIndex(({ name }) => name !== '') + 1,
    at,
    tags,
    odometerUnit: headings[at.odometer]?.unit ?? '',
    odometerName: headings[at.odometer]?.name ?? '',
    isOdometerGuessed: headings[at.odometer]?.distance === 2,
    isPlateGuessed: headings[at.plate]?.distance === 2,
    ignored,
    notes: notesOf(headings, at, ignored),
    isHeader,
  };
}

/** Where a column stands: under its own word, else with a remark, else under another word. */
function placeOf(known: Known, headings: readonly Heading[]): number {
  for (const distance of [0, 1, 2]) {
    const found = headings.filter((heading) => heading.known === known && heading.distance === distance);
    if (found.length === 1) return headings.indexOf(found[0] as Heading);
    if (found.length > 1) throw columnTwice(known, found);
  }
  return -1;
}

function columnTwice(known: Known | undefined, found: readonly Heading[]): VinError {
  const [first, second] = found.map(({ name }) => name);
  const isOther =
    known !== undefined && found[0]?.distance === 2 && first?.toLowerCase() !== second?.toLowerCase();
  return isOther
    ? new VinError(
        'LIST_COLUMN_TWICE',
        `The columns "${first}" and "${second}" both mean ${known}.`,
        `Rename the right one to ${known}.`,
      )
    : new VinError('LIST_COLUMN_TWICE', `The list has the column "${second}" twice.`, 'Delete one of them.');
}

function readTagKeys(headings: readonly Heading[]): Map<string, number> {
  const tags = new Map<string, number>();
  headings.forEach((heading, index) => {
    const { tag } = heading;
    if (tag === undefined) return;
    if (tags.has(tag)) throw columnTwice(undefined, [heading, heading]);
    checkKey(tag, index);
    tags.set(tag, index);
  });
  return tags;
}

function notesOf(headings: readonly Heading[], at: Columns['at'], ignored: readonly string[]): string[] {
  const others = KNOWN.filter((known) => headings[at[known]]?.distance === 2);
  const notes = others.map((known) => `the column "${headings[at[known]]?.name}" is read as ${known}`);
  if (ignored.length === 0) return notes;
  const names = quoted(ignored);
  return [
    ...notes,
    ignored.length === 1
      ? `the column ${names} is not known and is ignored`
      : `the columns ${names} are not known and are ignored`,
  ];
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => `"${name.slice(0, 30)}"`);
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}

function columnMissing(headings: readonly Heading[], at: Columns['at'], around: Surroundings): VinError {
  const names = headings.map(({ name }) => name).filter((name) => name !== '');
  const missing = REQUIRED.filter((column) => at[column] < 0);
  const isVehicle =
    looksLikeVehicle(names) ||
    (names.length === 1 && /^\S{17}$/.test(names[0] ?? '') && looksLikeVin(names[0] ?? ''));
  if (isVehicle) return headerMissing(headings, around);
  return new VinError(
    'LIST_COLUMN_MISSING',
    `The list has no column ${missing.map((column) => `"${column}"`).join(' and no column ')}; ` +
      (names.length > 0 ? `line ${around.line} names ${quoted(names)}.` : 'it is empty.'),
    remedyOf(headings, names, missing, around),
  );
}

function remedyOf(
  headings: readonly Heading[],
  names: readonly string[],
  missing: readonly (typeof REQUIRED)[number][],
  { line, records, isBrand }: Surroundings,
): string {
  if (names.length === 1 && /vin.*brand|brand.*vin/i.test(names[0] ?? '')) {
    return 'Each line is one value: save the list again with a column for each value, and no quotes round whole lines.';
  }
  const looks = { vin: looksLikeVin, brand: isBrand };
  const found = missing.flatMap((column) => {
    const index = columnOf(records, looks[column]);
    const name = headings[index]?.name;
    if (index < 0) return [];
    return [
      name ? `rename the column "${name.slice(0, 30)}" to ${column}` : `name ${columnAt(index)} ${column}`,
    ];
  });
  if (found.length > 0) return asSentence(`${found.join(', and ')}.`);
  if (missing.length > 1) {
    return `Name the columns in line ${names.length > 0 ? line : 1} with these words, for example: vin,brand,fleet`;
  }
  const values = missing[0] === 'vin' ? 'VINs' : 'brands';
  return names.length > 1
    ? `Name the column of the ${values} "${missing[0]}" in line ${line}, or add it.`
    : `Add a column "${missing[0]}" with the ${values}.`;
}

function headerMissing(headings: readonly Heading[], { line, isBrand }: Surroundings): VinError {
  const values = headings.map(({ name }) => name);
  const brand = values.findIndex(isBrand);
  const names = [`vin for ${columnAt(values.findIndex(looksLikeVin))}`];
  if (brand >= 0) names.push(`brand for ${columnAt(brand)}`);
  return new VinError(
    'LIST_COLUMN_MISSING',
    `The list has no header: line ${line} is a vehicle already.`,
    `Write a line above it that names each column: ${names.join(', ')}.`,
  );
}

/** Rows that are looked at to tell what a column has. */
const SAMPLE = 20;

/** The one column whose values look so, most of them. */
function columnOf(records: readonly ListRecord[], looks: (text: string) => boolean): number {
  const counts = new Map<number, number>();
  const rows = records.filter((record) => 'cells' in record).slice(0, SAMPLE);
  for (const { cells } of rows) {
    cells.slice(0, 100).forEach((cell, index) => {
      if (cell !== '' && looks(cell)) counts.set(index, (counts.get(index) ?? 0) + 1);
    });
  }
  const [best, second] = [...counts].sort((a, b) => b[1] - a[1]);
  return best === undefined || best[1] === second?.[1] ? -1 : best[0];
}

function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A column as a spreadsheet calls it: `column 28 (AB)`. */
export function columnAt(index: number): string {
  let letters = '';
  for (let left = index + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  }
  return `column ${index + 1} (${letters})`;
}

function checkKey(tag: string, index: number): void {
  const check = checkName(tag);
  if (check.ok) return;
  throw new VinError(
    'LIST_COLUMN_INVALID',
    `The heading of ${columnAt(index)} names a tag that ${check.problem}.`,
    check.remedy,
  );
}
