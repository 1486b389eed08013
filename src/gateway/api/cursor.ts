import { createHash } from 'node:crypto';

const MARK = 8;

/**
 * Where the next page begins, for a client to hand back. It carries the server's own place, and a mark of the
 * search that it belongs to. It needs no signature: a forged one leads to another place in the same search, and the
 * search holds nothing that the token may not see.
 */
export function writeCursor(search: string, place: Uint8Array): string {
  return Buffer.concat([markOf(search), place]).toString('base64url');
}

/** The place of a cursor, or null when it is none or belongs to another search. */
export function readCursor(search: string, cursor: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]+$/.test(cursor)) return null;
  const bytes = Buffer.from(cursor, 'base64url');
  const isOurs = bytes.length > MARK && bytes.subarray(0, MARK).equals(markOf(search));
  return isOurs ? bytes.subarray(MARK) : null;
}

function markOf(search: string): Buffer {
  return createHash('sha256').update(search).digest().subarray(0, MARK);
}
