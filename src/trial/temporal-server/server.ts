import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { VinError } from '../../base/errors';
import { makePrivate, makePrivateFolder } from '../../base/private-files';
import { temporaryFolder } from '../../base/temporary-folder';
import { grpcRoute } from '../../temporal/proxied';
import { registerSearchAttributes, type SearchAttributeTypes } from '../../temporal/registration';
import { type Child, lastLines, startChild } from './child';
import { type DatabaseLock, lockDatabase } from './database-lock';
import { findDevServer } from './executable';
import { freePorts, isListening } from './ports';
import { type Report, reportOnStderr } from './progress';

export interface EmbeddedServerOptions {
  /** A file that survives restarts. Without it everything is in memory and gone at the end. */
  readonly databaseFile?: string;
  /** Whether to serve Temporal's web UI too. @default false */
  readonly ui?: boolean;
  /** @default a free one */
  readonly port?: number;
  /** @default a free one */
  readonly uiPort?: number;
  /** The port of the HTTP API, which is of no use to anybody. @default none; a free one where a Temporal CLI is the server */
  readonly httpPort?: number;
  /** Settings of the server besides ours, for tests. */
  readonly dynamicConfig?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** Custom search attributes that the namespace shall have from the first moment. */
  readonly searchAttributes?: SearchAttributeTypes;
  /** Where the server's output goes. @default a temporary file, removed when the server was stopped */
  readonly log?: string;
  /** The executable. @default what `findDevServer` finds */
  readonly executable?: string;
  /** Hears about everything slow. @default stderr */
  readonly report?: Report;
}

export interface EmbeddedServer {
  /** `host:port` of the gRPC frontend, on the loopback interface. */
  readonly address: string;
  readonly namespace: string;
  /** The web UI, where it was asked for. */
  readonly uiAddress: string | undefined;
  readonly pid: number;
  /** The file with the server's output. */
  readonly log: string;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const IP = '127.0.0.1';
const NAMESPACE = 'default';
const START_LIMIT = 60_000;
const ATTEMPTS = 4;

/** What makes the development server quick and quiet. */
const DYNAMIC_CONFIG = {
  // Timers fire on time. As delivered, up to a second late (5 timers of 100 ms: 5.2 s, with this: 0.7 s).
  'history.timerProcessorMaxTimeShift': '10ms',
  // One partition, so that the rate limit of a task queue holds as written and not in parts.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // Fleets take turns at an endpoint (docs/decisions/0030-turns.md).
  'matching.enableFairness': true,
  // No calls home.
  'frontend.enableServerVersionCheck': false,
  // A Temporal CLI opens an HTTP API unasked, and any page in a browser could send it orders (a POST without CORS). A host that
  // does not exist is the only one that it may be called by: everybody gets 403.
  'frontend.httpAllowedHosts': ['vin.invalid'],
  // Adding search attributes is limited to one a second otherwise.
  'frontend.namespaceRPS.namespaceReplicationInducingAPIs': 100,
};

/** Closed activations stay readable this long on a database file; by default the server forgets after a day. */
const RETENTION_SECONDS = 90 * 86_400;

/**
 * Starts a real Temporal server for this process, on loopback ports, and waits until its namespace answers.
 * It ends with this process, however this process ends.
 *
 * @throws VinError `DATABASE_NOT_USABLE` when another server has the database file, `TEMPORAL_SERVER_MISSING` (see
 * `findDevServer`), `TEMPORAL_PORT_TAKEN` when a port that was asked for is in use, `TEMPORAL_SERVER_FAILED` with the last
 * lines of its output when it does not come up.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const { databaseFile } = options;
  if (databaseFile === undefined) return startLocked(options, null);
  await makePrivateFolder(dirname(databaseFile));
  // Before anything of the other server is touched, its log too.
  const lock = await lockDatabase(databaseFile);
  try {
    // An empty file is no database: the server would not fill it.
    if ((await stat(databaseFile).catch(() => null))?.size === 0) await rm(databaseFile);
    return await startLocked(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startLocked(
  options: EmbeddedServerOptions,
  lock: DatabaseLock | null,
): Promise<EmbeddedServer> {
  // Before a server is got, which may take minutes.
  for (const port of [options.port, options.uiPort]) {
    if (port !== undefined && (await isListening(port))) throw portTaken(port);
  }
  const executable =
    options.executable ?? (await findDevServer({ report: options.report ?? reportOnStderr }));
  const folder = options.log === undefined ? temporaryFolder('vin-server-') : null;
  const log = options.log ?? join(folder?.path ?? '', 'server.log');
  await makePrivateFolder(dirname(log));
  // Earlier versions left them for others to read.
  for (const end of ['', '-wal', '-shm']) {
    if (options.databaseFile !== undefined) makePrivate(options.databaseFile + end);
  }
  try {
    const { child, ports } = await startOnFreePorts(executable, log, options);
    const address = `${IP}:${ports.port}`;
    await lock?.serves({ pid: child.pid, address });
    const ended = child.ended.then(() => lock?.release());
    return {
      address,
      namespace: NAMESPACE,
      uiAddress: options.ui ? `http://${IP}:${ports.uiPort}` : undefined,
      pid: child.pid,
      log,
      ended,
      stop: async () => {
        await child.stop();
        await ended;
        folder?.remove();
      },
    };
  } catch (error) {
    folder?.remove();
    throw error;
  }
}

interface Ports {
  readonly port: number;
  readonly uiPort: number;
}

/** A port that was free a moment ago may not be any more: then others are taken, unless it was asked for. */
async function startOnFreePorts(
  executable: string,
  log: string,
  options: EmbeddedServerOptions,
): Promise<{ child: Child; ports: Ports }> {
  for (let attempt = 1; ; attempt += 1) {
    const [frontend, web] = (await freePorts(2)) as [number, number];
    const ports = { port: options.port ?? frontend, uiPort: options.uiPort ?? web };
    const child = await startChild(executable, argumentsFor(options, ports), log, serverEnvironment());
    try {
      await untilReady(ports.port, child, options);
      return { child, ports };
    } catch (error) {
      await child.stop();
      const output = await lastLines(log);
      const taken = takenPort(output);
      if (taken !== undefined && (taken === options.port || taken === options.uiPort)) throw portTaken(taken);
      if (taken === undefined || attempt === ATTEMPTS) throw startFailed(error, output, executable);
    }
  }
}

function argumentsFor(
  { ui, httpPort, databaseFile, dynamicConfig, searchAttributes = {} }: EmbeddedServerOptions,
  { port, uiPort }: Ports,
): string[] {
  const args = ['server', 'start-dev', '--ip', IP, '--port', String(port), '--log-level', 'warn'];
  if (httpPort) args.push('--http-port', String(httpPort));
  args.push(...(ui ? ['--ui-port', String(uiPort)] : ['--headless']));
  for (const [name, type] of Object.entries(searchAttributes))
    args.push('--search-attribute', `${name}=${type}`);
  for (const [key, value] of Object.entries({ ...DYNAMIC_CONFIG, ...dynamicConfig })) {
    args.push('--dynamic-config-value', `${key}=${JSON.stringify(value)}`);
  }
  if (databaseFile) {
    // A write-ahead log: every commit is on the disk, in a third of the time.
    args.push('--db-filename', databaseFile);
    args.push('--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=full');
  }
  return args;
}

/** The user's own Temporal settings are about another server. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

async function untilReady(port: number, child: Child, options: EmbeddedServerOptions): Promise<void> {
  let hasEnded = false;
  void child.ended.then(() => {
    hasEnded = true;
  });
  for (const deadline = Date.now() + START_LIMIT; !(await isListening(port)); await wait(25)) {
    if (hasEnded) throw new Error('the process ended');
    if (Date.now() > deadline) throw new Error(`nothing listens after ${START_LIMIT / 1000} seconds`);
  }
  const connection = await Connection.connect(grpcRoute(`${IP}:${port}`, undefined));
  try {
    await prepare(connection, options);
  } finally {
    await connection.close();
  }
  // What answered was then somebody else's.
  if (hasEnded) throw new Error('the process ended');
}

async function prepare(
  connection: Connection,
  { databaseFile, searchAttributes = {} }: EmbeddedServerOptions,
): Promise<void> {
  if (!databaseFile) return;
  // The file may be older than an attribute of ours.
  await registerSearchAttributes(connection, NAMESPACE, searchAttributes);
  await connection.workflowService.updateNamespace({
    namespace: NAMESPACE,
    config: { workflowExecutionRetentionTtl: { seconds: RETENTION_SECONDS as never } },
  });
}

/** The port that the server's own words say is in use; 0 when it does not say which. */
function takenPort(output: string): number | undefined {
  if (!/address already in use/i.test(output)) return undefined;
  return Number(/:(\d+): bind: address already in use/i.exec(output)?.[1] ?? 0);
}

function portTaken(port: number): VinError {
  return new VinError(
    'TEMPORAL_PORT_TAKEN',
    `Port ${port} is in use by another process; the Temporal server cannot start there.`,
    'Choose other ports with --port and --ui-port; or, where a Temporal server is running there already, use it: set TEMPORAL_ADDRESS.',
  );
}

function startFailed(error: unknown, output: string, executable: string): VinError {
  return new VinError(
    'TEMPORAL_SERVER_FAILED',
    `The Temporal server did not come up (${(error as Error).message}). The end of its output:\n${output || '(nothing)'}`,
    `Try once more. If it happens again, run "${executable} server start-dev" by hand to see more, or set TEMPORAL_ADDRESS to a server of yours.`,
    { cause: error },
  );
}
