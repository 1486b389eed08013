import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { VinError } from '../base/errors';

/** A piece of the text of a list. */
export interface TextPiece {
  readonly text: string;
  /** Bytes of the source that have been read so far. */
  readonly bytes: number;
  /** What a person should know of how it was read; each note comes once. */
  readonly note?: string;
}

type Decode = (source: AsyncIterable<Buffer>, first: Buffer) => AsyncGenerator<TextPiece>;

/** What files begin with: byte order marks, or what says that it is no list. Longer ones first: that of UTF-16 is the beginning of one of UTF-32. */
const MARKS: readonly (readonly [mark: readonly number[], decode: Decode | string])[] = [
  [bytesOf('PK\x03\x04'), 'an Excel or LibreOffice file'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel file'],
  [bytesOf('%PDF'), 'a PDF file'],
  [[0x1f, 0x8b], 'a gzip file'],
  [bytesOf('SQLite format 3\0'), 'a database file (SQLite)'],
  ...['<html', '<HTML', '<!', '<?xml', '<table'].map(
    (tag) => [bytesOf(tag), 'a web page or an XML file'] as const,
  ),
  [[0xff, 0xfe, 0, 0], utf32((bytes, at) => bytes.readUInt32LE(at))],
  [[0, 0, 0xfe, 0xff], utf32((bytes, at) => bytes.readUInt32BE(at))],
  [[0xef, 0xbb, 0xbf], eightBit(true)],
  [[0xff, 0xfe], wide('utf-16le')],
  [[0xfe, 0xff], wide('utf-16be')],
  [[0x84, 0x31, 0x95, 0x33], wide('gb18030')],
  [[0x2b, 0x2f, 0x76], 'a text in UTF-7'],
  [[0x0e, 0xfe, 0xff], 'a text in SCSU'],
  [[0xfb, 0xee, 0x28], 'a text in BOCU-1'],
  [[0xdd, 0x73, 0x66, 0x73], 'a text in UTF-EBCDIC'],
];

/** So many bytes show how a list is written, where it has no mark. */
const SAMPLE = 64;

/**
 * Decodes a list: what its byte order mark says, else UTF-16 where every second byte is zero, else UTF-8, and lines that
 * are not UTF-8 as what spreadsheets write without asking: Windows-1252, or Mac Roman where lines end as on old Macs.
 * What cannot be read becomes U+FFFD, which no name may contain.
 *
 * @throws VinError `LIST_ENCODING` where the encoding is known and cannot be read.
 */
export async function* decoded(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<TextPiece> {
  const chunks = buffersOf(source);
  let first: Buffer = Buffer.alloc(0);
  while (first.length < SAMPLE) {
    const next = await chunks.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  const [mark, decode] = MARKS.find(([bytes]) => bytes.every((byte, at) => first[at] === byte)) ?? [];
  if (typeof decode === 'string') throw notReadable(decode);
  yield* (decode ?? withoutMark(first))(chunks, first.subarray(mark?.length ?? 0));
}

function bytesOf(text: string): number[] {
  return [...Buffer.from(text)];
}

async function* buffersOf(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  for await (const chunk of source) yield Buffer.from(chunk as Uint8Array);
}

/** Characters of Latin letters in UTF-16 have a zero in every second byte; no other text has zeros at all. */
function withoutMark(first: Buffer): Decode {
  const sample = first.subarray(0, SAMPLE);
  const zeros = (odd: number) => sample.filter((byte, at) => byte === 0 && at % 2 === odd).length;
  const isWide = (mine: number, others: number) => others === 0 && mine > sample.length / 8;
  if (isWide(zeros(1), zeros(0))) return wide('utf-16le');
  if (isWide(zeros(0), zeros(1))) return wide('utf-16be');
  return eightBit(false);
}

function wide(label: string): Decode {
  return async function* (source, first) {
    const decoder = new TextDecoder(label);
    let bytes = first.length;
    yield { text: decoder.decode(first, { stream: true }), bytes };
    for await (const chunk of source) {
      bytes += chunk.length;
      yield { text: decoder.decode(chunk, { stream: true }), bytes };
    }
    yield { text: decoder.decode(), bytes };
  };
}

function utf32(read: (bytes: Buffer, at: number) => number): Decode {
  const textOf = (bytes: Buffer): string => {
    let text = '';
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const point = read(bytes, at);
      const isNone = point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff);
      text += isNone ? '\uFFFD' : String.fromCodePoint(point);
    }
    return text;
  };
  return async function* (source, first) {
    let rest = first;
    let bytes = first.length;
    for (;;) {
      const whole = rest.length - (rest.length % 4);
      yield { text: textOf(rest.subarray(0, whole)), bytes };
      const next = await source[Symbol.asyncIterator]().next();
      if (next.done) return;
      bytes += next.value.length;
      rest = Buffer.concat([rest.subarray(whole), next.value]);
    }
  };
}

/** A line that is longer than this is no row; it may be cut anywhere. */
const LONGEST = 64 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** Decodes whole lines of bytes, so that no character is cut. @param isMarked whether a mark has said: UTF-8. */
function eightBit(isMarked: boolean): Decode {
  return async function* (source, first) {
    const lines = new LineDecoder(isMarked);
    let rest = first;
    let bytes = first.length;
    for await (const chunk of source) {
      bytes += chunk.length;
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      // A carriage return at the end may be the first half of a Windows line end: it waits for the rest.
      let end = Math.max(rest.lastIndexOf(LF), rest.lastIndexOf(CR, -2)) + 1;
      if (end === 0 && rest.length > LONGEST) end = beginOfCharacter(rest);
      if (end > 0) yield lines.decode(rest.subarray(0, end), bytes);
      rest = rest.subarray(end);
    }
    yield lines.decode(rest, bytes);
  };
}

/** Where the last character begins, which may be cut. */
function beginOfCharacter(bytes: Buffer): number {
  let at = bytes.length;
  for (let back = 0; back < 3 && ((bytes[at - 1] ?? 0) & 0xc0) === 0x80; back += 1) at -= 1;
  return at - 1;
}

class LineDecoder {
  private legacy: Legacy | undefined;
  /** Whether lines have ended with a line feed, or with a carriage return alone. */
  private hasLf = false;
  private hasCr = false;

  /** @param isUtf8 whether it is known to be UTF-8. */
  constructor(private isUtf8: boolean) {}

  decode(lines: Buffer, bytes: number): TextPiece {
    if (isUtf8(lines)) return { text: this.asUtf8(lines), bytes };
    let text = '';
    let note: string | undefined;
    for (let at = 0; at < lines.length; ) {
      const end = endOfLine(lines, at);
      const line = lines.subarray(at, end);
      at = end;
      // Where the others are UTF-8 a line that is not is damaged, and what it said cannot be known.
      if (isUtf8(line) || this.isUtf8) text += this.asUtf8(line);
      else {
        const isNew = this.legacy === undefined;
        this.see(line);
        this.legacy ??= legacyOf(this.hasCr && !this.hasLf);
        const read = doubted(this.legacy.decode(line));
        if (isNew) note = noteOf(this.legacy.name, read);
        text += read;
      }
    }
    return { text, bytes, ...(note && { note }) };
  }

  private asUtf8(lines: Buffer): string {
    if (this.legacy === undefined) {
      this.isUtf8 ||= !isAscii(lines);
      this.see(lines);
    }
    return lines.toString('utf8');
  }

  private see(lines: Buffer): void {
    if (this.hasLf) return;
    this.hasLf = lines.includes(LF);
    this.hasCr ||= lines.includes(CR);
  }
}

function endOfLine(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) return at + 1;
  }
  return bytes.length;
}

interface Legacy {
  readonly name: string;
  readonly decode: (line: Buffer) => string;
}

/** "CSV (Macintosh)" of Excel is the one format whose lines end with CR alone. */
function legacyOf(isOldMac: boolean): Legacy {
  if (!isOldMac) return { name: 'Windows-1252', decode: fromWindows };
  const decoder = new TextDecoder('macintosh');
  return { name: 'Mac Roman', decode: (line) => decoder.decode(line) };
}

/** What Windows-1252 has in place of the control characters 0x80 to 0x9F of Latin-1; five mean nothing. */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ';

/** Not with TextDecoder: some versions of Node read Latin-1 instead. */
function fromWindows(line: Buffer): string {
  return line
    .toString('latin1')
    .replace(/[\u0080-\u009F]/g, (odd) => WINDOWS[odd.charCodeAt(0) - 0x80] ?? odd);
}

/** What a text was before a program read its UTF-8 as Windows-1252: `KÃ¶ln` was `Köln`. Undefined where it is no such text. */
export function undamaged(text: string): string | undefined {
  if (!/[\u00C2-\u00F4][\u0080-\uFFFF]/.test(text)) return undefined;
  const codes = [...text].map((one) =>
    WINDOWS.includes(one) ? 0x80 + WINDOWS.indexOf(one) : (one.codePointAt(0) ?? 0),
  );
  const bytes = Buffer.from(codes);
  return codes.every((code) => code <= 0xff) && isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/**
 * What stands inside a word only when the text is in another encoding (a DOS code page, Mac Roman), and bytes that mean
 * nothing: as what could not be read.
 */
const DOUBTFUL =
  /(?<=\p{L})[€‚ƒ„…†‡ˆ‰‹›‘“”•˜™¤¦§¨©¬®¯±²³´¶¸¹»¼½¾¿](?=\p{L})|[†‡‰™](?=\p{L})|(?<=\p{L})[ŠŽŒŸ](?=\p{Ll})|[\u0080-\u009F]/gu;

function doubted(text: string): string {
  return text.replace(DOUBTFUL, '\uFFFD');
}

function noteOf(name: string, line: string): string {
  const word = oddWord(line.replaceAll('\uFFFD', ''));
  const example = word ? `, so that a word of it is "${word}"` : '';
  return `the list is not in UTF-8; it is read as ${name}${example}. If that is wrong, save it as "CSV UTF-8".`;
}

/**
 * The first word with a letter that is not of ASCII, or the part of it around that letter. The letter is searched first: a pattern that
 * begins with the letters before it tries each of them, and a line may have millions.
 */
function oddWord(text: string): string {
  const at = text.search(/[^\p{ASCII}]/u);
  if (at < 0) return '';
  const before = /[\p{L}\p{N}]*$/u.exec(text.slice(Math.max(0, at - 20), at))?.[0] ?? '';
  const rest = /^.[\p{L}\p{N}]{0,10}/u.exec(text.slice(at))?.[0] ?? '';
  return `${before}${rest}`;
}

/** Whether what was read is no text: texts have no zeros, but padded files have some at their end. */
export function hasZeros(text: string): boolean {
  return text.replace(/\0+\s*$/, '').includes('\0');
}

export function notReadable(name: string): VinError {
  return new VinError(
    'LIST_ENCODING',
    `The list is ${name}, which is not read.`,
    'Open it with the program that wrote it, save it as "CSV UTF-8", and import that.',
  );
}
