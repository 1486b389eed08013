import { TextDecoder } from 'node:util';

/** One line of a text, counted from 1. `text` is what there is of it: an over-long one is cut. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly tooLong: boolean;
}

/** No row of a fleet's list needs more; a longer line is a broken file, and must not fill the memory. */
export const LONGEST_LINE = 10_000;

/**
 * Cuts a stream into lines, holding never more than one of them. Reads UTF-8, and UTF-16 where a
 * byte order mark says so; knows the line ends of Windows, Unix and old Macs.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  let number = 1;
  let rest = '';
  let tooLong = false;
  const finish = (text: string): Line => {
    const line = { number, text, tooLong };
    number += 1;
    tooLong = false;
    return line;
  };

  for await (const text of decoded(source)) {
    // A carriage return at the end may be the first half of a Windows line end: it waits for the rest.
    const pieces = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      if (piece.length > LONGEST_LINE) tooLong = true;
      yield finish(piece.slice(0, LONGEST_LINE));
    }
    if (rest.length > LONGEST_LINE) {
      tooLong = true;
      rest = rest.slice(0, LONGEST_LINE) + (rest.endsWith('\r') ? '\r' : '');
    }
  }
  rest = rest.replace(/\r$/, '');
  if (rest !== '' || tooLong) yield finish(rest);
}

async function* decoded(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let start: Uint8Array = Buffer.alloc(0);
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (decoder) {
      yield decoder.decode(bytes, { stream: true });
      continue;
    }
    start = Buffer.concat([start, bytes]);
    if (start.length < 2) continue;
    decoder = new TextDecoder(start[0] === 0xff && start[1] === 0xfe ? 'utf-16le' : 'utf-8');
    yield decoder.decode(start, { stream: true });
  }
  yield decoder?.decode() ?? '';
}
