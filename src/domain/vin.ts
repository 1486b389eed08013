import { codePoint, withoutInvisible } from './name';

/** What came of checking a VIN. `vin` is the form to use: what can be seen of it, in upper case. */
export type VinCheck =
  | { readonly ok: true; readonly vin: string; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

/**
 * Checks a VIN as far as it can be checked without asking anybody (ISO 3779: 17 characters, digits
 * and capital letters, without I, O and Q).
 *
 * @param options.sandbox the provider's test VINs contain I and carry no check digit, so in the
 *   sandbox the letters are a warning only and the check digit is not looked at.
 */
export function checkVin(text: string, options: { readonly sandbox: boolean }): VinCheck {
  const vin = plainVin(text);
  if (vin === '') return refused('is empty', 'Write the VIN from the registration document.');
  if (NUMBER.test(vin)) {
    return refused(
      'was turned into a number by a spreadsheet, and its last digits are lost',
      'Format the column as text, then write the VIN again from the registration document.',
    );
  }
  const odd = /[^A-Z0-9]/u.exec(vin)?.[0];
  if (odd !== undefined) {
    return refused(
      `contains ${inWords(odd)}`,
      'A VIN has digits and the letters A to Z only: no spaces, hyphens or accents.',
    );
  }
  if (vin.length !== VIN_LENGTH) {
    return refused(
      `has ${vin.length} characters instead of ${VIN_LENGTH}`,
      'Compare it with the registration document; a spreadsheet may have cut or rounded it.',
    );
  }

  const letters = [...new Set(vin.match(/[IOQ]/g))].join(' and ');
  if (letters && !options.sandbox) {
    return refused(
      `contains ${letters}, which no VIN has`,
      'Write the digit 1 instead of I, and 0 instead of O or Q.',
    );
  }
  const warnings: string[] = [];
  if (letters) warnings.push(`contains ${letters}, which production would refuse`);
  if (ROUNDED.test(vin)) {
    warnings.push('has digits only and ends with 00: a spreadsheet may have rounded it, compare it');
  }
  if (!options.sandbox && hasCheckDigit(vin) && checkDigit(vin) !== vin[CHECK_POSITION]) {
    warnings.push('has a wrong check digit (9th character): compare it with the registration document');
  }
  return { ok: true, vin, warnings };
}

/**
 * The form in which two spellings of a VIN are the same: without invisible characters and spaces at its ends, letters of
 * full width as usual ones, and small letters of English as capitals (of others a capital may be two letters).
 */
export function plainVin(text: string): string {
  const seen = PLAIN.test(text) ? text : withoutInvisible(text).normalize('NFKC').trim();
  return seen.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

const PLAIN = /^[!-~]*$/;
const VIN_LENGTH = 17;
/** As a spreadsheet shows a long number, or what it makes of digits round an E. */
const NUMBER = /^[+-]?(?:\d+[.,]\d+(?:E[+-]?\d+)?|\d+E[+-]\d+)$/;
/** A spreadsheet keeps 15 digits of a number. */
const ROUNDED = /^\d{15}00$/;
const CHECK_POSITION = 8;

/** Only North America (first character 1 to 5) requires the check digit. */
function hasCheckDigit(vin: string): boolean {
  return /^[1-5]/.test(vin);
}

/** The weight of each position, and the value of each letter from A on (49 CFR 565.15). */
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const VALUES = '12345678912345678923456789';

function checkDigit(vin: string): string {
  const value = (character: string) => Number(VALUES[LETTERS.indexOf(character)] ?? character);
  const sum = [...vin].reduce((total, character, i) => total + value(character) * (WEIGHTS[i] ?? 0), 0);
  return sum % 11 === 10 ? 'X' : String(sum % 11);
}

/** A character that may be one of those that look like another, or like nothing. */
function inWords(odd: string): string {
  if (odd === ' ') return 'a space (U+0020)';
  const name = codePoint(odd);
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(odd) ? `the character "${odd}" (${name})` : `the character ${name}`;
}

function refused(problem: string, remedy: string): VinCheck {
  return { ok: false, problem, remedy };
}
