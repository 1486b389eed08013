import { SEARCH_ATTRIBUTES } from '../../../workflows/contract/search-attributes';
import { VinError } from '../../base/errors';
import { temporaryFolder } from '../../base/temporary-folder';
import { type Application, applicationKey } from '../../domain/application';
import { connectClient, isConfigured, readTemporalConfig, startingWith } from '../../temporal/connection';
import { claimApplication, identityOf } from '../../temporal/ownership';
import { startEmbeddedServer } from '../temporal-server/server';
import { PART_FAILED, type Part, startPart } from './part';

/** Everything that the demo runs on, each part a process on a loopback port that was free. */
export interface Stack {
  readonly temporal: string;
  /** Temporal's web UI; null where the user's own Temporal is used. */
  readonly ui: string | null;
  /** The addresses of the simulators, by the keys of their applications. */
  readonly simulators: Readonly<Record<string, string>>;
  readonly gateway: string;
  /** Where the fleet page is opened once without a token; null where it is not printed. */
  readonly page: string | null;
  readonly logFolder: string;
  /** Has the logs stay when it has stopped: something went wrong. */
  keepLogs(): void;
  /** The worker now: it is started again when it dies. */
  readonly worker: () => Part;
  stop(): Promise<void>;
}

/** The application of commands which name none. */
export const DEMO = { provider: 'high-mobility', application: 'default' } as const;

/** Those of the demo, and how their simulators are started. */
export const PLAYED = [
  { app: DEMO, args: [], sendsWebhooks: true },
  { app: { provider: 'otonomo', application: 'default' }, args: ['otonomo'], sendsWebhooks: false },
] as const;

/** The provider of parking in the demo. */
export const PLAYED_PARKING = {
  name: 'Autopay',
  provider: 'autopay',
  args: ['autopay'],
  credentials: { VIN_PARKING: 'autopay:default', AUTOPAY_LEVEL: 'medium' },
  addressVariables: ['AUTOPAY_BASE_URL', 'AUTOPAY_AUTH_URL'],
} as const;

/** A provider of the demo, played by its simulator. */
export interface PlayedProvider {
  readonly app: Application;
  readonly name: string;
  /** What its simulator is started with, behind `vin simulator`. */
  readonly args: readonly string[];
  readonly sendsWebhooks: boolean;
  /** What the simulator takes, and gateway and worker sign in with. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The variable of its address. */
  readonly addressVariable: string;
  /** What the application is at the provider, which is at this address. */
  readonly account: (address: string) => { readonly baseUrl: string; readonly clientId: string };
}

/**
 * Starts Temporal (unless the user has one), the gateway, the simulators and the worker.
 *
 * @param speed how many times faster than real time both clocks run: the simulator's and our policy's.
 * @param ofWorker further variables of the worker.
 * @param ofGateway further words and variables of the gateway.
 */
export async function startStack(
  {
    providers,
    parking,
  }: { readonly providers: readonly PlayedProvider[]; readonly parking: Readonly<Record<string, string>> },
  speed: number,
  progress: (step: string) => void,
  ofWorker: NodeJS.ProcessEnv = {},
  ofGateway: { readonly args: readonly string[]; readonly variables: NodeJS.ProcessEnv } = {
    args: [],
    variables: {},
  },
): Promise<Stack> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.reverse()) await end();
  };
  const logs = temporaryFolder('vin-demo-');
  const logFolder = logs.path;
  stops.push(async () => logs.remove());
  try {
    progress('starting Temporal');
    const temporal = await startTemporal();
    stops.push(temporal.stop);
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ...Object.assign({}, ...providers.map(({ credentials }) => credentials)),
      ...PLAYED_PARKING.credentials,
      ...parking,
      VIN_APPLICATION: applicationKey(DEMO),
      VIN_APPLICATIONS: providers.map(({ app }) => applicationKey(app)).join(','),
      TEMPORAL_ADDRESS: temporal.address,
      VIN_SPEED: String(speed),
    };
    const start = (args: string[], more: NodeJS.ProcessEnv = {}, name = args[0]): Part => {
      const part = startPart(args, { ...environment, ...more }, logFolder, name);
      stops.push(part.stop);
      return part;
    };

    progress('starting the gateway');
    const gateway = await start(['gateway', '--port', '0', '-o', 'json', ...ofGateway.args], {
      ...(temporal.ui && { VIN_TEMPORAL_UI: temporal.ui }),
      ...ofGateway.variables,
    }).ready;
    const names = [...providers, PLAYED_PARKING].map(({ name }) => name);
    progress(`starting the simulators of ${names.join(', ')}`);
    const simulators: Record<string, string> = {};
    const addresses: Record<string, string> = {};
    const play = async ({ app, args, sendsWebhooks, addressVariable }: PlayedProvider): Promise<void> => {
      const place = `${gateway.url}/webhooks/${app.provider}/${app.application}`;
      const webhooks = sendsWebhooks ? ['--webhook-url', place] : [];
      const all = ['simulator', ...args, '--speed', String(speed), ...webhooks, '-o', 'json'];
      const { url } = await start(all, {}, `simulator-${app.provider}`).ready;
      simulators[applicationKey(app)] = url;
      addresses[addressVariable] = url;
    };
    const playParking = async (): Promise<void> => {
      const all = ['simulator', ...PLAYED_PARKING.args, '--speed', String(speed), '-o', 'json'];
      const { url } = await start(all, {}, `simulator-${PLAYED_PARKING.provider}`).ready;
      simulators[PLAYED_PARKING.credentials.VIN_PARKING] = url;
      for (const name of PLAYED_PARKING.addressVariables) addresses[name] = url;
    };
    await Promise.all([...providers.map(play), playParking()]);
    // Also where the user has a Temporal: before a worker would be started there again and again.
    await claim(temporal.address, providers, simulators);
    progress('starting the worker');
    const worker = keepWorker(() => start(['worker'], { ...ofWorker, ...addresses }));
    stops.push(worker.release);
    return {
      temporal: temporal.address,
      ui: temporal.ui,
      simulators,
      gateway: gateway.url,
      page: gateway.pageUrl ?? null,
      logFolder,
      keepLogs: logs.keep,
      worker: worker.current,
      stop,
    };
  } catch (error) {
    // The message names a file in it.
    if (error instanceof VinError && error.code === PART_FAILED) logs.keep();
    await stop();
    throw error;
  }
}

/** @throws VinError `APPLICATION_MISMATCH` where the namespace is that of real vehicles. */
async function claim(
  address: string,
  providers: readonly PlayedProvider[],
  simulators: Readonly<Record<string, string>>,
): Promise<void> {
  const config = readTemporalConfig({ ...process.env, TEMPORAL_ADDRESS: address });
  const connected = await connectClient(config);
  try {
    await startingWith(connected, config, async () => {
      for (const { app, account } of providers) {
        const identity = identityOf(account(simulators[applicationKey(app)] ?? ''));
        await claimApplication(connected.client, app, identity);
      }
    });
  } finally {
    await connected.close();
  }
}

async function startTemporal(): Promise<{ address: string; ui: string | null; stop: () => Promise<void> }> {
  if (isConfigured(process.env)) {
    const { address } = readTemporalConfig(process.env);
    return { address, ui: null, stop: async () => undefined };
  }
  const server = await startEmbeddedServer({ ui: true, searchAttributes: SEARCH_ATTRIBUTES });
  return { address: server.address, ui: server.uiAddress ?? null, stop: server.stop };
}

/** Starts the worker, and again whenever it dies: nothing is lost in between. */
function keepWorker(start: () => Part): { current: () => Part; release: () => Promise<void> } {
  let kept = true;
  let part = start();
  const watch = (): void =>
    void part.ended.then(() => {
      if (!kept) return;
      part = start();
      watch();
    });
  watch();
  return {
    current: () => part,
    release: async () => {
      kept = false;
    },
  };
}
