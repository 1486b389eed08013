import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { Activations } from '../activations/activations';
import { Certificates } from '../activations/certificates';
import { VinError } from '../base/errors';
import { readNamed } from '../base/named-file';
import { systemWords } from '../base/system-words';
import type { Catalogue } from '../catalogue/schema';
import type { KnownApplication } from '../config/applications';
import { type Environment, readConfig } from '../config/config';
import { createLog } from '../config/log';
import { notificationDoors, parkingCredentials, readParkingPolicy } from '../config/parkings';
import { DayKeeper } from '../days/keeper';
import { DayLook } from '../days/look';
import { Defleetings } from '../defleetings/defleetings';
import { createApi } from '../gateway/api/plugin';
import { Shares } from '../gateway/api/shares';
import { LiveTokens } from '../gateway/api/token-file';
import { jwks } from '../gateway/jwks';
import { GatewayMetrics, metricsPage } from '../gateway/metrics';
import { fleetPage } from '../gateway/page/plugin';
import { Sessions } from '../gateway/page/sessions';
import { temporalReadiness } from '../gateway/readiness';
import { createGateway, createWatchServer } from '../gateway/server';
import { webhookPath } from '../gateway/webhooks/address';
import { deduplicate } from '../gateway/webhooks/deduplicate';
import { createNotificationDelivery, onceEach } from '../gateway/webhooks/notified-parkings';
import type { WebhookSource } from '../gateway/webhooks/receiver';
import { createSignals } from '../gateway/webhooks/signals';
import { createTemporalClaimDelivery } from '../gateway/webhooks/temporal-claim-delivery';
import { limitPerPlate, limitPerVehicle } from '../gateway/webhooks/vehicle-limit';
import { Parkings } from '../parkings/parkings';
import { Payments } from '../parkings/payments';
import { readSettings } from '../providers/settings';
import { pagesOf } from '../snapshot/read-snapshot';
import { keptSnapshots } from '../snapshot/snapshot-reader';
import { requireClock, watchClock } from '../temporal/clock';
import { connectClient, readTemporalConfig, startingWith } from '../temporal/connection';
import { prepareNamespace } from '../temporal/namespace';
import { stopRequested } from './ending';
import { applications } from './handed-in';
import { type Format, printAnswer, say } from './output';
import { createSigns } from './page-signs';
import { readCatalogue } from './session';
import { nameOfApplication } from './snapshot';

export interface GatewayCommandOptions {
  readonly port?: string;
  readonly host: string;
  readonly output: Format;
  /** A file with a token: with a link that is printed somebody may sign in once with it. */
  readonly pageLink?: string;
}

/** What a gateway reads of its own; of each application its address and the secrets of its webhooks beside. */
export const GATEWAY_VARIABLES = [
  'VIN_GATEWAY_PORT',
  'VIN_GATEWAY_METRICS_PORT',
  'VIN_API_TOKENS',
  'VIN_TEMPORAL_UI',
  'VIN_TOKEN_SHARE',
  'VIN_SPEED',
] as const;

/** Receives webhooks until the process is told to stop, and finishes those that are under way. */
export async function runGateway(options: GatewayCommandOptions): Promise<void> {
  const environment = {
    ...process.env,
    ...(options.port !== undefined && { VIN_GATEWAY_PORT: options.port }),
  };
  const config = readConfig(environment, GATEWAY_VARIABLES);
  const log = createLog('gateway');
  const tokens = config.VIN_API_TOKENS ? await LiveTokens.open(config.VIN_API_TOKENS, log) : null;
  const { servedApplications, isSandboxByVariables } = applications();
  const served = servedApplications(environment);
  const sources = [
    ...served.flatMap((known) => sourceOf(known, environment)),
    ...notificationDoors(environment),
  ];
  const catalogues = tokens && served.map(({ app }) => readCatalogue(app));
  const place = readTemporalConfig(process.env);
  const temporal = await connectClient(place);
  const certificates = new Certificates(temporal.client);
  const [credential] = parkingCredentials(environment);
  const parking = credential && {
    parkings: new Parkings(temporal.client, credential.app.provider),
    payments: new Payments(temporal.client, credential.app.provider),
    policy: readParkingPolicy(environment),
  };
  const lines = served.map(({ app, profile }) => ({
    app,
    activations: new Activations(temporal.client, app),
    certificates,
    defleetings: new Defleetings(temporal.client),
    parking,
    sandbox: isSandboxByVariables(app, environment),
    checkVehicle: profile.checkVehicle,
  }));
  const claims = createTemporalClaimDelivery(temporal.client);
  const signals = createSignals(temporal.client);
  const readiness = temporalReadiness(temporal.client);
  const metrics = new GatewayMetrics();
  const sessions = new Sessions();
  const doors: FastifyPluginAsync[] = [];
  if (tokens && catalogues) {
    const shared = {
      applications: lines.map((one, index) => ({ ...one, catalogue: catalogues[index] as Catalogue })),
      tokens,
      shares: new Shares(config.VIN_TOKEN_SHARE),
      log,
    };
    const days = new DayLook(new DayKeeper(temporal.client));
    const snapshots = keptSnapshots(pagesOf(temporal.client));
    const signs = createSigns({ client: temporal.client, served, readiness, metrics });
    const { VIN_TEMPORAL_UI: url } = config;
    const ui = url === undefined ? null : { url, namespace: place.namespace };
    doors.push(
      createApi({ ...shared, snapshots, days }),
      fleetPage({
        ...shared,
        ...{ snapshots, days, sessions, signs, ui },
        look: () => snapshots.look(),
        nameOf: nameOfApplication,
      }),
    );
  }
  const watch =
    config.VIN_GATEWAY_METRICS_PORT === undefined ? undefined : createWatchServer(metrics, readiness, log);
  const server = createGateway({
    claims: deduplicate(limitPerVehicle(claims)),
    notifications: onceEach(limitPerPlate(createNotificationDelivery(signals))),
    sources,
    log,
    metrics,
    speed: config.VIN_SPEED,
    readiness,
    plugins: [
      jwks({ keys: () => certificates.keys(), log }),
      ...(watch ? [] : [metricsPage(metrics)]),
      ...doors,
    ],
  });
  try {
    // The API starts activations: without our search attributes none can start.
    if (tokens) {
      await startingWith(temporal, place, async () => {
        await prepareNamespace(temporal.client);
        await requireClock(temporal.client);
      });
    }
    // From here on webhooks may be under way.
    const stopped = stopRequested();
    const url = await listen(server, options.host, config.VIN_GATEWAY_PORT);
    const metricsUrl = watch && (await listen(watch, options.host, config.VIN_GATEWAY_METRICS_PORT ?? 0));
    say(`The gateway listens on ${url}`);
    for (const { app, under = '' } of sources) say(`Webhooks come in at ${url}${webhookPath(app)}${under}`);
    say(tokens ? `The HTTP API: ${url}/openapi.json` : 'The HTTP API is off: VIN_API_TOKENS is not set.');
    if (tokens) say(`The fleet page: ${url}/`);
    const code = oneTimeCode(options.pageLink, sessions);
    const pageUrl = code === null ? undefined : `${url}/sign-in?code=${code}`;
    if (pageUrl !== undefined) say(`It is opened once with ${pageUrl}`);
    if (options.output !== 'table') printAnswer('json', { url, metricsUrl, pageUrl }, () => url);
    const clock = new AbortController();
    const wrong = new Promise<never>((_, reject) => {
      if (tokens) void watchClock(temporal.client, reject, clock.signal);
    });
    await Promise.race([stopped, wrong]).finally(() => clock.abort());
    say('The gateway stops: it finishes what is under way.');
  } finally {
    const silent = readiness.stop();
    await server.close();
    await watch?.close();
    await Promise.all([silent, claims.close(), signals.close()]);
    await temporal.close();
  }
}

/** Bytes. */
const LONGEST_TOKEN = 4 * 1024;

/** A code to sign in with once, for whoever reads what is printed at the start. */
function oneTimeCode(file: string | undefined, sessions: Sessions): string | null {
  if (file === undefined) return null;
  try {
    return sessions.linkFor(readNamed(file, LONGEST_TOKEN).trim());
  } catch (error) {
    throw new VinError(
      'TOKENS_INVALID',
      `The file of a token ${file} cannot be read (${systemWords(error)}).`,
      'Write what vin token create has printed into a file, and name it with --page-link.',
    );
  }
}

/** How the webhooks of an application come in; nothing where its provider sends none. */
function sourceOf({ app, profile }: KnownApplication, environment: Environment): WebhookSource[] {
  const { webhook: reader } = profile;
  if (!reader) return [];
  const settings = readSettings(profile, app, environment, reader.secrets);
  const secrets = reader.secrets.flatMap((name) => {
    const secret = settings[name];
    return typeof secret === 'string' ? [secret] : [];
  });
  return [{ app, reader, secrets }];
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
