import type { ClearanceStatus } from '../../domain/status';
import { textKey } from '../../domain/text-key';
import { keepText } from '../shared/text';

/**
 * Its words for the status of a vehicle, of all three generations of its documents ("Vehicle Management For Fleets"): API v1
 * has Pending, Consented and Revoked; the platform has the others, and API v2 splits Pending in two. Whatever else
 * is "Pending …" waits as well, for what its word says (a proof of ownership may be demanded, and no document names the word).
 * Case, spaces and punctuation do not matter.
 */
const WORDS: Readonly<Record<string, ClearanceStatus>> = {
  enabled: 'approved',
  consented: 'approved',
  pending: 'pending',
  pendingverification: 'pending',
  pendingenablement: 'pending',
  // "VIN is of a make that is not yet activated": nothing is wrong with the vehicle.
  incomplete: 'pending',
  disabled: 'revoked',
  revoked: 'revoked',
  error: 'rejected',
};

/** What says no more than our own word for the status does, and is no reason beside it. */
const SAYS_NO_MORE: readonly string[] = ['enabled', 'consented', 'pending', 'error'];

/**
 * A word in our words. It stays as the reason where the status alone says less, so that the catalogue can tell what it means; so
 * does a word that we do not know.
 */
export function readStatus(word: string): {
  readonly status: ClearanceStatus;
  readonly reason: string | null;
} {
  const key = textKey(word);
  const status = Object.hasOwn(WORDS, key) ? WORDS[key] : key.startsWith('pending') ? 'pending' : undefined;
  if (status === undefined) return { status: 'unknown', reason: keepText(word) };
  return { status, reason: SAYS_NO_MORE.includes(key) ? null : keepText(word.trim()) };
}
