import { VinError } from '../errors';
import { type Delimiter, splitCells } from './cells';

const KNOWN = ['vin', 'brand', 'fleet', 'odometer', 'expect'];
const REQUIRED = ['vin', 'brand'];

/** Where the header of a list says that each value stands. */
export interface Columns {
  readonly delimiter: Delimiter;
  readonly count: number;
  readonly named: ReadonlyMap<string, number>;
  /** The columns `tag:<key>`, by key. */
  readonly tags: ReadonlyMap<string, number>;
  /** Names that we do not know. */
  readonly ignored: readonly string[];
}

/**
 * Reads the header of a list. Its names may be in any case and order; the keys of tags keep their case.
 *
 * @throws VinError `LIST_COLUMN_MISSING`, `LIST_COLUMN_TWICE`.
 */
export function readHeader(line: string): Columns {
  // What is in quotes separates nothing.
  const bare = line.replace(/"(?:[^"]|"")*"/g, '');
  const delimiter = bare.split(';').length > bare.split(',').length ? ';' : ',';
  const names = splitCells(line, delimiter) ?? [line];
  const named = new Map<string, number>();
  const tags = new Map<string, number>();
  const ignored: string[] = [];
  names.forEach((name, index) => {
    const tag = /^tag:\s*(\S.*)$/i.exec(name)?.[1];
    const target = tag === undefined ? named : tags;
    const key = tag ?? name.toLowerCase();
    if (tag === undefined && !KNOWN.includes(key)) {
      if (name !== '') ignored.push(name);
      return;
    }
    if (target.has(key)) {
      throw new VinError(
        'LIST_COLUMN_TWICE',
        `The list has the column "${name}" twice.`,
        'Delete one of them.',
      );
    }
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
  return { delimiter, count: names.length, named, tags, ignored };
}
