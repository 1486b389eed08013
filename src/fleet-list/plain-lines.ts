/**
 * The values of lines that are plain: each value stands on one line, and is in quotes as a whole or not at all. Nearly every line
 * is, and csv-parse takes six times as long for them. It decides what a list says: lines of which it could say something else
 * are left to it.
 *
 * @param text whole lines, each with a line feed at its end.
 * @returns null where a line is not plain.
 */
export function plainRows(text: string, delimiter: string): string[][] | null {
  if (delimiter.length !== 1 || delimiter.charCodeAt(0) > LAST_OF_ASCII) return null;
  const places = { text, delimiter, nextDelimiter: -1, nextQuote: -1 };
  const rows: string[][] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const cells = end < 0 ? null : cellsOf(places, at, end);
    if (cells === null) return null;
    rows.push(cells);
    at = end + 1;
  }
  return rows;
}

/** Where the next delimiter and the next quote are, so that none is looked for twice; behind the end where there is none. */
interface Places {
  readonly text: string;
  readonly delimiter: string;
  nextDelimiter: number;
  nextQuote: number;
}

function cellsOf(places: Places, begin: number, end: number): string[] | null {
  const { text } = places;
  const cells: string[] = [];
  for (let at = begin; ; ) {
    if (places.nextQuote < at) places.nextQuote = placeOf(text, '"', at);
    const isQuoted = places.nextQuote === at;
    const stop = isQuoted ? endOfQuoted(places, at, end) : endOfBare(places, at, end);
    if (stop < 0) return null;
    cells.push(isQuoted ? text.slice(at + 1, stop - 1) : seen(text, at, stop));
    if (stop === end) return cells;
    at = stop + 1;
  }
}

/** @returns -1 where it has a quote in it. */
function endOfBare(places: Places, at: number, end: number): number {
  const { text, delimiter } = places;
  if (places.nextDelimiter < at) places.nextDelimiter = placeOf(text, delimiter, at);
  const stop = Math.min(places.nextDelimiter, end);
  return places.nextQuote < stop ? -1 : stop;
}

/** @returns -1 where it does not end on its line, or has anything but a separator behind it, such as another quote. */
function endOfQuoted({ text, delimiter }: Places, at: number, end: number): number {
  const stop = text.indexOf('"', at + 1) + 1;
  if (stop === 0 || stop > end) return -1;
  return stop === end || text[stop] === delimiter ? stop : -1;
}

function placeOf(text: string, character: string, from: number): number {
  const found = text.indexOf(character, from);
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}

const LAST_OF_ASCII = 0x7f;
const SPACE = 0x20;

/** Without the spaces at its ends. */
function seen(text: string, at: number, stop: number): string {
  const value = text.slice(at, stop);
  return isSeen(value.charCodeAt(0)) && isSeen(value.charCodeAt(value.length - 1)) ? value : value.trim();
}

/** Whether a character is no space, as far as that is plain. */
function isSeen(code: number): boolean {
  return code > SPACE && code <= LAST_OF_ASCII;
}
