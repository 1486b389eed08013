import type { FastifyRequest } from 'fastify';
import { queryMalformed } from './api/problem';

/**
 * Parsers keep what they cannot decode as it is written, or put another letter there: a search for a fleet would be for another one.
 *
 * @throws ApiError `QUERY_MALFORMED`.
 */
export function requireQuery({ raw: { url = '' } }: FastifyRequest): void {
  const at = url.indexOf('?');
  if (at < 0) return;
  try {
    decodeURIComponent(url.slice(at));
  } catch {
    throw queryMalformed();
  }
}
