import type { Environment } from '../../config/config';
import type { MintedToken } from '../parking';
import { USUAL_TIMEOUTS } from '../shared/caller';
import { callError } from '../shared/errors';
import { withTimeout } from '../shared/timeout';
import { askForToken } from '../shared/token';
import { createTransport, type Request, type Transport } from '../shared/transport';
import { API } from './errors';

export interface Credential {
  /** Where tokens come from. */
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What tokens are for, whatever the address that the API has here (developer.autopay.io, "Authentication"). */
const AUDIENCE = 'https://api.autopay.io';
const PATH = '/oauth/token';
/**
 * Milliseconds: the shortest that they "usually" live ("Authentication"), where a reply does not say it. A shorter guess would have more of
 * them made, which ends the access; one that ends sooner is refused, and replaced then.
 */
const USUAL_LIFE = 10 * 3_600_000;

/** The request for an access token. It is JSON; a form is not documented. */
export function tokenRequest({ clientId, clientSecret }: Credential): Request {
  return {
    endpoint: { api: API, name: `POST ${PATH}` },
    method: 'POST',
    path: PATH,
    body: {
      client_id: clientId,
      client_secret: clientSecret,
      audience: AUDIENCE,
      grant_type: 'client_credentials',
    },
    maxBytes: 1024 * 1024,
  };
}

/** Tokens come from another address than everything else. */
export function byHost(api: Transport, auth: Transport): Transport {
  return {
    send: (request, signal, token) => (request.path === PATH ? auth : api).send(request, signal, token),
    close: async () => {
      await Promise.all([api.close(), auth.close()]);
    },
  };
}

/** Asks for an access token, once. @throws ProviderError */
export async function mint(credential: Credential, environment?: Environment): Promise<MintedToken> {
  const { authUrl, clientSecret } = credential;
  const transport = createTransport(authUrl, USUAL_TIMEOUTS, clientSecret, environment);
  const asking = tokenRequest(credential);
  const late = () => callError('PROVIDER_TIMEOUT', asking.endpoint, 'did not answer in time');
  try {
    return await withTimeout(USUAL_TIMEOUTS.call, late, (signal) =>
      askForToken(asking, (request) => transport.send(request, signal), USUAL_LIFE),
    );
  } finally {
    await transport.close();
  }
}
