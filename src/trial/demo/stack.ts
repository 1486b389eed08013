import { SEARCH_ATTRIBUTES } from '../../../workflows/contract/search-attributes';
import { VinError } from '../../base/errors';
import { temporaryFolder } from '../../base/temporary-folder';
import { applicationKey } from '../../domain/application';
import { connectClient, isConfigured, readTemporalConfig, startingWith } from '../../temporal/connection';
import { claimApplication, identityOf } from '../../temporal/ownership';
import { startEmbeddedServer } from '../temporal-server/server';
import { PART_FAILED, type Part, startPart } from './part';

/** Everything that the demo runs on, each part a process on a loopback port that was free. */
export interface Stack {
  readonly temporal: string;
  /** Temporal's web UI; null where the user's own Temporal is used. */
  readonly ui: string | null;
  readonly simulator: string;
  readonly gateway: string;
  readonly logFolder: string;
  /** Has the logs stay when it has stopped: something went wrong. */
  keepLogs(): void;
  /** The worker now: it is started again when it dies. */
  readonly worker: () => Part;
  stop(): Promise<void>;
}

/** The application of the demo's simulator: that of commands which name none. */
export const DEMO = { provider: 'high-mobility', application: 'default' } as const;

const CREDENTIALS = {
  HIGH_MOBILITY_CLIENT_ID: 'demo-client',
  HIGH_MOBILITY_CLIENT_SECRET: 'demo-client-secret',
  HIGH_MOBILITY_WEBHOOK_SECRET: 'demo-webhook-secret',
};

/**
 * Starts Temporal (unless the user has one), the gateway, the simulator and the worker.
 *
 * @param speed how many times faster than real time both clocks run: the simulator's and our policy's.
 * @param ofWorker further variables of the worker.
 */
export async function startStack(
  speed: number,
  progress: (step: string) => void,
  ofWorker: NodeJS.ProcessEnv = {},
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
      ...CREDENTIALS,
      VIN_APPLICATION: applicationKey(DEMO),
      VIN_APPLICATIONS: applicationKey(DEMO),
      TEMPORAL_ADDRESS: temporal.address,
      VIN_SPEED: String(speed),
    };
    const start = (args: string[], more: NodeJS.ProcessEnv = {}): Part => {
      const part = startPart(args, { ...environment, ...more }, logFolder);
      stops.push(part.stop);
      return part;
    };

    progress('starting the gateway');
    const gateway = await start(['gateway', '--port', '0', '-o', 'json']).ready;
    progress('starting the simulator of High Mobility');
    const webhook = ['--webhook-url', `${gateway.url}/webhooks/${DEMO.provider}/${DEMO.application}`];
    const simulator = await start(['simulator', '--speed', String(speed), ...webhook, '-o', 'json']).ready;
    // Also where the user has a Temporal: before a worker would be started there again and again.
    await claim(temporal.address, simulator.url);
    progress('starting the worker');
    const worker = keepWorker(() =>
      start(['worker'], { ...ofWorker, HIGH_MOBILITY_BASE_URL: simulator.url }),
    );
    stops.push(worker.release);
    return {
      temporal: temporal.address,
      ui: temporal.ui,
      simulator: simulator.url,
      gateway: gateway.url,
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
async function claim(address: string, baseUrl: string): Promise<void> {
  const config = readTemporalConfig({ ...process.env, TEMPORAL_ADDRESS: address });
  const connected = await connectClient(config);
  try {
    const clientId = CREDENTIALS.HIGH_MOBILITY_CLIENT_ID;
    await startingWith(connected, config, () =>
      claimApplication(connected.client, DEMO, identityOf({ baseUrl, clientId })),
    );
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
