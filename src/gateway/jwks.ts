import type { FastifyPluginAsync } from 'fastify';
import { type PublicKey, publicJwk } from '../certificates/keys';
import type { Logger } from '../config/log';
import { problemOf } from './refusal';

/** Milliseconds. Anybody may ask, and only the first in this time asks the workers. */
const KEPT = 60_000;

/** Milliseconds for which nobody is asked again, where nobody has answered yet. */
const AGAIN = 5_000;

export interface JwksOptions {
  /** Every key that ever signed a certificate here; none where none are issued. */
  readonly keys: () => Promise<readonly PublicKey[]>;
  readonly log: Logger;
  readonly now?: () => number;
}

/** `GET /.well-known/jwks.json`: the public keys that verify certificates, for everybody. */
export function jwks({ keys, log, now = Date.now }: JwksOptions): FastifyPluginAsync {
  let kept: { readonly body: Buffer; readonly at: number } | undefined;
  let asking: Promise<void> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  const ask = async (): Promise<void> => {
    try {
      kept = { body: Buffer.from(JSON.stringify({ keys: (await keys()).map(publicJwk) })), at: now() };
    } catch (error) {
      log.warn({ problem: problemOf(error) }, 'the public keys of certificates were not answered');
      // Keys are never taken away: an older list is a true one.
      if (kept) kept = { body: kept.body, at: now() };
      failedAt = now();
    } finally {
      asking = undefined;
    }
  };
  return async (server) => {
    server.get('/.well-known/jwks.json', async (_request, reply) => {
      const isDue = kept ? now() - kept.at > KEPT : now() - failedAt > AGAIN;
      if (isDue) {
        asking ??= ask();
        await asking;
      }
      if (!kept) {
        return reply.code(503).header('Retry-After', '10').send({
          code: 'CERTIFICATES_NOT_ANSWERED',
          message: 'No worker that keeps certificates has answered in time.',
        });
      }
      return reply
        .headers({ 'Cache-Control': 'public, max-age=300', Connection: 'close' })
        .type('application/jwk-set+json')
        .send(kept.body);
    });
  };
}
