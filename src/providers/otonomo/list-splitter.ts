import { JsonArraySplitter } from '../shared/json-array';

/** What stands before the list is short; more than this is no reply of Otonomo's. */
const MOST_BEFORE = 64 * 1024;

/** A text, and the colon behind it where it is a key; a bracket. What is between these does not matter. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/gs;
const BEGINS_LIST = /\s*\[/y;

/**
 * Where the list of `{"vehicles": [` begins, behind whatever other keys; null: it has not come yet. Lists of the same name
 * that stand deeper are others.
 */
function startOfList(text: string): number | null {
  let depth = 0;
  for (const { 0: token, 1: key, 2: colon, index } of text.matchAll(TOKEN)) {
    if (key === undefined) depth += token === '{' || token === '[' ? 1 : -1;
    else if (depth === 1 && colon && key === '"vehicles"') {
      BEGINS_LIST.lastIndex = index + token.length;
      const opening = BEGINS_LIST.exec(text);
      if (opening) return BEGINS_LIST.lastIndex - 1;
    }
  }
  return null;
}

/** A reply is an object, perhaps behind a byte order mark, whose bytes are three letters here. */
const OPENS_OBJECT = /^(?:\u00EF\u00BB\u00BF)?\s*\{/;

/**
 * Cuts the rows out of `{"vehicles": [...]}` while it arrives, one row in memory at a time. What stands beside the list is
 * not looked at: there may be more one day.
 */
export class VehiclesSplitter {
  private readonly list: JsonArraySplitter;
  /** Null once the list has begun. */
  private before: Buffer | null = Buffer.alloc(0);
  /** What stands behind the list; null while it has not ended. */
  private behind: Buffer | null = null;

  /**
   * @param onRow is given the bytes of each row; they are good until it returns.
   * @param failure makes the error that is thrown for what is no such reply; its text completes "The provider …".
   */
  constructor(
    onRow: (bytes: Buffer) => void,
    private readonly failure: (what: string) => Error,
  ) {
    this.list = new JsonArraySplitter(onRow, failure);
  }

  /** Takes the next piece of the text. */
  push(piece: Buffer): void {
    if (this.behind) {
      this.behind = Buffer.concat([this.behind, piece]);
      if (this.behind.length > MOST_BEFORE)
        throw this.failure('sent a reply that does not end with its list');
      return;
    }
    if (!this.before) {
      this.behind = this.list.pushInside(piece);
      return;
    }
    const bytes = Buffer.concat([this.before, piece]);
    // Byte for byte, so that a letter which is not whole yet does no harm.
    const text = bytes.toString('latin1');
    const start = OPENS_OBJECT.test(text) ? startOfList(text) : null;
    if (start !== null) {
      this.before = null;
      this.behind = this.list.pushInside(bytes.subarray(start));
      return;
    }
    if (bytes.length > MOST_BEFORE) throw this.failure('sent a reply without a list of vehicles');
    this.before = bytes;
  }

  /** Says that nothing more comes. @throws the failure where the reply is not whole. */
  end(): void {
    if (this.before) throw this.failure('sent a reply without a list of vehicles');
    this.list.end();
    if (!this.behind?.toString('latin1').trimEnd().endsWith('}'))
      throw this.failure('sent a list that is cut off');
  }
}
