import type { KeyObject } from 'node:crypto';
import { ASSERTION_TYPE, signedAssertion } from '../shared/assertion';
import type { Request } from '../shared/transport';
import { API } from './errors';

/** How the application shows who it is: by its secret, or by a key of its own where it has one. */
export interface Credentials {
  /** For example `https://sandbox.api.high-mobility.com`, without `/v1`. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly signingKey?: SigningKey | undefined;
}

/** A private key of the application (console, tab "OAuth"): it never leaves this process. */
export interface SigningKey {
  /** The id that the console has given to it. */
  readonly id: string;
  readonly key: KeyObject;
}

export const TOKEN_ENDPOINT = { api: API, name: 'POST /v1/access_tokens' } as const;

/**
 * The request for an access token (OAuth2 API). With a key it carries an assertion in the place of the secret, which is
 * signed again each time; its claims are those of High Mobility's own examples (oauth-server-to-server-api-examples).
 */
export function tokenRequest({ baseUrl, clientId, clientSecret, signingKey }: Credentials): Request {
  const proof = signingKey
    ? {
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: signedAssertion(signingKey.key, {
          ver: 2,
          iss: signingKey.id,
          aud: `${baseUrl}/v1`,
        }),
      }
    : { client_secret: clientSecret };
  return {
    endpoint: TOKEN_ENDPOINT,
    method: 'POST',
    path: '/v1/access_tokens',
    body: { client_id: clientId, ...proof, grant_type: 'client_credentials' },
    maxBytes: 1024 * 1024,
  };
}
