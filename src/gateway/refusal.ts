import type { FastifyError, FastifyReply } from 'fastify';
import { ERROR_CODES, type ErrorCode } from '../base/error-codes';
import type { Logger } from '../config/log';

/** The largest body that is read unless a route says otherwise. A webhook has a few hundred bytes. */
export const BODY_LIMIT = 64 * 1024;

/** Answers with one of our errors. */
export function refuse(reply: FastifyReply, code: ErrorCode, message: string): FastifyReply {
  return reply.code(ERROR_CODES[code].http ?? 500).send({ code, message });
}

/** Answers what a handler threw, or what the HTTP server found wrong with a request. */
export function refuseFor(error: FastifyError, reply: FastifyReply, log: Logger): FastifyReply {
  if (error.statusCode === 413) {
    return refuse(reply, 'BODY_TOO_LARGE', `A body has at most ${BODY_LIMIT} bytes.`);
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return reply.code(error.statusCode).send({ code: error.code, message: error.message });
  }
  log.error({ problem: problemOf(error) }, 'request failed');
  return refuse(reply, 'UNEXPECTED', 'Something went wrong here. Send it again.');
}

/** What went wrong, without the words of a lower layer: those may hold the VIN (as part of a workflow id). */
export function problemOf(error: unknown): string {
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: unknown };
  const own = [name, code].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
  return cause ? `${own} (${problemOf(cause)})` : own || 'unknown';
}
