import type { Client } from '@temporalio/client';
import { createAgainActivities } from '../../activities/again';
import { createCertificateActivities, createSigningActivities } from '../../activities/certificates';
import { createDayActivities } from '../../activities/days';
import { createDefleetingActivities } from '../../activities/defleetings';
import { ofApplication } from '../../activities/of-application';
import { createSweepActivities } from '../../activities/sweep';
import { Activations } from '../activations/activations';
import { createBatchSender } from '../activations/batch-sender';
import type { VinError } from '../base/errors';
import type { Catalogue } from '../catalogue/schema';
import type { CertificateDesk } from '../certificates/desk';
import { readCredentials } from '../config/applications';
import { allowed } from '../config/budgets';
import { readChannels } from '../config/channels';
import { readConfig } from '../config/config';
import { createLog, type Logger } from '../config/log';
import { type ParkingCredential, readParkingCredentials } from '../config/parkings';
import { Called } from '../days/called';
import { DayKeeper } from '../days/keeper';
import { createDesk } from '../defleetings/desk';
import { leave, stayAnywhere } from '../defleetings/leave';
import { type Application, applicationKey } from '../domain/application';
import { brandOf, rulesFor } from '../domain/rules';
import type { ChannelSettings } from '../notify/channel';
import { openChannels } from '../notify/open-channels';
import { routeOf, untold } from '../notify/routes';
import { countsOf, parkingCountsOf } from '../snapshot/counts';
import { pagesOf } from '../snapshot/read-snapshot';
import { keptSnapshots } from '../snapshot/snapshot-reader';
import { keepDayCounts, keepSweepSchedules } from '../sweep/sweep-schedule';
import { builtBundle } from '../temporal/bundle';
import { certificateLedger } from '../temporal/certificate-ledger';
import { requireClock, watchClock } from '../temporal/clock';
import { connectClient, readTemporalConfig, startingWith, type TemporalConfig } from '../temporal/connection';
import { createHandOver } from '../temporal/hand-over';
import { prepareNamespace } from '../temporal/namespace';
import { claimApplication, identityOf } from '../temporal/ownership';
import { installRuntime } from '../temporal/runtime';
import { createWorker } from '../temporal/worker';
import { connectWorker } from '../temporal/worker-connection';
import type { WorkerMetrics } from '../temporal/worker-metrics';
import { openDesk } from './certificate-desk';
import { stopRequested } from './ending';
import { applications, channels } from './handed-in';
import { parkingStarter } from './parking-starter';
import { byApplication, connectApplication, type Served } from './worker-applications';
import { connectParkings, keepParkingSchedules } from './worker-parkings';

export interface WorkerCommandOptions {
  readonly metricsHost: string;
  readonly metricsPort?: string;
  readonly adoptApplication?: boolean;
}

/** What a worker reads of its own; besides, of each application its credentials, and of each channel its variables. */
export const WORKER_VARIABLES = [
  'VIN_BATCH_SIZE',
  'VIN_BATCH_WINDOW',
  'VIN_BUDGETS',
  'VIN_CATALOGUE',
  'VIN_PACE',
  'VIN_PARKING_SWEEP_INTERVAL',
  'VIN_DEFLEET_DEADLINE',
  'VIN_POLL_INTERVAL',
  'VIN_SPEED',
  'VIN_SWEEP_INTERVAL',
  'VIN_WORKER_CACHE',
  'VIN_WORKER_METRICS_PORT',
  'VIN_ZONE',
] as const;

type Config = ReturnType<typeof readConfig<(typeof WORKER_VARIABLES)[number]>>;

export async function runWorker({
  metricsHost: host,
  metricsPort,
  adoptApplication: adopt,
}: WorkerCommandOptions): Promise<void> {
  const config = readConfig(
    { ...process.env, ...(metricsPort !== undefined && { VIN_WORKER_METRICS_PORT: metricsPort }) },
    WORKER_VARIABLES,
  );
  const channelSettings = readChannels(channels(), process.env);
  const served = applications()
    .servedApplications(process.env)
    .map((known) => ({
      ...known,
      settings: readCredentials(known, process.env),
    }));
  const credentials = readParkingCredentials(process.env);
  const catalogues = new Map(
    served.map(({ app }) => [app.provider, applications().catalogueOf(app, config.VIN_CATALOGUE)]),
  );
  const desk = await openDesk(process.env);
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
        await requireClock(client);
        // Before anything is polled: its tasks may be those of another application's vehicles.
        for (const { app, profile, settings } of [
          ...served,
          ...credentials.map((one) => ({ ...one, app: { ...one.app, kind: 'parking' as const } })),
        ]) {
          await claimApplication(client, app, identityOf(profile.account(settings)), {
            adopt: adopt ?? false,
          });
        }
        if (desk) await certificateLedger(client).start();
        for (const { app } of served) {
          const { VIN_SWEEP_INTERVAL: interval, VIN_SPEED: speed } = config;
          await keepSweepSchedules(client, { ...app, interval, speed });
        }
        const { VIN_PARKING_SWEEP_INTERVAL: interval, VIN_SPEED: speed } = config;
        await keepParkingSchedules(client, credentials, { interval, speed });
        await keepDayCounts(client);
      });
      await serve({
        config,
        channelSettings,
        served,
        credentials,
        catalogues,
        temporal,
        client,
        desk,
        log,
        metrics: runtime.metrics,
      });
    } finally {
      await close();
    }
  } finally {
    await runtime.end();
  }
}

interface Parts {
  readonly config: Config;
  readonly channelSettings: ChannelSettings;
  readonly served: readonly Served[];
  /** For parking; none where there is no parking here. */
  readonly credentials: readonly ParkingCredential[];
  /** By the id of the provider. */
  readonly catalogues: ReadonlyMap<string, Catalogue>;
  readonly temporal: TemporalConfig;
  readonly client: Client;
  /** Null where this worker keeps no certificates. */
  readonly desk: CertificateDesk | null;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

/** Runs activations until the process is told to stop. */
async function serve(parts: Parts): Promise<void> {
  const { config, served, catalogues, temporal, client, desk, log, metrics } = parts;
  const { VIN_SPEED: speed, VIN_SWEEP_INTERVAL: interval, VIN_WORKER_METRICS_PORT: port } = config;
  const pollInterval = process.env['VIN_POLL_INTERVAL'] ? { pollInterval: config.VIN_POLL_INTERVAL } : {};
  const swept = interval === null ? {} : { sweepInterval: interval };
  const connection = await connectWorker(temporal);
  const open = openChannels(channels(), parts.channelSettings, { log });
  // Providers of parking have no catalogue of their own: the user's file is the same for all.
  const [usual] = catalogues.values();
  const routesAt = ({ provider }: Application) =>
    ((catalogues.get(provider) ?? usual) as Catalogue).policy.routes;
  const notifier = createHandOver(client, (notice) => routeOf(notice, routesAt(notice), open.ids));
  const stopping = new AbortController();
  const { signal } = stopping;
  const orders = config.VIN_BUDGETS;
  const channelsAt = (app: Application): readonly string[] =>
    routeOf({ audience: 'operations', fleet: null }, routesAt(app), open.ids);
  const called = new Called();
  const isBrand = ({ provider }: Application, brand: string): boolean =>
    Object.hasOwn(catalogues.get(provider)?.brands ?? {}, brand);
  const around = { client, log, metrics, signal, orders, speed, called, isBrand, channelsAt };
  const lines = served.map((one) => connectApplication(one, around));
  const budgets = byApplication(lines, (line) => line.budgets);
  const filtered = byApplication(lines, (line) => line.filteredList);
  const limiters = byApplication(lines, (line) => line.limiter);
  const parkings = connectParkings(parts.credentials, { client, log, notifier, speed });
  const ledger = certificateLedger(client);
  const days = new DayKeeper(client);
  const own = lines.map(({ app }) => app);
  const brands = byApplication(lines, (line) => line.brands);
  const stopTelling = called.keepTelling(
    (report) => days.called(report),
    (error) => log.warn({ problem: messageOf(error) }, 'the calls of the day could not be told'),
  );
  const stopCounting =
    port === undefined
      ? undefined
      : keepCounting(
          served,
          parkings.works.map(({ provider }) => provider),
          client,
          log,
          metrics,
        );
  try {
    const worker = await createWorker({
      connection,
      namespace: temporal.namespace,
      providers: byApplication(lines, ({ provider }) => provider),
      onVehicle: ({ vin, brand, ...app }) => ofApplication(brands, app).note(vin, brand),
      notifier,
      channels: open,
      batchSender: createBatchSender((app) => new Activations(client, app), {
        pace: config.VIN_PACE,
        budgetsOf: (app) => ofApplication(budgets, app),
        speed,
        sends: { defleet: leave, stay: stayAnywhere },
      }),
      maxCachedWorkflows: config.VIN_WORKER_CACHE,
      ...builtBundle(),
      batching: { size: config.VIN_BATCH_SIZE, window: config.VIN_BATCH_WINDOW },
      limiterOf: (app) => ofApplication(limiters, app),
      filteredListOf: (app) => ofApplication(filtered, app),
      defleetings: {
        ...createCertificateActivities(desk, ledger),
        ...createDayActivities(({ at }) => days.count(pagesOf(client), at)),
        ...createDefleetingActivities(
          createDesk({
            client,
            applications: own,
            keepsRecord: (app) => applications().profileOf(app).traits.endsAs === 'removed',
            requireBrand: ({ provider }, brand) => {
              // What is of a provider that is not served here another worker has to judge.
              const catalogue = catalogues.get(provider);
              if (catalogue) brandOf(catalogue, brand);
            },
            parkings: parkingStarter(parts.credentials, client),
            zone: config.VIN_ZONE,
            deadline: config.VIN_DEFLEET_DEADLINE,
            speed,
          }),
          (notice) => notifier.send(notice),
          own,
        ),
      },
      more: {
        ...createAgainActivities((app) => new Activations(client, app)),
        ...createSweepActivities(byApplication(lines, ({ sweeper }) => sweeper)),
      },
      parkings: parkings.works,
      certificates: desk && createSigningActivities(desk, () => ledger.head()),
      budgetsOf: (app) => allowed(ofApplication(budgets, app), speed),
      rulesOf: (brand, { provider }, fleet) =>
        rulesFor(catalogues.get(provider) as Catalogue, brand, {
          speed,
          fleet,
          ...pollInterval,
          ...swept,
        }),
    });
    const keys = lines.map(({ app }) => applicationKey(app));
    const versions = [...catalogues.values()].map(({ version }) => version);
    log.info({ temporal: temporal.address, catalogue: versions, applications: keys }, 'worker ready');
    const routes = lines.flatMap(({ app }) => routesAt(app));
    for (const sentence of untold(open, routes)) log.warn(sentence);
    const running = worker.run();
    void stopRequested().then(() => worker.shutdown());
    const problems: VinError[] = [];
    const stop = (error: VinError): void => {
      problems.push(error);
      log.error({ problem: error.message }, 'the worker stops');
      worker.shutdown();
    };
    void watchClock(client, stop, signal);
    await running;
    if (problems[0]) throw problems[0];
  } finally {
    stopping.abort();
    await stopCounting?.();
    await stopTelling();
    for (const { provider } of lines) await provider.close();
    await parkings.close();
    await open.close();
    // Where a worker was made and never ran, it refuses: that must not hide why.
    await connection.close().catch(() => undefined);
  }
}

/** Keeps the figures of the newest snapshot. @returns a function that stops it. */
function keepCounting(
  served: readonly Served[],
  parkings: readonly string[],
  client: Client,
  log: Logger,
  metrics: WorkerMetrics,
): () => Promise<void> {
  return keptSnapshots(pagesOf(client)).keep({
    read: (snapshot) => {
      for (const { app } of served) metrics.activationCounts(app, countsOf(snapshot, app), snapshot.at);
      for (const one of parkings) metrics.parkingCounts(one, parkingCountsOf(snapshot, one));
    },
    failed: (error) => log.warn({ problem: messageOf(error) }, 'the activations could not be counted'),
  });
}

/** The cause of a failed call may hold its headers, and these an API key. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
