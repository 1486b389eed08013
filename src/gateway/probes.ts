import type { FastifyPluginAsync } from 'fastify';
import type { Readiness } from './readiness';

/**
 * What an orchestrator asks: `GET /healthz`, whether this process lives, and `GET /readyz`, whether webhooks
 * should be sent to it now (503 with the reason otherwise).
 */
export function probes(readiness: Readiness | undefined): FastifyPluginAsync {
  return async (server) => {
    server.get('/healthz', () => ({ status: 'ok' }));
    server.get('/readyz', async (_request, reply) => {
      const reason = (await readiness?.problem()) ?? null;
      return reason === null ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reason });
    });
  };
}
