import { type ClearanceStatus, parseStatus } from '../../domain/status';
import { keepText } from '../shared/text';

/**
 * A status of the provider with its reason. A word that we do not know becomes `unknown`, and is kept in
 * front of the reason. `absent` is our own word: from a provider it means nothing.
 */
export function readStatus(
  word: string,
  reason: string | null,
): { status: ClearanceStatus; reason: string | null } {
  const parsed = parseStatus(word);
  if (parsed !== 'unknown' && parsed !== 'absent') return { status: parsed, reason };
  return { status: 'unknown', reason: keepText(reason === null ? word : `${word}: ${reason}`) };
}
