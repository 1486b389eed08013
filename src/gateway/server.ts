import fastify, { type FastifyError, type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import type { Logger } from '../log';
import type { ClaimSink } from './claim-sink';
import { probes } from './probes';
import { BODY_LIMIT, refuse, refuseFor } from './refusal';
import { webhooks } from './webhooks';

/** Milliseconds. Fastify waits for ever for a slow sender unless it is told not to. */
export interface GatewayTimeouts {
  /** For a whole request to arrive, headers and body. */
  readonly request: number;
  /** For a connection on which nothing moves. */
  readonly connection: number;
  /** For the next request on a connection that is kept open. */
  readonly keepAlive: number;
}

const TIMEOUTS: GatewayTimeouts = { request: 10_000, connection: 15_000, keepAlive: 72_000 };

export interface GatewayOptions {
  readonly claims: ClaimSink;
  /** The webhook's secret; two while it is being changed. */
  readonly secrets: readonly string[];
  readonly log: Logger;
  readonly timeouts?: GatewayTimeouts;
  /** What else is served here, each in a scope of its own: parsers, hooks and error handlers stay inside. */
  readonly plugins?: readonly FastifyPluginAsync[];
}

/** The HTTP server of the gateway: limits, timeouts, answers to errors, and what is served by plugins. */
export function createGateway(options: GatewayOptions): FastifyInstance {
  const timeouts = options.timeouts ?? TIMEOUTS;
  const server = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.connection,
    keepAliveTimeout: timeouts.keepAlive,
    // Node looks for late requests only every 30 seconds unless it is told to look more often.
    http: { headersTimeout: timeouts.request, connectionsCheckingInterval: timeouts.request / 4 },
    trustProxy: false,
  });
  server.setErrorHandler((error: FastifyError, _request, reply) => refuseFor(error, reply, options.log));
  server.setNotFoundHandler((_request, reply) =>
    refuse(reply, 404, 'NOT_FOUND', 'There is nothing at this address.'),
  );
  for (const plugin of [probes, webhooks(options), ...(options.plugins ?? [])]) void server.register(plugin);
  return server;
}
