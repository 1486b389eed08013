import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import type { FastifyInstance } from 'fastify';
import { readConfig } from '../config';
import { VinError } from '../errors';
import { createGateway } from '../gateway/server';
import { createTemporalClaimSink } from '../gateway/temporal-claim-sink';
import { createLog } from '../log';
import { connectClient } from '../temporal/connection';
import { type Format, outputOption, printAnswer, say } from './output';

const EXAMPLES = `
Examples:
  $ vin gateway                              on port 8080, for this machine only
  $ vin gateway --port 9000 --host 0.0.0.0   for a reverse proxy with TLS on another machine
  $ vin gateway --port 0 -o json             on any free port; prints {"url": "..."} when it is ready

It serves POST /webhooks/high-mobility and GET /healthz. The provider sends to HTTPS addresses
only: put a reverse proxy with TLS in front of it. HIGH_MOBILITY_WEBHOOK_SECRET is the secret
that you typed for the webhook in the provider's console.`;

interface Options {
  readonly port?: string;
  readonly host: string;
  readonly output: Format;
}

/** `vin gateway`: receives webhooks until it is told to stop, and finishes those that are under way. */
export function gatewayCommand(): Command {
  return new Command('gateway')
    .description('Receive the webhooks of the provider, and hand them to the activations.')
    .option('--port <number>', 'port to listen on; 0 takes a free one (default: VIN_GATEWAY_PORT or 8080)')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(runGateway);
}

async function runGateway(options: Options): Promise<void> {
  const environment = {
    ...process.env,
    ...(options.port !== undefined && { VIN_GATEWAY_PORT: options.port }),
  };
  const config = readConfig(environment, ['HIGH_MOBILITY_WEBHOOK_SECRET', 'VIN_GATEWAY_PORT']);
  const temporal = await connectClient();
  const claims = createTemporalClaimSink(temporal.client);
  const server = createGateway({
    claims,
    secrets: [config.HIGH_MOBILITY_WEBHOOK_SECRET],
    log: createLog('gateway'),
  });
  try {
    const stopped = stopSignal();
    await listen(server, options.host, config.VIN_GATEWAY_PORT);
    const url = urlOf(options.host, server.server.address() as AddressInfo);
    say(`The gateway listens on ${url}`);
    if (options.output === 'json') printAnswer('json', { url }, () => url);
    await stopped;
    say('The gateway stops: it finishes what is under way.');
  } finally {
    await server.close();
    await claims.close();
    await temporal.close();
  }
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw new VinError(
      'PORT_NOT_USABLE',
      `The gateway cannot listen on ${host}:${port} (${(cause as NodeJS.ErrnoException).code}).`,
      'Take another port with --port, or stop the program that uses this one.',
      { cause },
    );
  }
}

/** Ends when the process is asked to stop. A second request stops it at once, as usual. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** The address to use from this machine. */
function urlOf(host: string, { port }: AddressInfo): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
