import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
} from 'fastify';
import type { Logger } from '../config/log';
import { isApiAddress, refuseAddress } from './api/problem-reply';
import type { ArrivalLimits } from './arrivals';
import { BOUNDED, boundConnections } from './connections';
import { GatewayMetrics, metricsPage } from './metrics';
import { probes } from './probes';
import { requireQuery } from './query';
import type { Readiness } from './readiness';
import { BODY_LIMIT, refuse, refuseFor } from './refusal';
import type { ClaimDelivery, NotificationDelivery } from './webhooks/claim-delivery';
import { type WebhookSource, webhooks } from './webhooks/receiver';

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
  readonly claims: ClaimDelivery;
  /** Where notifications of parking go. @default nowhere: there are no parkings */
  readonly notifications?: NotificationDelivery;
  /** Whose webhooks come in. */
  readonly sources: readonly WebhookSource[];
  readonly log: Logger;
  readonly timeouts?: GatewayTimeouts;
  /** Verified webhooks that may be under way at once; more are refused. @default 512 */
  readonly atOnce?: number;
  /** Bodies of webhooks that may still arrive. @default 10,000 with 32 MiB, each for 2 seconds */
  readonly arrivals?: Partial<ArrivalLimits>;
  /** Milliseconds since 1970. @default the machine's clock */
  readonly now?: () => number;
  /** How many times as fast as ours the provider's clock may run, in a trial with a simulator. @default 1 */
  readonly speed?: number;
  /** Where webhooks are counted. @default one of its own */
  readonly metrics?: GatewayMetrics;
  /** What `GET /readyz` answers. @default always ready */
  readonly readiness?: Readiness;
  /** What else is served here, each in a scope of its own: parsers, hooks and error handlers stay inside. */
  readonly plugins?: readonly FastifyPluginAsync[];
}

/** The HTTP server of the gateway: what the world reaches. */
export function createGateway(options: GatewayOptions): FastifyInstance {
  const metrics = options.metrics ?? new GatewayMetrics();
  return createServer(
    [probes(options.readiness), webhooks({ ...options, metrics }), ...(options.plugins ?? [])],
    options,
  );
}

/** The HTTP server for those who watch the gateway, on a port that the internet does not reach. */
export function createWatchServer(
  metrics: GatewayMetrics,
  readiness: Readiness,
  log: Logger,
): FastifyInstance {
  return createServer([probes(readiness), metricsPage(metrics)], { log });
}

/** Bytes of all headers of a request. Anybody may send half of them, and the half is kept for seconds. */
const HEADER_LIMIT = 8 * 1024;

/** Bytes of a body that are read before somebody wants them. Node 20's figure; since Node 22 it is 64 KiB. */
const READ_AHEAD = 16 * 1024;

/** Characters of one part of an address: an id of 200, of which each is written with three. */
const PARAMETER = 600;

/** Limits, timeouts and answers to errors; what is served comes from the plugins. */
function createServer(
  plugins: readonly FastifyPluginAsync[],
  { log, timeouts = TIMEOUTS }: { log: Logger; timeouts?: GatewayTimeouts },
): FastifyInstance {
  const server = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.connection,
    keepAliveTimeout: timeouts.keepAlive,
    // Node looks for late requests only every 30 seconds unless it is told to look more often.
    http: {
      headersTimeout: timeouts.request,
      connectionsCheckingInterval: timeouts.request / 4,
      maxHeaderSize: HEADER_LIMIT,
      highWaterMark: READ_AHEAD,
      ...BOUNDED,
    },
    routerOptions: { maxParamLength: PARAMETER },
    trustProxy: false,
    // Addresses that reach no route, and so no plugin.
    frameworkErrors: (error, request, reply) =>
      isApiAddress(request) ? refuseAddress(reply) : refuseFor(error, reply, log),
  });
  server.setErrorHandler((error: FastifyError, _request, reply) => refuseFor(error, reply, log));
  server.setNotFoundHandler((_request, reply) => nothingThere(reply));
  // Nothing is read of a body for an address that is not there. The API speaks for its own.
  server.addHook('onRequest', (request, reply, done) => {
    if (isApiAddress(request)) return done();
    if (request.is404) return void nothingThere(reply);
    requireQuery(request);
    done();
  });
  boundConnections(server.server);
  for (const plugin of plugins) void server.register(plugin);
  return server;
}

function nothingThere(reply: FastifyReply): FastifyReply {
  return refuse(reply, 'NOT_FOUND', 'There is nothing at this address.');
}
