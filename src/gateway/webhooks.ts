import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { VinError } from '../errors';
import { hideVin } from '../hidden-vin';
import type { Logger } from '../log';
import { parseWebhook, verifySignature, type Webhook } from '../providers/high-mobility/webhook';
import type { ClaimSink } from './claim-sink';
import { problemOf, refuse } from './refusal';

const BYTES = 'application/octet-stream';

/** Seconds after which a provider may send again what could not be made durable. */
const RETRY_AFTER = 10;

export interface WebhookOptions {
  readonly claims: ClaimSink;
  /** The webhook's secret; two while it is being changed. */
  readonly secrets: readonly string[];
  readonly log: Logger;
}

/**
 * The door for webhooks. It answers 2xx only when nothing can be lost any more: the claim is durable,
 * or there is nobody whom it concerns.
 */
export function webhooks(options: WebhookOptions): FastifyPluginAsync {
  return async (server) => {
    // Bodies are bytes until their signature was verified, whatever they call themselves.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(BYTES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    server.addHook('onRequest', (request, _reply, done) => {
      request.raw.headers['content-type'] = BYTES;
      done();
    });
    server.post('/webhooks/high-mobility', (request, reply) => receive(options, request, reply));
  };
}

async function receive(options: WebhookOptions, request: FastifyRequest, reply: FastifyReply) {
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
