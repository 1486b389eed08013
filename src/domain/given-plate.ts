import { BETWEEN, checkPlate, inParts, type Plate, type PlateCheck, plain, readPlate } from './plate';

/** A plate as people and their systems give it: in one text, or with its country and its subdivision apart. */
export interface GivenPlate {
  readonly plate: string;
  readonly country?: string | undefined;
  readonly subdivision?: string | undefined;
}

/** The one reading of it, for lists, commands and the API. */
export function readGivenPlate({ plate, country = '', subdivision = '' }: GivenPlate): PlateCheck {
  if (country.trim() === '') {
    const parts = inParts(plate);
    return parts ? withSubdivision(parts, subdivision) : readPlate(plate);
  }
  if (namesItsCountry(plate, country)) {
    const remedy = 'Write it without its country, or leave the country empty.';
    return { ok: false, problem: 'names its country once more', remedy };
  }
  return withSubdivision({ country, number: plate }, subdivision);
}

/** The number as it is written beside its subdivision: it is read as the same plate again. */
export function numberBeside({ country, number, subdivision }: Plate): string {
  if (subdivision === null || !number.startsWith(subdivision)) return number;
  const rest = number.slice(subdivision.length);
  return placeOf(rest, subdivision, country) === 'apart' ? rest : `${subdivision}-${rest}`;
}

function withSubdivision(
  { country, number }: { readonly country: string; readonly number: string },
  subdivision: string,
): PlateCheck {
  const region = plain(subdivision);
  if (region === '' || plain(number) === '') return checkPlate({ country, number });
  const place = placeOf(number, region, plain(country));
  if (place === 'not-known') {
    return {
      ok: false,
      problem: `begins with its subdivision ${region}, or only looks so`,
      remedy: `Where it does, set it off (${region}-…), or leave the subdivision empty.`,
    };
  }
  return checkPlate({ country, number: place === 'apart' ? region + plain(number) : number, subdivision });
}

/** What follows the subdivision on a German plate: `BB 12345`. */
const GERMAN = /^\p{L}{1,2}\d+[EH]?$/u;

/**
 * Whether the subdivision stands in front of the number already. That a number begins with the same letters is no sign of it: `B 123` of
 * Berlin is B-B 123, and `BB 123` is B-BB 123.
 */
function placeOf(text: string, region: string, country: string): 'in-front' | 'apart' | 'not-known' {
  const number = plain(text);
  const rest = number.slice(region.length);
  if (!number.startsWith(region) || rest === '') return 'apart';
  const [first = ''] = text.trim().split(BETWEEN);
  const isSetOff = plain(first) === region;
  if (country !== 'DE') return isSetOff ? 'in-front' : 'not-known';
  if (isSetOff) return /^\p{L}/u.test(rest) ? 'in-front' : 'apart';
  return !GERMAN.test(number) && GERMAN.test(rest) ? 'in-front' : 'apart';
}

/** `NO-AA12345` beside the country NO. A plate of Dessau begins with DE as well: only what goes on like another German one is meant. */
function namesItsCountry(text: string, country: string): boolean {
  const [, first = '', rest = ''] = /^\s*(\p{L}{2})[\s.-]+(.*)$/su.exec(text) ?? [];
  if (first.toUpperCase() !== country.trim().toUpperCase()) return false;
  return first.toUpperCase() !== 'DE' || /^\p{L}{1,3}[\s.-]+\p{L}{1,2}[\s.-]*\d/u.test(rest);
}
