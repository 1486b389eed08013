import { checkName, plainName } from '../domain/name';
import { VinError } from '../errors';
import { plainCell } from './cells';

const KNOWN = ['vin', 'brand', 'fleet', 'odometer', 'expect'];
const REQUIRED = ['vin', 'brand'];

/** Where the header of a list says that each value stands. */
export interface Columns {
  /** Columns up to the last one that has a name. */
  readonly count: number;
  readonly named: ReadonlyMap<string, number>;
  /** The columns `tag:<key>`, by key. */
  readonly tags: ReadonlyMap<string, number>;
  /** The unit that a heading such as `odometer (km)` names. */
  readonly odometerUnit: string;
  /** Names that we do not know. */
  readonly ignored: readonly string[];
}

/** Whether a row can be the header of a list. */
export function hasNeededColumns(cells: readonly string[]): boolean {
  const names = cells.map((cell) => withoutRemark(nameOf(cell)).toLowerCase());
  return REQUIRED.every((name) => names.includes(name));
}

/**
 * Reads the header of a list. Its names may be in any case and order, and have a remark in brackets; the keys of tags
 * keep their case.
 *
 * @throws VinError `LIST_COLUMN_MISSING`, `LIST_COLUMN_TWICE`, `LIST_COLUMN_INVALID`.
 */
export function readHeader(cells: readonly string[]): Columns {
  const names = cells.map(nameOf);
  const named = new Map<string, number>();
  const tags = new Map<string, number>();
  const ignored: string[] = [];
  const exact = new Set(names.map((name) => name.toLowerCase()));
  let odometerUnit = '';
  names.forEach((name, index) => {
    const tag = /^tag:\s*(\S.*)$/i.exec(name)?.[1];
    const bare = withoutRemark(name).toLowerCase();
    const key = tag ?? (exact.has(bare) ? name.toLowerCase() : bare);
    if (tag === undefined && !KNOWN.includes(key)) {
      if (name !== '') ignored.push(name);
      return;
    }
    const target = tag === undefined ? named : tags;
    if (target.has(key)) {
      throw new VinError(
        'LIST_COLUMN_TWICE',
        `The list has the column "${name}" twice.`,
        'Delete one of them.',
      );
    }
    if (tag !== undefined) checkKey(tag, index);
    if (key === 'odometer') odometerUnit = /[([]\s*(km|mi)\s*[)\]]$/i.exec(name)?.[1] ?? '';
    target.set(key, index);
  });

  const missing = REQUIRED.filter((column) => !named.has(column));
  if (missing.length > 0) {
    const found = names.filter((name) => name !== '').map((name) => `"${name.slice(0, 30)}"`);
    throw new VinError(
      'LIST_COLUMN_MISSING',
      `The list has no column ${missing.map((column) => `"${column}"`).join(' and no column ')}; ` +
        (found.length > 0 ? `its first line names ${found.slice(0, 10).join(', ')}.` : 'it is empty.'),
      'Start the list with a line such as: vin,brand,fleet',
    );
  }
  const count = names.findLastIndex((name) => name !== '') + 1;
  return { count, named, tags, odometerUnit, ignored };
}

/** A column as a spreadsheet calls it: `column 28 (AB)`. */
export function columnAt(index: number): string {
  let letters = '';
  for (let left = index + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  }
  return `column ${index + 1} (${letters})`;
}

function nameOf(cell: string): string {
  return plainName(plainCell(cell));
}

function withoutRemark(name: string): string {
  return name.replace(/\s*(?:\([^()]*\)|\[[^[\]]*\])$/, '');
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
