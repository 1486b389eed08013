import type { WithdrawAnswer } from '../provider';
import { type Problem, wordsOf } from './errors';

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

/** Reads why a withdrawal was not accepted; words that we do not know are a refusal. */
export function readWithdrawRefusal(status: number, problems: readonly Problem[]): WithdrawAnswer {
  const detail = wordsOf(problems);
  if (status === 404) return { outcome: 'absent', detail };
  const words = problems.map((problem) => `${problem.title} ${problem.detail}`).join('\n');
  const meaning = MEANINGS.find((one) => one.words.test(words));
  return { outcome: meaning?.outcome ?? 'refused', detail };
}
