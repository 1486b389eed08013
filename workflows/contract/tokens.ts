import type { SignalDefinition } from '@temporalio/common';
import { type Application, applicationKey } from '../../src/domain/application';

/** What those who keep access tokens and those who use them agree on. Times are milliseconds since 1970. */

/** The workflow type that keeps the access token of one credential. */
export const TOKENS = 'tokens';

/** One for each credential: the id is what makes all workers use the same token. */
export function tokensId(app: Application): string {
  return `${TOKENS}:${applicationKey(app)}`;
}

/** A token that only workers with the credential can read. */
export interface SealedToken {
  /** Its own: of a token that is refused only this is told. */
  readonly id: string;
  readonly sealed: string;
  /** When it ends. */
  readonly until: number;
  /** When it was asked for. */
  readonly from?: number;
}

/** Why there is no new token. */
export interface TokenTrouble {
  /** Of the error. */
  readonly code: string;
  readonly words: string;
  /** What to do, in a sentence. */
  readonly next: string;
  readonly at: number;
  /** Since when there is no new one. */
  readonly since?: number;
}

export interface TokensInput {
  readonly app: Application;
  /** Of a trial, whose time passes faster. @default 1 */
  readonly speed?: number;
  /** Set by the workflow itself when it continues in a new run. */
  readonly carried?: { readonly token: SealedToken | null; readonly asked: readonly number[] };
}

/** Somebody needs a token that is not this one: it was refused, or ends soon. Null: any. */
export interface TokenWanted {
  readonly not: string | null;
}

export const tokenWanted = { type: 'signal', name: 'tokenWanted' } as SignalDefinition<[TokenWanted]>;

/** The name of its memo: a worker reads the token there, whether another worker runs or not. */
export const TOKENS_MEMO = 'token';

export interface TokensListed {
  readonly token: SealedToken | null;
  readonly trouble: TokenTrouble | null;
  /** A token is wanted, and none is asked for before this time. */
  readonly nextAt: number | null;
}
