import { Command } from 'commander';
import type { GatewayCommandOptions } from './gateway';
import { outputOption } from './output';

const EXAMPLES = `
Examples:
  $ vin gateway                              # on port 8080, for this machine only
  $ vin gateway --port 9000 --host 0.0.0.0   # for a reverse proxy with TLS on another machine
  $ vin gateway --port 0 -o json             # on any free port; prints {"url": "..."} when it is ready

It serves POST /webhooks/PROVIDER/APPLICATION for each application that it serves (VIN_APPLICATIONS; it prints
the addresses), with VIN_API_TOKENS the HTTP API (/v1/activations and
/openapi.json) and the fleet page (/, docs/fleet-page.md; make a token with "vin token create"), the probes GET /healthz and /readyz, and GET /metrics
for Prometheus; with VIN_GATEWAY_METRICS_PORT the metrics and probes have a port of their own, and the
metrics that one only. The provider sends to HTTPS addresses only: put a reverse proxy with TLS
in front of it. The secret that you typed for the webhook in the provider's console is a variable of the
application; the one before it is still accepted while you change it (README, "Configuration").`;

/** `vin gateway`: receives webhooks until it is told to stop, and finishes those that are under way. */
export function gatewayCommand(): Command {
  return new Command('gateway')
    .description('Receive the webhooks of the provider, and serve the HTTP API and the fleet page.')
    .option('--port <number>', 'port to listen on; 0 takes a free one (default: VIN_GATEWAY_PORT or 8080)')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--page-link <file>',
      'print a link that signs in once at the fleet page, with the token in this file',
    )
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: GatewayCommandOptions) =>
      (require('./gateway') as typeof import('./gateway')).runGateway(options),
    );
}
