import { DefaultLogger, Runtime } from '@temporalio/worker';
import { Command } from 'commander';
import { HIGH_MOBILITY, TASK_QUEUE } from '../../workflows/messages';
import { allowed } from '../budgets';
import { readConfig } from '../config';
import { loadCatalogue } from '../domain/catalogue';
import { rulesFor } from '../domain/rules';
import { createLog, type Logger } from '../log';
import { createNotifier } from '../notify/notifier';
import { createHighMobility } from '../providers/high-mobility/client';
import { builtBundle } from '../temporal/bundle';
import { connectClient, readTemporalConfig } from '../temporal/connection';
import { prepareNamespace } from '../temporal/namespace';
import { createPermits } from '../temporal/permits';
import { createWorker } from '../temporal/worker';
import { connectWorker } from '../temporal/worker-connection';

export function workerCommand(): Command {
  return new Command('worker')
    .description('Run activations: the process that decides, and that speaks to the provider.')
    .addHelpText(
      'after',
      `
Needs HIGH_MOBILITY_BASE_URL, HIGH_MOBILITY_CLIENT_ID and HIGH_MOBILITY_CLIENT_SECRET.
Sends escalations to VIN_NOTIFY_URL, signed with VIN_NOTIFY_SECRET, where both are set.
Stops at SIGINT or SIGTERM after it has finished what is under way; nothing is lost if it is killed.

Examples:
  vin worker
  TEMPORAL_ADDRESS=temporal.internal:7233 vin worker`,
    )
    .action(runWorker);
}

async function runWorker(): Promise<void> {
  const config = readConfig(process.env, [
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
  ]);
  const catalogue = loadCatalogue(config.VIN_CATALOGUE);
  const pollInterval = process.env['VIN_POLL_INTERVAL'] ? { pollInterval: config.VIN_POLL_INTERVAL } : {};
  const temporal = readTemporalConfig(process.env);
  const log = createLog('worker');
  installRuntime(log);

  const { client, close } = await connectClient(temporal);
  await prepareNamespace(client);
  const connection = await connectWorker(temporal);
  const provider = createHighMobility({
    baseUrl: config.HIGH_MOBILITY_BASE_URL,
    clientId: config.HIGH_MOBILITY_CLIENT_ID,
    clientSecret: config.HIGH_MOBILITY_CLIENT_SECRET,
    onSkipped: ({ index, problem }) =>
      log.warn({ index, problem }, 'a row of the list cannot be read as it should'),
  });
  const { VIN_NOTIFY_URL: url, VIN_NOTIFY_SECRET: secret } = config;
  const notifier = createNotifier({ log, webhook: url && secret ? { url, secret } : undefined });
  try {
    const worker = await createWorker({
      connection,
      namespace: temporal.namespace,
      providers: { [HIGH_MOBILITY]: provider },
      notifier,
      ...builtBundle(),
      batching: { size: config.VIN_BATCH_SIZE, window: config.VIN_BATCH_WINDOW },
      turns: createPermits(client, TASK_QUEUE, HIGH_MOBILITY),
      budgets: allowed(config.VIN_BUDGETS, config.VIN_SPEED),
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed: config.VIN_SPEED, ...pollInterval }),
    });
    log.info({ temporal: temporal.address, catalogue: catalogue.version }, 'worker ready');
    await worker.run();
  } finally {
    await provider.close();
    await notifier.close();
    await connection.close();
    await close();
  }
}

/** Temporal's own log lines go the way of ours. */
function installRuntime(log: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const method = (
        { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const
      )[level];
      log[method](meta ?? {}, message);
    }),
  });
}
