import type { FastifyPluginAsync } from 'fastify';

/** What tells an orchestrator whether this process lives. */
export const probes: FastifyPluginAsync = async (server) => {
  server.get('/healthz', () => ({ status: 'ok' }));
};
