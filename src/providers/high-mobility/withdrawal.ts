import type { WithdrawAnswer } from '../provider';
import { wordsOf } from '../shared/errors';
import { assertVin, badReply, readReply } from '../shared/reply';
import type { Reply, Route } from '../shared/transport';
import { isAboutApplication, isSilent, readWord } from './errors';
import { withdrawReply } from './schemas';

/**
 * What the words of a 409 or 422 to DELETE mean (Fleet Clearance API). The first that fits counts:
 * where several are given, waiting is never wrong.
 */
const MEANINGS = [
  { outcome: 'in-transition', words: /transition/i },
  { outcome: 'too-early', words: /too early|only be cancell?ed after/i },
  { outcome: 'already-removed', words: /already (?:been )?(?:removed|deleted|revoked|cancell?ed)/i },
  { outcome: 'not-supported', words: /not supported|unsupported/i },
] as const;

/**
 * What a reply to DELETE means. A 202 or 204 without a body is accepted, and leaves open what the provider does now.
 *
 * @throws ProviderError for every reply that is not the provider's own word.
 */
export function readWithdrawal(endpoint: Route, reply: Reply): WithdrawAnswer {
  const refusal = readRefusal(reply);
  if (refusal) return refusal;
  if ((reply.status === 202 || reply.status === 204) && !reply.body?.trim()) {
    return { outcome: 'accepted', status: null };
  }
  const { vin, status } = readReply(endpoint, reply, withdrawReply);
  assertVin(endpoint, reply, vin);
  if (status.startsWith('revok')) return { outcome: 'accepted', status: 'revoking' };
  if (status.startsWith('cancel')) return { outcome: 'accepted', status: 'canceling' };
  throw badReply(endpoint, reply, 'answered a withdrawal with an unexpected status');
}

/** Why a withdrawal was not accepted, in the provider's word; words that we do not know are a refusal. */
function readRefusal({ status, body }: Reply): WithdrawAnswer | null {
  if (![404, 409, 422].includes(status)) return null;
  const word = readWord(body);
  if (!word) return status !== 404 && isSilent(body) ? { outcome: 'unclear', detail: '' } : null;
  if (isAboutApplication(word)) return null;
  const detail = wordsOf(word);
  if (status === 404) return { outcome: 'absent', detail };
  const words = word.map((problem) => `${problem.title} ${problem.detail}`).join('\n');
  const meaning = MEANINGS.find((one) => one.words.test(words));
  return { outcome: meaning?.outcome ?? 'refused', detail };
}
