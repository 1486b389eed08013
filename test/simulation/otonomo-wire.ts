import type { Word } from './books';

/** A row as its list has it: one word, and a time that nobody reads. */
export function otonomoWire(
  vin: string,
  word: Word | undefined,
  make: string,
  isUnreadable: boolean,
): object {
  const status = isUnreadable ? 17 : WORDS[word ?? 'pending'];
  return { vin, make, status, last_update: '2026-01-01 10:12' };
}

const WORDS: Readonly<Record<Word, string>> = {
  pending: 'Pending',
  approved: 'Enabled',
  rejected: 'Error',
  revoking: 'Disabled',
  revoked: 'Disabled',
  canceling: 'Pending',
  canceled: 'Disabled',
  'on hold': 'On Hold',
};
