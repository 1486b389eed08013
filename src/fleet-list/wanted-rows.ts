import { plainCells } from './cells';
import type { Columns } from './columns';
import type { GoodRecord } from './records';
import { valueAt } from './values';

/** What separates applications in one cell. */
const SEVERAL = /[\s,;+|]+/;

/** For which of the applications that it names a row is read. */
export interface WantedRow {
  readonly application: string;
  /** Only there it has its plate. */
  readonly isFirst: boolean;
  readonly onlyParking: boolean;
}

/** Of a row that names none. */
const ONLY_HERE: readonly WantedRow[] = [{ application: '', isFirst: true, onlyParking: false }];

/**
 * A row is one vehicle for each application that it names, in the cell of one record.
 *
 * @param parkings providers of parking: the plate goes with the first application of data, and alone where there is none.
 */
export function wantedRows(
  record: GoodRecord,
  columns: Columns,
  parkings: readonly string[] = [],
): readonly WantedRow[] {
  if (columns.at.application < 0) return ONLY_HERE;
  const named = valueAt(plainCells(record.cells, columns.at.vin), columns.at.application);
  if (named === '') return ONLY_HERE;
  const isParking = (name: string): boolean => parkings.includes(name.toLowerCase().split(':')[0] ?? '');
  const all = [...new Set(named.split(SEVERAL).filter((one) => one !== ''))];
  const [first = named, ...others] = all.some((one) => !isParking(one))
    ? all.filter((one) => !isParking(one))
    : all.slice(0, 1);
  return [first, ...others].map((application, index) => ({
    application,
    isFirst: index === 0,
    onlyParking: isParking(application),
  }));
}
