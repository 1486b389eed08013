import { type ClearanceStatus, parseStatus } from '../../domain/status';
import { plainVin } from '../../domain/vin';

/** Longest text of the provider that is kept: what it says ends up in histories and logs. */
const MAX_TEXT = 1_000;

/** A provider's free text, verbatim but for its length. */
export function keepText(text: string): string {
  return text.slice(0, MAX_TEXT);
}

/** A provider's text made fit for one line of an error or a log: no control characters, 300 characters. */
export function oneLine(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

/**
 * A status of the provider with its reason. A word that we do not know becomes `unknown`, and is kept in
 * front of the reason. `absent` is our own word: from a provider it means nothing.
 */
export function readStatus(
  word: string,
  reason: string | null,
): { status: ClearanceStatus; reason: string | null } {
  const parsed = parseStatus(word);
  if (parsed !== 'unknown' && parsed !== 'absent') return { status: parsed, reason };
  return { status: 'unknown', reason: keepText(reason === null ? word : `${word}: ${reason}`) };
}

/** The form in which two spellings of a VIN are the same. */
export function vinKey(vin: string): string {
  return plainVin(vin);
}
