import { TextDecoder } from 'node:util';

/** One line of a text, counted from 1. `text` is what there is of it: an over-long one is cut. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly tooLong: boolean;
}

/** The lines that have become whole with one more chunk of the source. */
export interface Piece {
  readonly lines: readonly Line[];
  /** Bytes of the source that have been read so far. */
  readonly bytes: number;
}

/** No row of a fleet's list needs more; a longer line is a broken file, and must not fill the memory. */
export const LONGEST_LINE = 10_000;

/**
 * Cuts a stream into lines, holding never more than one chunk of them. Reads UTF-8, and UTF-16 where a
 * byte order mark says so; knows the line ends of Windows, Unix and old Macs.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Piece> {
  let number = 1;
  let rest = '';
  let tooLong = false;
  let bytes = 0;
  const finish = (text: string): Line => {
    const line = {
      number,
      text: text.slice(0, LONGEST_LINE),
      tooLong: tooLong || text.length > LONGEST_LINE,
    };
    number += 1;
    tooLong = false;
    return line;
  };

  for await (const { text, read } of decoded(source)) {
    bytes = read;
    // A carriage return at the end may be the first half of a Windows line end: it waits for the rest.
    const pieces = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = pieces.pop() ?? '';
    if (pieces.length > 0) yield { lines: pieces.map(finish), bytes };
    if (rest.length > LONGEST_LINE) {
      tooLong = true;
      rest = rest.slice(0, LONGEST_LINE) + (rest.endsWith('\r') ? '\r' : '');
    }
  }
  rest = rest.replace(/\r$/, '');
  if (rest !== '' || tooLong) yield { lines: [finish(rest)], bytes };
}

async function* decoded(
  source: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<{ readonly text: string; readonly read: number }> {
  let decoder: TextDecoder | undefined;
  let start: Uint8Array = Buffer.alloc(0);
  let read = 0;
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    read += bytes.length;
    if (decoder) {
      yield { text: decoder.decode(bytes, { stream: true }), read };
      continue;
    }
    start = Buffer.concat([start, bytes]);
    if (start.length < 2) continue;
    decoder = new TextDecoder(start[0] === 0xff && start[1] === 0xfe ? 'utf-16le' : 'utf-8');
    yield { text: decoder.decode(start, { stream: true }), read };
  }
  yield { text: decoder?.decode() ?? '', read };
}
