/** What came of checking a VIN. `vin` is the form to use: trimmed and in upper case. */
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
  const trimmed = text.trim();
  if (trimmed === '') return refused('is empty', 'Write the VIN from the registration document.');
  const odd = /[^A-Za-z0-9]/u.exec(trimmed)?.[0];
  if (odd !== undefined) {
    return refused(
      `contains the character ${JSON.stringify(odd)}`,
      'A VIN has letters and digits only: no spaces, hyphens or accents.',
    );
  }
  if (trimmed.length !== VIN_LENGTH) {
    return refused(
      `has ${trimmed.length} characters instead of ${VIN_LENGTH}`,
      'Compare it with the registration document; a spreadsheet may have cut or rounded it.',
    );
  }

  const vin = trimmed.toUpperCase();
  const letters = [...new Set(vin.match(/[IOQ]/g))].join(' and ');
  if (letters && !options.sandbox) {
    return refused(
      `contains ${letters}, which no VIN has`,
      'Write the digit 1 instead of I, and 0 instead of O or Q.',
    );
  }
  const warnings: string[] = [];
  if (letters) warnings.push(`contains ${letters}, which production would refuse`);
  if (!options.sandbox && hasCheckDigit(vin) && checkDigit(vin) !== vin[CHECK_POSITION]) {
    warnings.push('has a wrong check digit (9th character): compare it with the registration document');
  }
  return { ok: true, vin, warnings };
}

const VIN_LENGTH = 17;
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

function refused(problem: string, remedy: string): VinCheck {
  return { ok: false, problem, remedy };
}
