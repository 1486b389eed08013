import { statusError } from './errors';
import { readReply } from './reply';
import { tokenReply } from './schemas';
import { lifeOf } from './token-life';
import type { Reply, Request } from './transport';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface TokenSource {
  /** A token that is good for the next call. */
  get(): Promise<string>;
  /** Another token than this one, which the provider refused. */
  replace(refused: string): Promise<string>;
}

/** A token is renewed this many milliseconds before it ends, or at half of a life shorter than twice this. */
const MARGIN = 60_000;

const ENDPOINT = { name: 'POST /v1/access_tokens' };

/**
 * The access token of the application (OAuth2 API, grant `client_credentials`): one for all callers,
 * and one request for it at a time. Callers who come while it is fetched share its outcome, also
 * its failure; the next caller after a failure asks again.
 *
 * @param send makes one exchange.
 * @param now milliseconds of a clock that only runs forward.
 */
export function createTokenSource(
  credentials: Credentials,
  send: (request: Request) => Promise<Reply>,
  now: () => number,
): TokenSource {
  let current: { readonly value: string; readonly renewAt: number } | undefined;
  let pending: Promise<string> | undefined;

  async function fetch(): Promise<string> {
    const asked = now();
    const reply = await send(tokenRequest(credentials));
    const { access_token: value, expires_in } = readTokenReply(reply);
    const life = lifeOf(value, expires_in);
    current = { value, renewAt: asked + (life < 2 * MARGIN ? life / 2 : life - MARGIN) };
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
    replace: (refused) => {
      if (current?.value === refused) current = undefined;
      return get();
    },
  };
}

function tokenRequest({ clientId, clientSecret }: Credentials): Request {
  return {
    endpoint: ENDPOINT,
    method: 'POST',
    path: '/v1/access_tokens',
    body: { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' },
    maxBytes: 1024 * 1024,
  };
}

/** A wrong id or secret is answered with 400 (OAuth2 API); nothing that this endpoint refuses is about a vehicle. */
function readTokenReply(reply: Reply) {
  if ([400, 401, 403, 422].includes(reply.status)) throw statusError(ENDPOINT, reply, 'PROVIDER_CREDENTIALS');
  return readReply(ENDPOINT, reply, tokenReply);
}
