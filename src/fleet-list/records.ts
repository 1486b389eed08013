import { CsvError, parse } from 'csv-parse/sync';
import { withoutInvisible } from '../domain/name';
import { plainRows } from './plain-lines';

/** The values of one row. `line` is where it begins, counted from 1: a value in quotes may have line breaks. */
export interface GoodRecord {
  readonly line: number;
  readonly cells: readonly string[];
}
/** A line that is no row: `text` is its beginning. */
export interface BadRecord {
  readonly line: number;
  readonly text: string;
  readonly problem: 'too-long' | 'quotes';
}
export type ListRecord = GoodRecord | BadRecord;

/** No row of a fleet's list needs more characters; a longer one is a broken file, and must not fill the memory. */
export const LONGEST_RECORD = 10_000;
/** Text that is kept for a row which has not ended: quotes written twice and separators may make a row longer. */
const MOST_KEPT = 4 * LONGEST_RECORD;
/** What is shown of a line that is no row. */
const SHOWN = 100;

/**
 * Cuts a text into the values of its rows, piece by piece, as csv-parse does it (RFC 4180). A line whose quotes do not fit
 * together is one bad record, and the next line is read as if nothing had been.
 */
export class RecordReader {
  /** What has been read of a row that has not ended. */
  private rest = '';
  /** The beginning of a line that is too long, of which the end has not come. */
  private cut: string | undefined;
  private readonly swallowed: RegExp;
  /** Whether each row that is being read is one line. */
  private areLines = false;

  /** @param line the number of the first line. */
  constructor(
    private readonly delimiter: string,
    private line = 1,
  ) {
    const by = `\\u${delimiter.charCodeAt(0).toString(16).padStart(4, '0')}`;
    // On one line, and no delimiter: what may be both would be gone through again and again.
    const vin = `(?:(?!${by})[^\\S\\n]|["'=])*[A-Z0-9]{17}["']*(?:(?!${by})[^\\S\\n])*`;
    this.swallowed = new RegExp(`\\n(?:[^\\n]*${by})?${vin}${by}|\\n[^\\n]*${by}${vin}(?:\\n|$)`, 'i');
  }

  /** The rows that have ended with one more piece of text. */
  read(text: string): ListRecord[] {
    // A carriage return at the end may be the first half of a Windows line end: it waits for the rest.
    const isOpen = text.endsWith('\r');
    const records = this.take(this.rest + (isOpen ? text.slice(0, -1) : text), false);
    if (isOpen) this.rest += '\r';
    return records;
  }

  /** The rows that are left at the end of the text. A DOS end mark and the zeros of a padded file are no text. */
  end(): ListRecord[] {
    const text = withLineFeeds(this.rest).replace(/\p{Cc}+$/u, '');
    if (text === '' && this.cut === undefined) return [];
    return this.take(`${text}\n`, true);
  }

  private take(given: string, isEnd: boolean): ListRecord[] {
    const records: ListRecord[] = [];
    let text = asSeen(withLineFeeds(given), this.delimiter);
    if (this.cut !== undefined) {
      const end = text.indexOf('\n') + 1;
      this.rest = '';
      if (end === 0) return [];
      records.push(this.bad(this.cut, 'too-long'));
      this.cut = undefined;
      text = text.slice(end);
    }
    const end = text.lastIndexOf('\n') + 1;
    const tail = text.slice(end);
    const open = this.parse(text.slice(0, end), isEnd ? 0 : MOST_KEPT - tail.length, records);
    this.rest = open + tail;
    if (open === '' && tail.length > MOST_KEPT) {
      this.cut = tail.slice(0, SHOWN);
      this.rest = '';
    }
    return records;
  }

  /** Parses whole lines. @returns those of a row that has not ended, of at most so many characters. */
  private parse(lines: string, mostOpen: number, records: ListRecord[]): string {
    if (lines === '') return '';
    const text = unprotected(lines);
    try {
      const plain = plainRows(text, this.delimiter);
      const parsed = plain ?? (parse(text, this.options()) as string[][]);
      if (this.areWhole(parsed, plain !== null || linesOf(text) === parsed.length)) {
        for (const cells of parsed) records.push(this.good(cells));
        return '';
      }
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
    }
    return this.parseWithCare(Buffer.from(text), mostOpen, records);
  }

  private options() {
    return { delimiter: this.delimiter, record_delimiter: '\n', trim: true, relax_column_count: true };
  }

  /** @param areLines whether each row is one line: then no value has a line break. */
  private areWhole(parsed: readonly (readonly string[])[], areLines: boolean): boolean {
    this.areLines = areLines;
    return parsed.every((cells) => !this.isTooLong(cells) && (areLines || !this.hasSwallowed(cells)));
  }

  private isTooLong(cells: readonly string[]): boolean {
    let size = cells.length;
    for (const cell of cells) size += cell.length;
    return size > LONGEST_RECORD;
  }

  /** A quote that was opened by mistake takes in the rows up to the next one: no value contains other rows. */
  private hasSwallowed(cells: readonly string[]): boolean {
    return cells.some((cell) => cell.includes('\n') && this.swallowed.test(cell));
  }

  /** As `parse`, and knows where each row ends: after a line that is wrong it goes on with the next one. */
  private parseWithCare(text: Buffer, mostOpen: number, records: ListRecord[]): string {
    this.areLines = false;
    let at = 0;
    while (at < text.length) {
      const rest = text.subarray(at);
      let done = 0;
      let code = '';
      try {
        parse(rest, {
          ...this.options(),
          on_record: (cells: string[], { bytes }) => {
            if (this.isTooLong(cells) || this.hasSwallowed(cells)) throw new Stop();
            records.push(this.good(cells));
            done = bytes;
            return null;
          },
        });
        return '';
      } catch (error) {
        if (error instanceof CsvError) code = error.code;
        else if (!(error instanceof Stop)) throw error;
      }
      const open = rest.subarray(done);
      if (code === 'CSV_QUOTE_NOT_CLOSED' && open.length <= mostOpen) return open.toString();
      const end = open.indexOf('\n') + 1 || open.length;
      const line = open.subarray(0, end).toString().trimEnd();
      records.push(this.bad(line, line.length > LONGEST_RECORD ? 'too-long' : 'quotes'));
      at += done + end;
    }
    return '';
  }

  private good(cells: readonly string[]): GoodRecord {
    const { line } = this;
    this.line += 1;
    if (this.areLines) return { line, cells };
    for (const cell of cells) {
      for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) this.line += 1;
    }
    return { line, cells };
  }

  private bad(text: string, problem: BadRecord['problem']): BadRecord {
    const { line } = this;
    this.line += 1;
    return { line, text: text.slice(0, SHOWN), problem };
  }
}

class Stop extends Error {}

function linesOf(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/**
 * Without what nobody sees, and every space at the ends of a value as a usual one: beside a quote it would be a part of
 * the value. Inside a value it stays what it is, so that it can be named.
 */
function asSeen(text: string, delimiter: string): string {
  if (!/[\u0080-\uFFFF]/.test(text)) return text;
  const seen = withoutInvisible(text);
  if (!/[^\S\t\n ]/.test(seen)) return seen;
  const isEnd = (character: string | undefined) =>
    character === undefined || character === '\n' || character === '"' || character === delimiter;
  return seen.replace(/[^\S\t\n]+/g, (spaces, at: number) =>
    isEnd(seen[at - 1]) || (at + spaces.length < seen.length && isEnd(seen[at + spaces.length]))
      ? ' '.repeat(spaces.length)
      : spaces,
  );
}

/** A value between equals sign and quotes, as spreadsheets protect digits: `="0012"`. */
const PROTECTED = /="([^"\n]*)"/g;

/** Such a value as RFC 4180 writes it. Where the whole is in quotes once more, csv-parse gives it as it is. */
function unprotected(text: string): string {
  if (!text.includes('="')) return text;
  return text.replace(PROTECTED, (written, value: string, at: number) =>
    isBeside(text, at - 1, -1) && isBeside(text, at + written.length, 1) ? `"${value}"` : written,
  );
}

/** Whether a value ends here, but for spaces: they are gone through once, however many there are. */
function isBeside(text: string, from: number, step: 1 | -1): boolean {
  let at = from;
  while (text[at] === ' ') at += step;
  const character = text[at];
  return character === undefined || '\n,;\t|'.includes(character);
}
