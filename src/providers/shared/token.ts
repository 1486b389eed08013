import { z } from 'zod';
import type { Granted } from '../contact';
import { statusError } from './errors';
import { readReply } from './reply';
import { lifeOf } from './token-life';
import type { Reply, Request } from './transport';

export interface TokenSource {
  /** A token that is good for the next call. */
  get(): Promise<string>;
  /** Another token than this one, which the provider refused. */
  replace(refused: string): Promise<string>;
  /** What the newest token is good for. */
  granted(): Granted;
}

/** A token is renewed this many milliseconds before it ends, or at half of a life shorter than twice this. */
const MARGIN = 60_000;

/** OAuth's answer to a grant (RFC 6749, 5.1). The token goes into a header, so only what a header can hold is taken. */
const tokenReply = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  /** Seconds. Recommended, not required; what it may be is read in token-life.ts. */
  expires_in: z.unknown().optional(),
  /** Words with spaces between them. */
  scope: z.unknown().optional(),
});

/**
 * Asks for a token, once.
 *
 * @param send makes one exchange.
 * @param unknown how long it lives where nobody says it, in milliseconds. @default a minute
 * @returns it, with its life in milliseconds.
 * @throws ProviderError
 */
export async function askForToken(
  asking: Request,
  send: (request: Request) => Promise<Reply>,
  unknown?: number,
): Promise<{ readonly value: string; readonly life: number; readonly scopes: Granted['scopes'] }> {
  const { access_token: value, expires_in, scope } = readTokenReply(asking, await send(asking));
  return { value, life: lifeOf(value, expires_in, undefined, unknown), scopes: wordsOf(scope) };
}

/**
 * The access token of an application (OAuth, grant `client_credentials`): one for all callers, and one request for it at
 * a time. Callers who come while it is fetched share its outcome, also its failure; the next caller after a failure asks
 * again.
 *
 * @param request makes the request for a token: JSON, a form, or with an assertion that is signed again each time.
 * @param send makes one exchange.
 * @param now milliseconds of a clock that only runs forward.
 */
export function createTokenSource(
  request: () => Request,
  send: (request: Request) => Promise<Reply>,
  now: () => number,
): TokenSource {
  let current:
    | { readonly value: string; readonly renewAt: number; readonly scopes: Granted['scopes'] }
    | undefined;
  let pending: Promise<string> | undefined;

  async function fetch(): Promise<string> {
    const asked = now();
    const { value, life, scopes } = await askForToken(request(), send);
    current = { value, renewAt: asked + (life < 2 * MARGIN ? life / 2 : life - MARGIN), scopes };
    return value;
  }

  async function get(): Promise<string> {
    if (current && now() < current.renewAt) return current.value;
    pending ??= fetch().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  return {
    get,
    granted: () => ({ scopes: current?.scopes ?? null }),
    replace: (refused) => {
      if (current?.value === refused) current = undefined;
      return get();
    },
  };
}

function wordsOf(scope: unknown): readonly string[] | null {
  const words = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [];
  return words.length > 0 ? words : null;
}

/** A wrong id or secret is answered with 400 (RFC 6749, 5.2); nothing that this endpoint refuses is about a vehicle. */
function readTokenReply({ endpoint }: Request, reply: Reply) {
  // Too many calls are no wrong credentials: asking for tokens again and again ends the access.
  const wait = endpoint.api.waitOf?.(endpoint, reply);
  if (wait) throw wait;
  if ([400, 401, 403, 422].includes(reply.status)) throw statusError(endpoint, reply, 'PROVIDER_CREDENTIALS');
  return readReply(endpoint, reply, tokenReply);
}
