import { VinError } from '../base/errors';
import type { Catalogue } from '../catalogue/schema';
import type { Odometer } from '../domain/clearance';
import { cutTo } from '../domain/cut';
import { checkFleet, checkName, plainName, TAG_LENGTH } from '../domain/name';
import { brandOf, brandsLike, type Rules, rulesFor } from '../domain/rules';
import { textKey } from '../domain/text-key';
import { isWords, plainCell, spreadsheetMishap } from './cells';
import { parseOdometer } from './odometer';

/** What a row is read into, or the problem that ends its reading. */
export class RowProblem {
  constructor(
    readonly value: string,
    readonly problem: string,
    readonly remedy: string,
  ) {}
}

export function valueAt(cells: readonly string[], index: number): string {
  return index < 0 ? '' : plainCell(cells[index] ?? '');
}

/** @param cell as it was read. */
export function readFleet(cell: string): string {
  return readSearched('fleet', cell);
}

/** @param cell as it was read. */
export function readExternalId(cell: string): string {
  return readSearched('external id', cell);
}

/** A name by which vehicles are searched for. */
function readSearched(what: string, cell: string): string {
  if (isWords(cell)) return cell;
  const text = plainCell(cell);
  if (text === '' || plainName(text) === '') return '';
  if (!isProtected(cell)) refuseMishap(`the ${what}`, text);
  const check = checkFleet(text);
  if (check.ok) return check.name;
  throw new RowProblem(shortened(text), `the ${what} ${check.problem}`, check.remedy);
}

/** What has an apostrophe in front is a text, whatever it looks like: so we write such names ourselves. */
function isProtected(cell: string): boolean {
  return cell.startsWith("'");
}

/** What a cell says, for the result. A formula has no value, and must not come back from there as a text. */
export function writtenIn(cell: string): string {
  const text = plainName(plainCell(cell));
  return !isProtected(cell) && spreadsheetMishap(text) ? NO_VALUE : text;
}

/** Is refused when it is read again. */
const NO_VALUE = '#VALUE!';

export const NO_TAGS: Readonly<Record<string, string>> = {};

export function readTags(
  cells: readonly string[],
  tags: ReadonlyMap<string, number>,
): Readonly<Record<string, string>> {
  if (tags.size === 0) return NO_TAGS;
  let read: Record<string, string> | undefined;
  for (const [key, index] of tags) {
    const cell = cells[index] ?? '';
    const text = isWords(cell) ? cell : tagOf(key, cell);
    if (text === '') continue;
    read ??= {};
    if (key === '__proto__') Object.defineProperty(read, key, { value: text, enumerable: true });
    else read[key] = text;
  }
  return read ?? NO_TAGS;
}

/** Empty where the cell says nothing. @throws RowProblem */
function tagOf(key: string, cell: string): string {
  const text = plainCell(cell);
  if (text === '' || plainName(text) === '') return '';
  if (!isProtected(cell)) refuseMishap(`the tag ${key}`, text);
  const check = checkName(text, TAG_LENGTH);
  if (!check.ok) throw new RowProblem(shortened(text), `the tag ${key} ${check.problem}`, check.remedy);
  return check.name;
}

/** @param heading the name of its column. */
export function readOdometer(text: string, unit: string, heading: string): Odometer | undefined {
  if (text === '') return undefined;
  const odometer = parseOdometer(text, unit);
  if (odometer || plainName(text) === '') return odometer;
  refuseMishap('the odometer', text);
  if (/^\s*\d+(?:[.,]\d+)?E[+-]?\d+/i.test(text)) {
    throw new RowProblem(
      shortened(text),
      'is an odometer that a spreadsheet has written as a short number',
      'Format the column as text, then write for example 2050km.',
    );
  }
  const isNumber = unit === '' && parseOdometer(text, 'km') !== undefined;
  const rename = `Name the column "${heading} (km)" or "${heading} (mi)", or write`;
  throw new RowProblem(
    shortened(text),
    isNumber ? 'is an odometer without a unit' : 'is not an odometer',
    `${isNumber ? rename : 'Write'} for example 2050km or 1200mi.`,
  );
}

export function shortened(text: string): string {
  return text.length > 60 ? `${cutTo(text, 60)}…` : text;
}

/** @throws RowProblem where a cell holds a formula, or an error of the spreadsheet program, and no value. */
export function refuseMishap(what: string, text: string): void {
  const mishap = spreadsheetMishap(text);
  if (mishap) throw new RowProblem(shortened(text), `${what} ${mishap.problem}`, mishap.remedy);
}

/** Whether the catalogue knows a brand of this name. */
export function isBrand(catalogue: Catalogue, text: string): boolean {
  try {
    return plainName(text) !== '' && brandOf(catalogue, text) !== '';
  } catch (error) {
    if (error instanceof VinError) return false;
    throw error;
  }
}

/** Looks rules up by what the list calls the brand, and by the fleet. */
export function rulesReader(catalogue: Catalogue): (brand: string, fleet: string) => Rules {
  const usual = readerFor(catalogue, undefined);
  const own = new Map(Object.keys(catalogue.fleets).map((fleet) => [fleet, readerFor(catalogue, fleet)]));
  return own.size === 0 ? usual : (brand, fleet) => (own.get(fleet) ?? usual)(brand);
}

/** Unknown brands of a list for which the nearest ones are looked for. */
const MOST_COMPARED = 200;

function readerFor(catalogue: Catalogue, fleet: string | undefined): (brand: string) => Rules {
  const known = new Set(
    Object.entries(catalogue.brands).flatMap(([id, { name, aliases }]) =>
      [id, name, ...aliases].map(textKey),
    ),
  );
  const near = new Map<string, string>();
  const remedyOf = (brand: string): string => {
    const before = near.get(brand);
    if (before !== undefined) return before;
    // To compare one with all that there are takes a millisecond.
    const like = near.size < MOST_COMPARED ? brandsLike(catalogue, brand) : [];
    const remedy =
      like.length > 0
        ? `Did you mean ${like.join(' or ')}?`
        : 'Use a brand that docs/catalogue.md lists, or add it to your catalogue file.';
    if (near.size < MOST_COMPARED) near.set(brand, remedy);
    return remedy;
  };
  return remembered((brand) => {
    if (plainName(brand) === '')
      throw new RowProblem('', 'has no brand', 'Write the brand of the vehicle, for example bmw.');
    if (known.has(textKey(brand))) return rulesFor(catalogue, brand, { speed: 1, fleet });
    refuseMishap('the brand', brand);
    throw new RowProblem(shortened(brand), 'is not a brand that the catalogue knows', remedyOf(brand));
  });
}

/** The same few spellings come again and again. What fails is tried again. */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= 1_000) return read(text);
    const own = ownCopy(text);
    const made = read(own);
    known.set(own, made);
    return made;
  };
}

/** A text that is kept for long, as one of its own: a part of a larger one keeps all of that in memory. */
export function ownCopy(text: string): string {
  // V8 writes what was joined anew when a part of it is asked for; by way of bytes it takes ten times as long.
  return ` ${text}`.slice(1);
}
