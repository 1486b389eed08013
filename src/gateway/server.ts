import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { VinError } from '../errors';
import { hideVin } from '../hidden-vin';
import type { Logger } from '../log';
import { parseWebhook, verifySignature, type Webhook } from '../providers/high-mobility/webhook';
import type { ClaimSink } from './claim-sink';

/** The largest body that is read. A webhook has a few hundred bytes. */
export const BODY_LIMIT = 64 * 1024;

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

const BYTES = 'application/octet-stream';

/** Seconds after which a provider may send again what could not be made durable. */
const RETRY_AFTER = 10;

export interface GatewayOptions {
  readonly claims: ClaimSink;
  /** The webhook's secret; two while it is being changed. */
  readonly secrets: readonly string[];
  readonly log: Logger;
  readonly timeouts?: GatewayTimeouts;
}

/**
 * The door for webhooks. It answers 2xx only when nothing can be lost any more: the claim is durable,
 * or there is nobody whom it concerns.
 */
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

  // Bodies are bytes until their signature was verified, whatever they call themselves.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(BYTES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = BYTES;
    done();
  });
  server.setErrorHandler((error: FastifyError, _request, reply) => sendError(reply, error, options.log));
  server.setNotFoundHandler((_request, reply) =>
    refuse(reply, 404, 'NOT_FOUND', 'There is nothing at this address.'),
  );

  server.get('/healthz', () => ({ status: 'ok' }));
  server.post('/webhooks/high-mobility', (request, reply) => receive(options, request, reply));
  return server;
}

async function receive(options: GatewayOptions, request: FastifyRequest, reply: FastifyReply) {
  const deliveryId = deliveryOf(request);
  const log = options.log.child({ deliveryId });
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

  if (!verifySignature(body, oneHeader(request, 'x-hm-signature-256'), options.secrets)) {
    log.warn({ outcome: 'wrong signature' }, 'webhook refused');
    return refuse(reply, 401, 'SIGNATURE_WRONG', 'The header X-HM-Signature-256 is missing or wrong.');
  }

  let webhook: Webhook;
  try {
    webhook = parseWebhook(body);
  } catch (error) {
    if (!(error instanceof VinError)) throw error;
    log.warn({ outcome: 'malformed', problem: error.message }, 'webhook refused');
    return refuse(reply, 400, error.code, error.message);
  }

  if (webhook.type === 'ping') {
    log.info({ event: 'ping', outcome: 'answered' }, 'webhook');
    return { status: 'ok' };
  }
  if (webhook.type === 'other') {
    log.info({ event: webhook.name, outcome: 'ignored' }, 'webhook');
    return { status: 'ignored', reason: 'no use for this event' };
  }

  const { vin, status, reason, receivedAt } = webhook;
  const facts = { event: webhook.type, status, vehicle: hideVin(vin) };
  const providerTime = receivedAt === null ? null : new Date(receivedAt).toISOString();
  try {
    const outcome = await options.claims.deliver({ vin, status, reason, deliveryId, providerTime });
    log.info({ ...facts, outcome }, 'webhook');
    // Not an error for the provider: a webhook that keeps failing may be switched off.
    if (outcome === 'unknown-vin') return { status: 'ignored', reason: 'no activation for this vehicle' };
    return { status: 'accepted' };
  } catch (error) {
    log.error({ ...facts, outcome: 'not delivered', problem: problemOf(error) }, 'webhook postponed');
    reply.header('Retry-After', RETRY_AFTER);
    return refuse(reply, 503, 'NOT_DURABLE', 'The message could not be stored. Send it again.');
  }
}

/** A header that was sent exactly once; Node would join or drop repeated ones. */
function oneHeader(request: FastifyRequest, name: string): string | undefined {
  const values = request.raw.headersDistinct[name];
  return values?.length === 1 ? values[0] : undefined;
}

/** The provider's id of the delivery. It goes into logs and histories, so only a harmless one is kept. */
function deliveryOf(request: FastifyRequest): string | null {
  const id = oneHeader(request, 'x-hm-delivery');
  return id !== undefined && /^[\w.:-]{1,100}$/.test(id) ? id : null;
}

/** What went wrong, without the words of a lower layer: those may hold the VIN (as part of a workflow id). */
function problemOf(error: unknown): string {
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: unknown };
  const own = [name, code].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
  return cause ? `${own} (${problemOf(cause)})` : own || 'unknown';
}

function refuse(reply: FastifyReply, status: number, code: string, message: string) {
  return reply.code(status).send({ code, message });
}

function sendError(reply: FastifyReply, error: FastifyError, log: Logger) {
  if (error.statusCode === 413) {
    return refuse(reply, 413, 'BODY_TOO_LARGE', `A body has at most ${BODY_LIMIT} bytes.`);
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return refuse(reply, error.statusCode, error.code, error.message);
  }
  log.error({ problem: problemOf(error) }, 'request failed');
  return refuse(reply, 500, 'UNEXPECTED', 'Something went wrong here. Send it again.');
}
