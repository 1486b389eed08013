import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { readConfig } from '../config';
import { VinError } from '../errors';
import { createApi } from '../gateway/api/plugin';
import { LiveTokens } from '../gateway/api/token-file';
import { withoutFloods } from '../gateway/floods';
import { GatewayMetrics, metricsPage } from '../gateway/metrics';
import { temporalReadiness } from '../gateway/readiness';
import { withoutRepeats } from '../gateway/repeats';
import { createGateway, createWatchServer } from '../gateway/server';
import { createTemporalClaimSink } from '../gateway/temporal-claim-sink';
import { createLog } from '../log';
import { systemWords } from '../system-words';
import { Activations } from '../temporal/activations';
import { connectClient, readTemporalConfig, startingWith } from '../temporal/connection';
import { prepareNamespace } from '../temporal/namespace';
import { stopRequested } from './ending';
import { type Format, printAnswer, say } from './output';
import { readSurroundings } from './session';

export interface GatewayCommandOptions {
  readonly port?: string;
  readonly host: string;
  readonly output: Format;
}

/** Receives webhooks until the process is told to stop, and finishes those that are under way. */
export async function runGateway(options: GatewayCommandOptions): Promise<void> {
  const environment = {
    ...process.env,
    ...(options.port !== undefined && { VIN_GATEWAY_PORT: options.port }),
  };
  const config = readConfig(environment, [
    'HIGH_MOBILITY_WEBHOOK_SECRET',
    'HIGH_MOBILITY_WEBHOOK_SECRET_PREVIOUS',
    'VIN_GATEWAY_PORT',
    'VIN_GATEWAY_METRICS_PORT',
    'VIN_API_TOKENS',
    'VIN_TOKEN_SHARE',
    'VIN_SPEED',
  ]);
  const { HIGH_MOBILITY_WEBHOOK_SECRET: secret, HIGH_MOBILITY_WEBHOOK_SECRET_PREVIOUS: previous } = config;
  const log = createLog('gateway');
  const tokens = config.VIN_API_TOKENS ? await LiveTokens.open(config.VIN_API_TOKENS, log) : null;
  const surroundings = tokens && { tokens, ...(await readSurroundings()) };
  const place = readTemporalConfig(process.env);
  const temporal = await connectClient(place);
  const activations = new Activations(temporal.client);
  const api = surroundings
    ? [createApi({ activations, log, share: config.VIN_TOKEN_SHARE, ...surroundings })]
    : [];
  const signals = createTemporalClaimSink(temporal.client);
  const readiness = temporalReadiness(temporal.client);
  const metrics = new GatewayMetrics();
  const watch =
    config.VIN_GATEWAY_METRICS_PORT === undefined ? undefined : createWatchServer(metrics, readiness, log);
  const server = createGateway({
    claims: withoutRepeats(withoutFloods(signals)),
    secrets: previous === undefined ? [secret] : [secret, previous],
    log,
    metrics,
    speed: config.VIN_SPEED,
    readiness,
    plugins: [...(watch ? [] : [metricsPage(metrics)]), ...api],
  });
  try {
    // The API starts activations: without our search attributes none can start.
    if (tokens) await startingWith(temporal, place, () => prepareNamespace(temporal.client));
    // From here on webhooks may be under way.
    const stopped = stopRequested();
    const url = await listen(server, options.host, config.VIN_GATEWAY_PORT);
    const metricsUrl = watch && (await listen(watch, options.host, config.VIN_GATEWAY_METRICS_PORT ?? 0));
    say(`The gateway listens on ${url}`);
    say(tokens ? `The HTTP API: ${url}/openapi.json` : 'The HTTP API is off: VIN_API_TOKENS is not set.');
    if (options.output === 'json') printAnswer('json', { url, metricsUrl }, () => url);
    await stopped;
    say('The gateway stops: it finishes what is under way.');
  } finally {
    const silent = readiness.stop();
    await server.close();
    await watch?.close();
    await Promise.all([silent, signals.close()]);
    await temporal.close();
  }
}

/** Starts to listen, and tells the address. */
async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await server.listen({ host, port });
    return urlOf(host, server.server.address() as AddressInfo);
  } catch (cause) {
    throw new VinError(
      'PORT_NOT_USABLE',
      `The gateway cannot listen on ${host}:${port} (${systemWords(cause)}).`,
      'Take another port with --port, or stop the program that uses this one.',
      { cause },
    );
  }
}

/** The address to use from this machine. */
function urlOf(host: string, { port }: AddressInfo): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
