import { isIP } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import type { WorkerCommandOptions } from './worker';

export function workerCommand(): Command {
  return new Command('worker')
    .description('Run activations: the process that decides, and that speaks to the provider.')
    .option(
      '--metrics-port <number>',
      'where to serve metrics (default: VIN_WORKER_METRICS_PORT, or nowhere)',
    )
    .option('--metrics-host <address>', 'IP address to serve them on', ipAddress, '127.0.0.1')
    .option('--adopt-application', 'take the namespace over from another client id or base URL')
    .addHelpText(
      'after',
      `
Needs address and credentials of each application that it serves (VIN_APPLICATIONS; README, "Configuration").
Delivers notices by the channels that are set up (docs/notices.md): to VIN_NOTIFY_URL, signed with VIN_NOTIFY_SECRET.
Stops at SIGINT or SIGTERM after it has finished what is under way; nothing is lost if it is killed.
A namespace belongs to the application of its first worker. One of another application refuses to start there:
--adopt-application is for an application that has a new client id. Stop its other workers before.
With a port for metrics it serves GET /metrics for Prometheus, and counts the activations every minute.

Examples:
  vin worker
  vin worker --metrics-port 9465
  TEMPORAL_ADDRESS=temporal.internal:7233 vin worker`,
    )
    .action(async (options: WorkerCommandOptions) =>
      (require('./worker') as typeof import('./worker')).runWorker(options),
    );
}

function ipAddress(text: string): string {
  if (isIP(text) === 0) throw new InvalidArgumentError('It must be an IP address, such as 0.0.0.0.');
  return text;
}
