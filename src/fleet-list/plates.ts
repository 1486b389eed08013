import { readGivenPlate } from '../domain/given-plate';
import { type Plate, plateText } from '../domain/plate';
import type { Columns } from './columns';
import { ownCopy, RowProblem, refuseMishap, shortened, valueAt } from './values';

/** The plate of a row, or why there is none. */
export type RowPlate = { readonly plate?: Plate; readonly doubt?: string };

/**
 * The plate in the columns `plate`, `country` and `subdivision`; its country may stand in front of it as well. Under another word nobody
 * has asked for it, and it stops no vehicle.
 *
 * @throws RowProblem
 */
export function plateOf(cells: readonly string[], { at, isPlateGuessed }: Columns): RowPlate {
  const text = valueAt(cells, at.plate);
  if (text === '') return {};
  try {
    return { plate: checked(text, valueAt(cells, at.country), valueAt(cells, at.subdivision)) };
  } catch (error) {
    if (!isPlateGuessed || !(error instanceof RowProblem)) throw error;
    return { doubt: `"${error.value}": ${error.problem}, and is left out` };
  }
}

function checked(text: string, country: string, subdivision: string): Plate {
  refuseMishap('the plate', text);
  const check = readGivenPlate({ plate: text, country, subdivision });
  if (check.ok) return check.plate;
  const remedy = country === '' ? NO_COUNTRY : check.remedy;
  throw new RowProblem(shortened(text), `the plate ${check.problem}`, remedy);
}

const NO_COUNTRY =
  'Fill the column country with two letters (ISO 3166), like NO, or write the plate like NO-AA12345.';

/**
 * The plate of a row that has no VIN, and names no provider of data: its parking alone is asked for. Null: it is a row like any other.
 *
 * @param parkings the providers of parking that are configured; absent where nothing is started.
 * @throws RowProblem where it has neither, or where there is no parking here.
 */
export function plateAlone(
  cells: readonly string[],
  columns: Columns,
  parkings: readonly string[] | undefined,
): Plate | null {
  const { at, isPlateGuessed } = columns;
  if (at.plate < 0 || parkings === undefined || valueAt(cells, at.vin) !== '') return null;
  if (valueAt(cells, at.plate) === '') {
    if (isPlateGuessed || parkings.length === 0) return null;
    const remedy = 'Fill the column vin, or for its parking alone the columns plate and country.';
    throw new RowProblem('', 'the row has neither a VIN nor a plate', remedy);
  }
  const { plate } = plateOf(cells, columns);
  if (!plate) return null;
  if (parkings.length > 0) return plate;
  if (isPlateGuessed) return null;
  const problem = 'the row has no VIN, and there is no parking for its plate here (VIN_PARKING)';
  throw new RowProblem('', problem, 'Fill the column vin, or name a credential in VIN_PARKING.');
}

/** What is said of a row whose parking alone is started: a VIN may have been forgotten. */
export function onlyItsParking(plate: Plate): string {
  return `only the parking of ${plateText(plate)} is started: the row has no VIN`;
}

/** Remembers on which line each plate was: it is one vehicle's. */
export class SeenPlates {
  private readonly lines = new Map<string, { readonly vin: string; readonly line: number }>();

  /** Of a row without a VIN it is empty. @throws RowProblem where it was another vehicle's before. */
  require(plate: Plate, vin: string): void {
    const before = this.lines.get(plateText(plate));
    if (!before || (vin !== '' && before.vin === vin)) return;
    const whose = before.vin === '' ? 'is already' : `is already the plate of ${before.vin}`;
    const remedy = 'Correct the plate of one of the two rows, or delete one of them.';
    throw new RowProblem(plateText(plate), `${whose} on line ${before.line}`, remedy);
  }

  keep(plate: Plate, vin: string, line: number): void {
    this.lines.set(ownCopy(plateText(plate)), { vin, line });
  }
}
