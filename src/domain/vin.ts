import { codePoint, withoutInvisible } from './name';

/** What came of checking a VIN. `vin` is the form to use: what can be seen of it, in upper case. */
export type VinCheck =
  | { readonly ok: true; readonly vin: string; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

export interface VehicleCheckOptions {
  /** Whether it is for the provider's sandbox, whose test VINs contain I and carry no check digit. */
  readonly sandbox: boolean;
}

/**
 * Checks a VIN as far as it can be checked without asking anybody (ISO 3779: 17 characters, digits
 * and capital letters, without I, O and Q). In the sandbox the letters are a warning only, and the check digit is not
 * looked at.
 */
export function checkVin(text: string, options: VehicleCheckOptions): VinCheck {
  if (USUAL.test(text)) return { ok: true, vin: text, warnings: warningsOf(text, options.sandbox) };
  const vin = plainVin(text);
  if (USUAL.test(vin)) return { ok: true, vin, warnings: warningsOf(vin, options.sandbox) };
  const refusal = formRefusal(text, vin, [VIN_LENGTH]);
  if (refusal) return refusal;

  const letters = [...new Set(vin.match(/[IOQ]/g))].join(' and ');
  if (!options.sandbox) {
    return refused(
      `contains ${letters}, which no VIN has`,
      'Write the digit 1 instead of I, and 0 instead of O or Q.',
    );
  }
  return { ok: true, vin, warnings: [`contains ${letters}, which production would refuse`] };
}

/**
 * Checks what names a vehicle at a provider that takes other identifiers than VINs of today: its length and its characters, and
 * no more.
 */
export function checkIdentifier(text: string, lengths: readonly number[]): VinCheck {
  const vin = plainVin(text);
  return formRefusal(text, vin, lengths) ?? { ok: true, vin, warnings: [] };
}

/** What is wrong with the form of an identifier, or null. */
function formRefusal(text: string, vin: string, lengths: readonly number[]): VinCheck | null {
  if (vin === '') return refused('is empty', 'Write the VIN from the registration document.');
  if (NUMBER.test(vin)) {
    return refused(
      'was turned into a number by a spreadsheet, and its last digits are lost',
      'Format the column as text, then write the VIN again from the registration document.',
    );
  }
  if (/[^A-Z0-9]/.test(vin)) {
    const odd = oddCharacter(text) ?? (/[^A-Z0-9]/u.exec(vin)?.[0] as string);
    return refused(`contains ${inWords(odd)}`, remedyFor(odd, vin));
  }
  if (lengths.includes(vin.length)) return null;
  return refused(
    `has ${vin.length} characters instead of ${lengths.join(' or ')}`,
    'Compare it with the registration document; a spreadsheet may have cut or rounded it.',
  );
}

/** What is odd about a VIN of the right form. The virtual VINs of the sandbox have no check digit. */
function warningsOf(vin: string, sandbox: boolean): readonly string[] {
  const warnings: string[] = [];
  if (vin.endsWith('00') && ROUNDED.test(vin)) {
    warnings.push('has digits only and ends with 00: a spreadsheet may have rounded it, compare it');
  }
  if (!sandbox && hasCheckDigit(vin) && checkDigit(vin) !== vin[CHECK_POSITION]) {
    warnings.push('has a wrong check digit (9th character): compare it with the registration document');
  }
  return warnings;
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
const USUAL = /^[A-HJ-NPR-Z0-9]{17}$/;
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

/** The first character that no VIN has, as it was written: a no-break space is no usual one. */
function oddCharacter(text: string): string | undefined {
  const seen = withoutInvisible(text).normalize('NFC').trim();
  return [...seen].find((character) => /[^A-Z0-9]/.test(plainVin(`A${character}A`)));
}

function remedyFor(odd: string, vin: string): string {
  const rule = 'a VIN has digits and the letters A to Z only';
  if (!/[\p{P}\p{S}\s]/u.test(odd) || !USUAL.test(vin.replace(/[^A-Z0-9]/gu, ''))) {
    return 'A VIN has digits and the letters A to Z only: no spaces, hyphens or accents.';
  }
  const name = /\s/.test(odd) ? 'spaces' : { '-': 'hyphens', '.': 'dots', '/': 'slashes' }[odd];
  return `Delete the ${name ?? `characters "${odd}"`}: ${rule}.`;
}

/** A character that may be one of those that look like another, or like nothing. */
function inWords(odd: string): string {
  if (odd === ' ') return 'a space (U+0020)';
  const name = codePoint(odd);
  if (odd === '\u00A0') return `a no-break space (${name})`;
  if (/\p{Zs}/u.test(odd)) return `a space (${name})`;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(odd) ? `the character "${odd}" (${name})` : `the character ${name}`;
}

function refused(problem: string, remedy: string): VinCheck {
  return { ok: false, problem, remedy };
}
