import type { Reply } from '../../src/providers/shared/transport';
import type { Books, Row, Word } from './books';
import type { Random } from './random';
import { NO_SUCH_VIN, reply, words } from './replies';
import { TO_ENABLE } from './world';

/** The books of a provider of the other kind: a step before each access, and no trace of what has ended. */

/** Where it is told to enable a vehicle. */
export const ENABLE = '/v1/enable';

/** Writes a change as it does. False where it does so as every provider. */
export function writeWithoutTrace(books: Books, random: Random, row: Row, word: Word): boolean {
  const isEnd = word === 'revoked' || word === 'canceled';
  if (isEnd && row.isEnabled && random.chance(0.8)) {
    row.isEnabled = false;
    row.switchedOff = true;
    books.write(row, 'pending', TO_ENABLE);
    return true;
  }
  if (isEnd) books.remove(row);
  const waits = word === 'approved' && !row.isEnabled;
  if (waits) books.write(row, 'pending', TO_ENABLE);
  return isEnd || waits;
}

/** @param approve gives the access. */
export function enableIn(books: Books, approve: (row: Row) => void): Reply {
  if (books.rows.length === 0) return NO_SUCH_VIN;
  const waiting = books.open.filter((row) => row.entries.at(-1)?.reason === TO_ENABLE);
  if (waiting.length === 0) return words(403, 'Forbidden', 'is not ready to be enabled');
  for (const row of waiting) {
    row.isEnabled = true;
    approve(row);
  }
  return reply(202, '');
}
