import { readGivenPlate } from '../domain/given-plate';
import { type Plate, plateText } from '../domain/plate';
import type { Columns } from './columns';
import { RowProblem, refuseMishap, shortened, valueAt } from './values';

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

/** Remembers on which line each plate was: it is one vehicle's. */
export class SeenPlates {
  private readonly lines = new Map<string, { readonly vin: string; readonly line: number }>();

  /** @throws RowProblem where it was another vehicle's before. */
  require(plate: Plate, vin: string): void {
    const before = this.lines.get(plateText(plate));
    if (!before || before.vin === vin) return;
    const problem = `is already the plate of ${before.vin} on line ${before.line}`;
    throw new RowProblem(plateText(plate), problem, 'Correct the plate of one of the two rows.');
  }

  keep(plate: Plate, vin: string, line: number): void {
    this.lines.set(plateText(plate), { vin, line });
  }
}
