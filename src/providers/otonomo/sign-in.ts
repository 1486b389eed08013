import { callError } from '../shared/errors';
import type { Request } from '../shared/transport';
import { API } from './errors';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The id of the service: what Otonomo calls a workspace. */
  readonly service: string;
}

const HOUR = 3_600_000;
/**
 * The most tokens that one process asks for in an hour. Otonomo gives 5,000 for all ("API Rate Limits"); a token lives an
 * hour or a day, so that more than a few mean that each call's is refused.
 */
export const MOST_TOKENS = 1_000;

/**
 * Makes the request for a token, a form with the workspace in it.
 *
 * @param now milliseconds of a clock that only runs forward.
 * @returns a function that throws ProviderError `PROVIDER_RATE_LIMITED` where too many were asked for.
 */
export function tokenRequests(
  { clientId, clientSecret, service }: Credentials,
  now: () => number,
): () => Request {
  const endpoint = { api: API, name: 'POST /v1/oauth/token/' };
  let asked: number[] = [];
  return () => {
    asked = asked.filter((at) => at > now() - HOUR);
    const [oldest = 0] = asked;
    if (asked.length >= MOST_TOKENS) {
      throw callError(
        'PROVIDER_RATE_LIMITED',
        endpoint,
        `was not asked: it has given ${MOST_TOKENS} tokens within the hour`,
        { retryAfter: oldest + HOUR - now() },
      );
    }
    asked.push(now());
    return {
      endpoint,
      method: 'POST',
      path: '/v1/oauth/token/',
      form: {
        client_id: clientId,
        client_secret: clientSecret,
        grant_type: 'client_credentials',
        service,
      },
      maxBytes: 1024 * 1024,
    };
  };
}
