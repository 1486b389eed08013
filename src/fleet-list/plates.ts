import { checkPlate, type Plate, plateText, readPlate } from '../domain/plate';
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
  if (country !== '' && namesItsCountry(text, country)) {
    const remedy = 'Write it without its country, or leave the column country empty.';
    throw new RowProblem(shortened(text), 'the plate names its country once more', remedy);
  }
  const check = country === '' ? readPlate(text) : checkPlate({ country, number: text, subdivision });
  if (check.ok) return check.plate;
  const remedy = country === '' ? NO_COUNTRY : check.remedy;
  throw new RowProblem(shortened(text), `the plate ${check.problem}`, remedy);
}

const NO_COUNTRY =
  'Fill the column country with two letters (ISO 3166), like NO, or write the plate like NO-AA12345.';

/** `NO-AA12345` beside the country NO. A plate of Dessau begins with DE as well: only what goes on like another German one is meant. */
function namesItsCountry(text: string, country: string): boolean {
  const [, first = '', rest = ''] = /^\s*(\p{L}{2})[\s.-]+(.*)$/su.exec(text) ?? [];
  if (first.toUpperCase() !== country.trim().toUpperCase()) return false;
  return first.toUpperCase() !== 'DE' || /^\p{L}{1,3}[\s.-]+\p{L}{1,2}[\s.-]*\d/u.test(rest);
}

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
