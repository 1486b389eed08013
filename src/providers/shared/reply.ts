import type { z } from 'zod';
import { plainVin } from '../../domain/vin';
import { readRetryAfter } from '../../http/retry-after';
import { callError, statusError } from './errors';
import type { Reply, Route } from './transport';

/**
 * The JSON of a successful reply, checked.
 *
 * @throws ProviderError by the reply's status, or PROVIDER_BAD_REPLY when it is not what `schema` says.
 */
export function readReply<T extends z.ZodType>(endpoint: Route, reply: Reply, schema: T): z.output<T> {
  assertSuccess(endpoint, reply);
  const result = schema.safeParse(parse(endpoint, reply));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badReply(
    endpoint,
    reply,
    `sent an unexpected reply: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`,
  );
}

/** @throws ProviderError by the reply's status, when it is not a success. */
export function assertSuccess(endpoint: Route, reply: Reply): void {
  if (reply.status < 200 || reply.status > 299) throw statusError(endpoint, reply);
}

/** @throws ProviderError PROVIDER_BAD_REPLY when a reply is about another vehicle than asked. */
export function assertVin(endpoint: Route, reply: Reply, vin: string): void {
  if (endpoint.vin !== undefined && plainVin(endpoint.vin) === plainVin(vin)) return;
  throw badReply(endpoint, reply, 'answered about another vehicle');
}

function parse(endpoint: Route, reply: Reply): unknown {
  try {
    return JSON.parse(reply.body ?? '');
  } catch {
    throw badReply(endpoint, reply, 'sent a reply that is not JSON');
  }
}

/** A reply that is not what the contract says. `what` completes "<the provider> …". */
export function badReply(endpoint: Route, reply: Reply, what: string) {
  // A page that says "maintenance" with a 200 may name a wait all the same.
  const retryAfter = readRetryAfter(reply.headers);
  return callError('PROVIDER_BAD_REPLY', endpoint, what, {
    status: reply.status,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(reply.requestId !== undefined && { requestId: reply.requestId }),
  });
}
