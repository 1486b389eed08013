import type { FastifyPluginAsync } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Application, applicationFrom, applicationKey, applicationOf } from '../domain/application';

/** What became of a webhook that was answered 2xx. */
export type WebhookOutcome =
  | 'accepted'
  | 'duplicate'
  | 'unknown_vehicle'
  | 'other_event'
  | 'ping'
  /** Older than a week by its own time: dropped. */
  | 'outdated';

/** Why a webhook was not answered 2xx. */
export type RefusalCause =
  | 'signature'
  | 'malformed'
  | 'too_large'
  | 'bad_request'
  /** The body did not come in time, or had to make room for newer ones. */
  | 'slow'
  | 'busy'
  | 'flood'
  | 'not_durable'
  | 'unexpected';

/** Seconds. A provider waits for five or more. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What the gateway counts, for Prometheus. No label ever holds a VIN or the id of a delivery. */
export class GatewayMetrics {
  /** Others may add theirs. */
  readonly registry = new Registry();
  /** When a webhook was heard of last, by the key of the application. */
  private readonly heardAt = new Map<string, number>();

  private readonly answered = new Counter({
    name: 'vin_gateway_webhooks_total',
    help: 'Webhooks that were answered 2xx, by application and outcome.',
    labelNames: ['provider', 'application', 'outcome'],
    registers: [this.registry],
  });
  private readonly refusals = new Counter({
    name: 'vin_gateway_webhooks_refused_total',
    help: 'Webhooks that were not answered 2xx, by application and cause.',
    labelNames: ['provider', 'application', 'cause'],
    registers: [this.registry],
  });
  private readonly seconds = new Histogram({
    name: 'vin_gateway_webhook_seconds',
    help: 'Time from the headers of a rightly signed webhook to its answer.',
    buckets: BUCKETS,
    registers: [this.registry],
  });
  private readonly signals = new Gauge({
    name: 'vin_gateway_signals_under_way',
    help: 'Claims that are being made durable.',
    registers: [this.registry],
  });

  /** @param now milliseconds of a clock that never goes back. */
  constructor(private readonly now: () => number = () => performance.now()) {
    const ages = () => [...this.heardAt].map(([key, at]) => [key, (this.now() - at) / 1_000] as const);
    new Gauge({
      name: 'vin_gateway_last_webhook_age_seconds',
      help: 'Time since the last rightly signed webhook of an application that is not outdated; since the start when there was none.',
      labelNames: ['provider', 'application'],
      registers: [this.registry],
      collect() {
        for (const [key, age] of ages()) this.set({ ...applicationFrom(key) }, age);
      },
    });
  }

  /** A rightly signed webhook of these days came, or the gateway has begun to listen: the provider still speaks to us. */
  heard(app: Application): void {
    this.heardAt.set(applicationKey(app), this.now());
  }

  /** Milliseconds since that; null of an application that nobody listens for. */
  heardAgo(app: Application): number | null {
    const at = this.heardAt.get(applicationKey(app));
    return at === undefined ? null : this.now() - at;
  }

  /** @param milliseconds from its headers to its answer. */
  accepted(app: Application, outcome: WebhookOutcome, milliseconds: number): void {
    this.answered.inc({ ...applicationOf(app), outcome });
    this.seconds.observe(milliseconds / 1_000);
  }

  /** @param app to whose address it came; null where it came to none. */
  refused(app: Application | null, cause: RefusalCause): void {
    this.refusals.inc({ ...(app && applicationOf(app)), cause });
  }

  /** @param change 1 when a claim sets out, -1 when it has arrived or failed, 0 for a repeat. */
  underWay(change: number): void {
    this.signals.inc(change);
  }
}

/** Milliseconds for which a page of metrics is good. */
const FRESH = 1_000;

/** Metrics of the process that cost more the more connections there are. */
const COSTLY = [
  'process_open_fds',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
];

/** Serves `GET /metrics` in the text format of Prometheus, with the metrics of the process. To be used once. */
export function metricsPage({ registry }: GatewayMetrics): FastifyPluginAsync {
  collectDefaultMetrics({ register: registry });
  for (const name of COSTLY) registry.removeSingleMetric(name);
  let madeAt = Number.NEGATIVE_INFINITY;
  let page = Promise.resolve('');
  // Anybody may ask, as often as they like, where the metrics have no port of their own.
  const text = (): Promise<string> => {
    const now = performance.now();
    if (now >= madeAt + FRESH) {
      madeAt = now;
      page = registry.metrics();
    }
    return page;
  };
  return async (server) => {
    server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await text()));
  };
}
