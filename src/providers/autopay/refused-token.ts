import type { Reply } from '../shared/transport';
import { errorIdOf, wordsIn } from './errors';

/** Milliseconds: for so long no 403 is taken for the end of a token again, once a new token was answered with it too. */
const ONCE = 86_400_000;

/** Whether an answer is about our access token. */
export interface RefusedToken {
  isRefused(reply: Reply): boolean;
  /** A new token was refused as well. */
  refusedAgain(): void;
}

/**
 * A 401 is about the token, and so is `authentication_error` under any status. `forbidden` is a 403 for a token that is missing, has ended
 * or lacks a right: only where its words tell of an end a new token is asked for, once. Where that one is answered the same, it was not
 * for the token: each further one would count towards the end of the access.
 *
 * @param now milliseconds of a clock that only runs forward.
 */
export function refusedToken(now: () => number): RefusedToken {
  let until = Number.NEGATIVE_INFINITY;
  return {
    isRefused: ({ status, body }) => {
      const id = errorIdOf(body);
      if (status === 401 || id === 'authentication_error') return true;
      return id === 'forbidden' && now() >= until && tellsOfAnEnd(wordsIn(body));
    },
    refusedAgain: () => {
      until = now() + ONCE;
    },
  };
}

const ENDED = /\b(?:expired|expiry|ended|revoked|missing|not present|no longer valid|no access token)\b/i;

function tellsOfAnEnd(words: string): boolean {
  return /\b(?:token|jwt)\b/i.test(words) && ENDED.test(words);
}
