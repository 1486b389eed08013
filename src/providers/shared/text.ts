import { cutTo } from '../../domain/cut';

/** Longest text of the provider that is kept: what it says ends up in histories and logs. */
const MAX_TEXT = 1_000;

/** A provider's free text, verbatim but for its length. */
export function keepText(text: string): string {
  return cutTo(text, MAX_TEXT);
}

/** A provider's text made fit for one line of an error or a log: no control characters, 300 characters. */
export function oneLine(text: string): string {
  return cutTo(
    keepText(text)
      .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
      .trim(),
    300,
  );
}
