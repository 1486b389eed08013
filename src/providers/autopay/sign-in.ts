import type { Request, Transport } from '../shared/transport';
import { API } from './errors';

export interface Credential {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What tokens are for, whatever the address that the API has here (developer.autopay.io, "Authentication"). */
const AUDIENCE = 'https://api.autopay.io';
const PATH = '/oauth/token';

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
