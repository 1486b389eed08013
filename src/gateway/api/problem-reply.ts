import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, type ProblemBody, problemFor, RETRY_AFTER } from './problem';

/** What every answer of the API carries. */
export function setHeaders(reply: FastifyReply, requestId: string): void {
  reply.headers({
    'X-Request-Id': requestId,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
}

/**
 * Answers with problem details, as `application/problem+json`.
 *
 * @param retryAfter milliseconds, where the problem has a wait of its own.
 */
export function sendProblem(reply: FastifyReply, problem: ProblemBody, retryAfter?: number): FastifyReply {
  if (retryAfter !== undefined) reply.header('Retry-After', Math.ceil(retryAfter / 1_000));
  else if (problem.status === 503) reply.header('Retry-After', RETRY_AFTER);
  if (problem.status === 401) reply.header('WWW-Authenticate', 'Bearer realm="vin-activation"');
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** Whether an address belongs to the API, also one that cannot be read as an address. */
export function isApiAddress({ url }: FastifyRequest): boolean {
  return url.startsWith('/v1/');
}

/** Answers for an address that no route can take: wrongly escaped, or with a part that is far too long. */
export function refuseAddress(reply: FastifyReply): FastifyReply {
  const requestId = randomUUID();
  setHeaders(reply, requestId);
  return sendProblem(reply, problemFor(addressUnknown(), requestId));
}

export function addressUnknown(): ApiError {
  return new ApiError(
    'NOT_FOUND',
    'There is nothing at this address',
    'Look at /openapi.json for those that there are.',
  );
}
