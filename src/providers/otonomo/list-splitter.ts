import { JsonArraySplitter } from '../shared/json-array';

/** What stands before the list is short; more than this is no reply of Otonomo's. */
const MOST_BEFORE = 64 * 1024;

/** `{"vehicles": [`, also behind other keys with simple values. */
const OPENING =
  /^(?:\uFEFF|\u00EF\u00BB\u00BF)?\s*\{(?:\s*"(?!vehicles")[^"\\]*"\s*:\s*(?:"[^"\\]*"|[^"{}[\],\s]+)\s*,)*\s*"vehicles"\s*:\s*(?=\[)/;

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
    const opening = OPENING.exec(bytes.toString('latin1'));
    if (opening) {
      this.before = null;
      this.behind = this.list.pushInside(bytes.subarray(opening[0].length));
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
