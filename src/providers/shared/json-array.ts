/** Where a piece of the list ended. */
type Place = 'before' | 'first' | 'element' | 'behind' | 'next' | 'after';

const [TAB, LINE_FEED, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** No row of a list is nearly as long. */
const MAX_ELEMENT = 1024 * 1024;

/**
 * Cuts a JSON array (RFC 8259) into its elements while it arrives, without parsing them: it follows only strings and
 * brackets. An element may still turn out not to be JSON.
 */
export class JsonArraySplitter {
  private place: Place = 'before';
  /** What has come of an element that is not whole yet, and how far it was looked at. */
  private rest: Buffer = Buffer.alloc(0);
  private looked = 0;
  private depth = 0;
  private inString = false;

  /**
   * @param onElement is given the bytes of each element; they are good until it returns.
   * @param failure makes the error that is thrown for what is no array; its text completes "The provider …".
   */
  constructor(
    private readonly onElement: (bytes: Buffer) => void,
    private readonly failure: (what: string) => Error,
  ) {}

  /** Takes the next piece of the text. */
  push(piece: Buffer): void {
    this.take(piece, false);
  }

  /** The same for a list that stands in something else. @returns what stands behind its end, or null before it has come. */
  pushInside(piece: Buffer): Buffer | null {
    return this.take(piece, true);
  }

  private take(piece: Buffer, isInside: boolean): Buffer | null {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, piece]) : piece;
    let start = 0;
    let at = this.looked;
    while (at < bytes.length) {
      if (isInside && this.place === 'after') break;
      if (this.place !== 'element') {
        at = this.step(bytes, at);
        start = at;
        continue;
      }
      at = this.endOfElement(bytes, at);
      if (this.place === 'element') break;
      this.onElement(bytes.subarray(start, at));
    }
    const isOpen = this.place === 'element';
    this.rest = isOpen ? bytes.subarray(start) : Buffer.alloc(0);
    this.looked = isOpen ? at - start : 0;
    if (this.rest.length > MAX_ELEMENT) throw this.failure('sent a list with a row that is too large');
    return isInside && this.place === 'after' ? bytes.subarray(at) : null;
  }

  /** Says that nothing more comes. @throws the failure when the array is not whole. */
  end(): void {
    if (this.place !== 'after') throw this.failure('sent a list that is cut off');
  }

  /** Takes one byte between two elements, or stands still where an element begins. */
  private step(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number;
    if (byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB) return at + 1;
    switch (this.place) {
      case 'before':
        if (BYTE_ORDER_MARK.includes(byte)) return at + 1;
        if (byte !== OPEN_LIST) break;
        this.place = 'first';
        return at + 1;
      case 'first':
      case 'next':
        if (byte === CLOSE_LIST && this.place === 'first') {
          this.place = 'after';
          return at + 1;
        }
        if (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT) break;
        this.place = 'element';
        return at;
      case 'behind':
        if (byte !== COMMA && byte !== CLOSE_LIST) break;
        this.place = byte === COMMA ? 'next' : 'after';
        return at + 1;
    }
    throw this.failure('sent a reply that is not a JSON list');
  }

  /** Looks for the end of an element, and says how far it has looked: past the piece, if its last byte escapes one. */
  private endOfElement(bytes: Buffer, from: number): number {
    const { length } = bytes;
    let { depth, inString } = this;
    let at = from;
    for (; at < length; at++) {
      const byte = bytes[at];
      if (inString) {
        if (byte === BACKSLASH) at++;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) {
        inString = true;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        depth++;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (depth <= 1) {
          // The element's own bracket, or that of the list behind a bare value.
          at += depth;
          this.place = 'behind';
          break;
        }
        depth--;
      } else if (byte === COMMA && depth === 0) {
        this.place = 'behind';
        break;
      }
    }
    const isOpen = this.place === 'element';
    this.depth = isOpen ? depth : 0;
    this.inString = isOpen && inString;
    return at;
  }
}
