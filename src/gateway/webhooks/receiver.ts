import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../base/error-codes';
import { VinError } from '../../base/errors';
import { redactPlate, redactVin } from '../../base/redact-vin';
import type { Logger } from '../../config/log';
import { type Application, applicationKey } from '../../domain/application';
import { plateText } from '../../domain/plate';
import type { ParkingNotification, Webhook, WebhookClaim, WebhookReader } from '../../providers/profile';
import { type ArrivalLimits, Arrivals } from '../arrivals';
import type { GatewayMetrics, RefusalCause, WebhookOutcome } from '../metrics';
import { whenOver } from '../places';
import { problemOf, refuse, refuseFor } from '../refusal';
import { webhookPath, whose } from './address';
import { ANSWERS, OUTCOMES } from './answers';
import type { ClaimDelivery, Delivery, NotificationDelivery } from './claim-delivery';
import { deliveryOf, oneHeader } from './headers';
import { LifeSigns } from './life-signs';
import { WebhookLog } from './log';
import { SlowSenders } from './slow-senders';

const BYTES = 'application/octet-stream';

/** Claims of verified webhooks that may be under way at once: about a second's work for Temporal. */
const AT_ONCE = 512;

/** Bodies that may still arrive. Nobody has signed them yet, so they never take a place of those above. */
const ARRIVALS: ArrivalLimits = { time: 2_000, atOnce: 10_000, bytes: 32 * 1024 * 1024 };

/** Seconds after which a provider may send again what could not be made durable. */
const RETRY_AFTER = 10;
/** The same for what came while too much was under way: that is over sooner. */
const BUSY_RETRY_AFTER = 5;

const DAY = 86_400_000;

/**
 * A webhook that is older by its own time is dropped, in milliseconds. Its signature has no time, so whoever has seen
 * one can send it again for ever; what a sender repeats for a week, a sweep has found long ago.
 */
const OUTDATED = 7 * DAY;

/** A time that is further ahead of our clock is no time, in milliseconds: it would keep later claims out. */
const AHEAD = DAY;

/** Whose webhooks come in at an address of their own. */
export interface WebhookSource {
  readonly app: Application;
  readonly reader: Omit<WebhookReader, 'secrets'>;
  /** The webhook's secret; two while it is being changed. */
  readonly secrets: readonly string[];
  /** What comes behind the address of the application, where it has several: `/periodic`. @default nothing */
  readonly under?: string;
}

export interface WebhookOptions {
  readonly claims: ClaimDelivery;
  /** Where notifications of parking go. @default nobody has parkings: they concern nobody */
  readonly notifications?: NotificationDelivery;
  readonly sources: readonly WebhookSource[];
  readonly log: Logger;
  readonly metrics: GatewayMetrics;
  /** Verified webhooks that may be under way at once; more are refused. @default 512 */
  readonly atOnce?: number;
  /** Bodies that may still arrive. @default 10,000 with 32 MiB, each for 2 seconds */
  readonly arrivals?: Partial<ArrivalLimits>;
  /** Milliseconds since 1970. @default the machine's clock */
  readonly now?: () => number;
  /** How many times as fast as ours the provider's clock may run, in a trial with a simulator. @default 1 */
  readonly speed?: number;
}

/**
 * The door for webhooks. It answers 2xx only when nothing can be lost any more: the claim is durable,
 * or there is nobody whom it concerns.
 */
export function webhooks(options: WebhookOptions): FastifyPluginAsync {
  const door = new WebhookReceiver(options);
  return async (server) => {
    // Bodies are bytes until their signature was verified, whatever they call themselves.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(BYTES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    server.addHook('onRequest', (request, reply, done) => {
      request.raw.headers['content-type'] = BYTES;
      door.expect(request, reply);
      done();
    });
    server.addHook('onClose', async () => door.close());
    server.setErrorHandler((error: FastifyError, _request, reply) => door.failed(error, reply));
    for (const source of options.sources) {
      const config = { webhookOf: source.app };
      server.post(webhookPath(source.app) + (source.under ?? ''), { config }, (request, reply) =>
        door.receive(source, { request, reply }),
      );
    }
  };
}

const NOBODY: NotificationDelivery = { deliver: async () => 'unknown-vehicle' };

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

class WebhookReceiver {
  /** Claims that are not durable yet. Neither an outdated webhook nor a repeat nor an answer is one. */
  private underWay = 0;
  private readonly arrivals: Arrivals;
  private readonly slow = new SlowSenders();
  private readonly life: LifeSigns;
  private readonly log: WebhookLog;

  constructor(private readonly options: WebhookOptions) {
    const { log, arrivals, metrics, sources } = options;
    this.life = new LifeSigns((app) => metrics.heard(app));
    for (const { app } of sources) metrics.heard(app);
    this.arrivals = new Arrivals({ ...ARRIVALS, ...arrivals });
    this.log = new WebhookLog(log);
  }

  /** Waits for a body, but not for ever. */
  expect(request: FastifyRequest, reply: FastifyReply): void {
    this.arrivals.begin(request, () => this.cut(request, reply));
    whenOver(reply, () => this.arrivals.end(request));
  }

  async receive(source: WebhookSource, exchange: Exchange): Promise<unknown> {
    const { request, reply } = exchange;
    this.arrivals.end(request);
    const { metrics } = this.options;
    const { reader, secrets } = source;
    const deliveryId = deliveryOf(request, reader);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

    if (!reader.verify(body, oneHeader(request, reader.signatureHeader), secrets)) {
      metrics.refused(source.app, 'signature');
      this.log.note('forged', request, { deliveryId, outcome: 'wrong signature' });
      return refuse(reply, 'SIGNATURE_WRONG', `The header ${reader.signatureHeader} is missing or wrong.`);
    }
    return this.read(source, body, deliveryId, exchange);
  }

  /** Tells of what was only counted so far. */
  close(): void {
    this.log.tell();
  }

  /** What a verified body says, and what becomes of it. */
  private async read(
    { app, reader }: WebhookSource,
    body: Buffer,
    deliveryId: string | null,
    exchange: Exchange,
  ): Promise<unknown> {
    const { reply } = exchange;
    const { metrics } = this.options;
    let webhook: Webhook;
    try {
      webhook = reader.parse(body);
    } catch (error) {
      if (!(error instanceof VinError)) throw error;
      this.life.note(app, body, null);
      metrics.refused(app, 'malformed');
      const facts = { deliveryId, outcome: 'malformed', problem: error.message };
      this.log.note('malformed', exchange.request, facts);
      return refuse(reply, error.code, error.message);
    }
    if (this.isOutdated(webhook)) {
      const facts = { deliveryId, event: webhook.type, outcome: 'outdated' };
      this.log.note('outdated', exchange.request, facts);
      metrics.accepted(app, 'outdated', reply.elapsedTime);
      return ANSWERS.outdated;
    }
    // A time that is far ahead is none: it would count each time.
    this.life.note(app, body, this.isAhead(webhook) ? null : webhook.receivedAt);
    if (webhook.type === 'ping') {
      return this.accept(exchange, 'ping', { deliveryId, event: 'ping', outcome: 'answered' });
    }
    if (webhook.type === 'other') {
      return this.accept(exchange, 'other_event', { deliveryId, event: webhook.name, outcome: 'ignored' });
    }
    if (webhook.type === 'parking-notified') return this.notify({ ...webhook, ...app }, exchange);
    return this.deliver({ ...webhook, ...app }, deliveryId, exchange);
  }

  /** Answers what was thrown while a request was read or handled. */
  failed(error: FastifyError, reply: FastifyReply): FastifyReply {
    if (reply.sent) return reply;
    const { statusCode = 500 } = error;
    const cause = statusCode === 413 ? 'too_large' : statusCode < 500 ? 'bad_request' : 'unexpected';
    this.options.metrics.refused(whose(reply.request), cause);
    return refuseFor(error, reply, this.options.log);
  }

  /** Ends a request whose body did not come in time. */
  private cut(request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) return;
    this.options.metrics.refused(whose(request), 'slow');
    this.slow.cut(request, reply);
  }

  private isOutdated({ receivedAt }: Webhook): boolean {
    return receivedAt !== null && receivedAt < this.now() - OUTDATED;
  }

  /** When the provider says that it had the event, or null where that cannot be. */
  private timeOf(webhook: WebhookClaim): string | null {
    const { receivedAt } = webhook;
    return receivedAt === null || this.isAhead(webhook) ? null : new Date(receivedAt).toISOString();
  }

  private isAhead({ receivedAt }: Webhook): boolean {
    return receivedAt !== null && receivedAt > this.now() + AHEAD * (this.options.speed ?? 1);
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }

  private deliver(
    webhook: WebhookClaim & Application,
    deliveryId: string | null,
    exchange: Exchange,
  ): Promise<unknown> {
    const { provider, application, vin, status, reason } = webhook;
    const providerTime = this.timeOf(webhook);
    const claim = { provider, application, vin, status, reason, deliveryId, providerTime };
    const facts = { deliveryId, event: webhook.type, status, vehicle: redactVin(vin) };
    return this.handOver(this.options.claims, claim, facts, exchange);
  }

  private notify(webhook: ParkingNotification & Application, exchange: Exchange): Promise<unknown> {
    const { provider, application, plate, stay, period } = webhook;
    const { notifications = NOBODY } = this.options;
    const facts = { event: webhook.type, period, vehicle: redactPlate(plateText(plate)) };
    return this.handOver(notifications, { provider, application, plate, stay, period }, facts, exchange);
  }

  /** Answers 2xx once it is durable, or concerns nobody. */
  private async handOver<C extends Application>(
    sink: Delivery<C>,
    claim: C,
    about: object,
    { request, reply }: Exchange,
  ): Promise<unknown> {
    const { atOnce = AT_ONCE } = this.options;
    const takes = sink.isRepeat?.(claim) ? 0 : 1;
    if (takes > 0 && this.underWay >= atOnce) {
      this.log.note('busy', request, { underWay: this.underWay });
      const message = 'Too many messages are under way.';
      return this.postpone(reply, 'busy', BUSY_RETRY_AFTER, 'GATEWAY_BUSY', message);
    }
    const facts = { ...about, application: applicationKey(claim) };
    this.count(takes);
    try {
      const outcome = await sink.deliver(claim);
      return this.accept({ request, reply }, OUTCOMES[outcome], { ...facts, outcome });
    } catch (error) {
      const told = { ...facts, outcome: 'not delivered', problem: problemOf(error) };
      this.log.note('postponed', request, told);
      if (error instanceof VinError && error.retryAfter !== undefined) {
        const seconds = Math.ceil(error.retryAfter / 1_000);
        return this.postpone(reply, 'flood', seconds, error.code, error.message);
      }
      const message = 'The message could not be stored. Send it again.';
      return this.postpone(reply, 'not_durable', RETRY_AFTER, 'NOT_DURABLE', message);
    } finally {
      this.count(-takes);
    }
  }

  private accept({ request, reply }: Exchange, outcome: WebhookOutcome, facts: object): object {
    const app = whose(request);
    if (app) this.options.metrics.accepted(app, outcome, reply.elapsedTime);
    if (outcome === 'accepted') this.log.accepted(facts);
    else this.log.note('idle', request, facts);
    return ANSWERS[outcome];
  }

  private postpone(
    reply: FastifyReply,
    cause: RefusalCause,
    seconds: number,
    code: ErrorCode,
    message: string,
  ) {
    this.options.metrics.refused(whose(reply.request), cause);
    return refuse(reply.header('Retry-After', seconds), code, message);
  }

  private count(change: number): void {
    this.underWay += change;
    this.options.metrics.underWay(change);
  }
}
