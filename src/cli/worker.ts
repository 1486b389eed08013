import type { Client } from '@temporalio/client';
import { createSweepActivities } from '../../activities/sweep';
import { HIGH_MOBILITY, TASK_QUEUE } from '../../workflows/messages';
import { allowed } from '../budgets';
import { readConfig } from '../config';
import { loadCatalogue } from '../domain/catalogue';
import type { Catalogue } from '../domain/catalogue-schema';
import { rulesFor } from '../domain/rules';
import { hideVin } from '../hidden-vin';
import { createLog, type Logger } from '../log';
import { createNotifier } from '../notify/notifier';
import { createHighMobility, type HighMobilityClient } from '../providers/high-mobility/client';
import { measured } from '../providers/measured';
import { withPause } from '../providers/pause';
import type { Turns } from '../providers/turns';
import { sweptActivations } from '../sweep/activations-at-provider';
import { createSweeper, type Sweeper } from '../sweep/sweeper';
import { type Application, applicationOf, claimNamespace } from '../temporal/application';
import { builtBundle } from '../temporal/bundle';
import { repeatCensus, takeCensus } from '../temporal/census';
import { connectClient, readTemporalConfig, startingWith, type TemporalConfig } from '../temporal/connection';
import { prepareNamespace } from '../temporal/namespace';
import { createPermits } from '../temporal/permits';
import { installRuntime } from '../temporal/runtime';
import { keepSweepSchedules } from '../temporal/sweep-schedule';
import { createWorker } from '../temporal/worker';
import { connectWorker } from '../temporal/worker-connection';
import type { WorkerMetrics } from '../temporal/worker-metrics';
import { stopRequested } from './ending';

/** Between two counts of the activations, in milliseconds. */
const CENSUS_PAUSE = 60_000;

export interface WorkerCommandOptions {
  readonly metricsHost: string;
  readonly metricsPort?: string;
  readonly adoptApplication?: boolean;
}

const USED = [
  'HIGH_MOBILITY_BASE_URL',
  'HIGH_MOBILITY_CLIENT_ID',
  'HIGH_MOBILITY_CLIENT_SECRET',
  'VIN_BATCH_SIZE',
  'VIN_BATCH_WINDOW',
  'VIN_BUDGETS',
  'VIN_CATALOGUE',
  'VIN_NOTIFY_URL',
  'VIN_NOTIFY_SECRET',
  'VIN_POLL_INTERVAL',
  'VIN_SPEED',
  'VIN_SWEEP_INTERVAL',
  'VIN_WORKER_CACHE',
  'VIN_WORKER_METRICS_PORT',
] as const;

type Config = ReturnType<typeof readConfig<(typeof USED)[number]>>;

export async function runWorker({
  metricsHost: host,
  metricsPort,
  adoptApplication: adopt,
}: WorkerCommandOptions): Promise<void> {
  const config = readConfig(
    { ...process.env, ...(metricsPort !== undefined && { VIN_WORKER_METRICS_PORT: metricsPort }) },
    USED,
  );
  const catalogue = loadCatalogue(config.VIN_CATALOGUE);
  const temporal = readTemporalConfig(process.env);
  const port = config.VIN_WORKER_METRICS_PORT;
  const log = createLog('worker');
  const runtime = installRuntime(log, port === undefined ? undefined : { host, port });
  try {
    const connected = await connectClient(temporal);
    const { client, close } = connected;
    try {
      await startingWith(connected, temporal, async () => {
        await prepareNamespace(client);
        // Before anything is polled: its tasks may be those of another application's vehicles.
        await claimNamespace(client, applicationIn(config), { adopt: adopt ?? false });
        await keepSweepSchedules(client, {
          interval: config.VIN_SWEEP_INTERVAL,
          speed: config.VIN_SPEED,
        });
      });
      await serve({ config, catalogue, temporal, client, log, metrics: runtime.metrics });
    } finally {
      await close();
    }
  } finally {
    await runtime.end();
  }
}

interface Parts {
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly temporal: TemporalConfig;
  readonly client: Client;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

/** Runs activations until the process is told to stop. */
async function serve({ config, catalogue, temporal, client, log, metrics }: Parts): Promise<void> {
  const { VIN_SPEED: speed, VIN_SWEEP_INTERVAL: interval, VIN_WORKER_METRICS_PORT: port } = config;
  const pollInterval = process.env['VIN_POLL_INTERVAL'] ? { pollInterval: config.VIN_POLL_INTERVAL } : {};
  const swept = interval === null ? {} : { sweepInterval: interval };
  const connection = await connectWorker(temporal);
  const provider = connectProvider(config, log, metrics);
  const { VIN_NOTIFY_URL: url, VIN_NOTIFY_SECRET: secret } = config;
  const notifier = createNotifier({ log, webhook: url && secret ? { url, secret } : undefined });
  const stopping = new AbortController();
  const turns = createPermits(client, TASK_QUEUE, HIGH_MOBILITY, stopping.signal);
  const sweeper = makeSweeper({ client, provider, turns, log, metrics });
  const stopCensus = port === undefined ? undefined : keepCensus(client, log, metrics);
  try {
    const worker = await createWorker({
      connection,
      namespace: temporal.namespace,
      providers: { [HIGH_MOBILITY]: provider },
      notifier,
      maxCachedWorkflows: config.VIN_WORKER_CACHE,
      ...builtBundle(),
      batching: { size: config.VIN_BATCH_SIZE, window: config.VIN_BATCH_WINDOW },
      turns,
      more: createSweepActivities({ [HIGH_MOBILITY]: sweeper }),
      budgets: allowed(config.VIN_BUDGETS, speed),
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed, ...pollInterval, ...swept }),
    });
    log.info({ temporal: temporal.address, catalogue: catalogue.version }, 'worker ready');
    const running = worker.run();
    void stopRequested().then(() => worker.shutdown());
    await running;
  } finally {
    stopping.abort();
    await stopCensus?.();
    await provider.close();
    await notifier.close();
    // Where a worker was made and never ran, it refuses: that must not hide why.
    await connection.close().catch(() => undefined);
  }
}

function applicationIn(config: Config): Application {
  return applicationOf({ baseUrl: config.HIGH_MOBILITY_BASE_URL, clientId: config.HIGH_MOBILITY_CLIENT_ID });
}

function connectProvider(config: Config, log: Logger, metrics: WorkerMetrics): HighMobilityClient {
  const highMobility = createHighMobility({
    baseUrl: config.HIGH_MOBILITY_BASE_URL,
    clientId: config.HIGH_MOBILITY_CLIENT_ID,
    clientSecret: config.HIGH_MOBILITY_CLIENT_SECRET,
    onSkipped: ({ index, problem }) =>
      log.warn({ index, problem }, 'a row of the list cannot be read as it should'),
  });
  return measured(highMobility, (call) => metrics.called(HIGH_MOBILITY, call));
}

interface SweeperParts {
  readonly client: Client;
  readonly provider: HighMobilityClient;
  readonly turns: Turns;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

function makeSweeper({ client, provider, turns, log, metrics }: SweeperParts): Sweeper {
  return createSweeper({
    provider: HIGH_MOBILITY,
    // A sweep heeds the pauses that activations were asked for, and they heed its.
    source: withPause(provider)('read'),
    activations: sweptActivations(client, HIGH_MOBILITY),
    turns,
    onSwept: (summary) => {
      metrics.swept(summary);
      const { rows, differences, signals, duration } = summary;
      log.info({ rows, differences, signals, duration }, 'swept');
      const { count, first } = summary.untold;
      const some = first.slice(0, 3).map(({ vin, problem }) => ({
        vin: hideVin(vin),
        problem: problem.replaceAll(vin, hideVin(vin)),
      }));
      if (count > 0) log.warn({ count, some }, 'activations could not be told what the provider says');
    },
  });
}

/** Counts the activations every minute. @returns a function that stops it. */
function keepCensus(client: Client, log: Logger, metrics: WorkerMetrics): () => Promise<void> {
  return repeatCensus(() => takeCensus(client), CENSUS_PAUSE, {
    counted: (census) => metrics.census(census),
    failed: (error) => log.warn({ problem: messageOf(error) }, 'the activations could not be counted'),
  });
}

/** The cause of a failed call may hold its headers, and these an API key. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
