import { isIPv6 } from 'node:net';
import { DefaultLogger, Runtime, type TelemetryOptions } from '@temporalio/worker';
import { REFUSED_WORDS } from '../../workflows/contract/messages';
import { VinError } from '../base/errors';
import { systemWords } from '../base/system-words';
import type { Logger } from '../config/log';
import { BUCKETS, WorkerMetrics } from './worker-metrics';

/** Where `GET /metrics` is served, for Prometheus. */
export interface MetricsAddress {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

/**
 * What the SDK tells of and we have meant: a worker that has not every kind of task, as those of
 * endpoints; and a workflow task of more than five seconds, as that of a submission which waits for its company.
 */
const MEANT =
  /^No (workflows|activities|Nexus services) registered, not polling|Workflow task duration exceeded/;

/**
 * Also an activation that was refused for good: it closes as failed, and is no failure of ours.
 */
export function isMeant(message: string, meta?: Readonly<Record<string, unknown>>): boolean {
  const error = meta?.['error'];
  const isRefusal = error instanceof Error && error.message.startsWith(REFUSED_WORDS);
  return MEANT.test(message) || (message === 'Workflow failed' && isRefusal);
}

/** Left alone, the native part of the SDK writes to the terminal, past every logger. */
const LOGGING: NonNullable<TelemetryOptions['logging']> = {
  filter: { core: 'WARN', other: 'ERROR' },
  forward: {},
};

export interface InstalledRuntime {
  readonly metrics: WorkerMetrics;
  /** Ends it, also where no worker was made: until then it keeps the process alive. */
  end(): Promise<void>;
}

/**
 * Sets the process up for workers, before anything else of Temporal's is used: the SDK's log lines go the way of
 * ours, and its metrics and ours are served at one address.
 *
 * @throws VinError `PORT_NOT_USABLE`.
 */
export function installRuntime(log: Logger, metrics?: MetricsAddress): InstalledRuntime {
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    if (isMeant(message, meta)) return;
    const method = ({ TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const)[
      level
    ];
    log[method](meta ?? {}, message);
  });
  try {
    Runtime.install({
      logger,
      telemetryOptions: { logging: LOGGING, ...(metrics && served(metrics)) },
      // Before a worker runs it would take signals for itself, and do nothing about them. Ours shut the workers down.
      shutdownSignals: [],
    });
  } catch (cause) {
    if (!metrics) throw cause;
    throw new VinError(
      'PORT_NOT_USABLE',
      `The worker's metrics cannot be served on ${address(metrics)} (${inWords(cause)}).`,
      'Take another port with VIN_WORKER_METRICS_PORT, or stop the program that uses this one.',
      { cause },
    );
  }
  const runtime = Runtime.instance();
  return { metrics: new WorkerMetrics(runtime.metricMeter), end: () => runtime.shutdown() };
}

/** The native part has sentences of its own, and no code. */
function inWords(cause: unknown): string {
  const words = systemWords({ code: '', message: (cause as Error).message });
  return words.startsWith('the port') ? words : (cause as Error).message;
}

function served(metrics: MetricsAddress): TelemetryOptions {
  return {
    metrics: {
      prometheus: {
        bindAddress: address(metrics),
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
        histogramBucketOverrides: BUCKETS,
      },
    },
  };
}

function address({ host, port }: MetricsAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
