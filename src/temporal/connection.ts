import { Client, type ClientOptions, Connection } from '@temporalio/client';
import { type ClientConnectConfig, loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import type { Environment } from '../config';
import { VinError } from '../errors';
import { withCallDeadline } from './call-deadline';
import { GRPC, grpcCode } from './grpc';

/** Where `vin server` listens, and what is used when nothing else is configured. */
export const DEFAULT_ADDRESS = '127.0.0.1:7233';
const DEFAULT_NAMESPACE = 'default';

/** How long a server may take to answer the first call, in milliseconds. */
export const CONNECT_TIMEOUT = 5_000;

/** How long one call may take of a command that asks something, and all calls of a start; milliseconds. */
export const CALL_TIMEOUT = 7_000;

/** The same for a process that serves, and that a slow server must not stop; milliseconds. */
export const PATIENT_CALL_TIMEOUT = 30_000;

/**
 * The longest pause between two attempts to reach a server that went away, in milliseconds. As delivered gRPC waits up
 * to two minutes: after an outage of 45 seconds the server was found again 15 seconds late, and with this limit 1 second
 * late.
 */
const RECONNECT_WITHIN = 2_000;

export interface TemporalConfig {
  /** `host:port` of the server's gRPC frontend. */
  readonly address: string;
  readonly namespace: string;
  /** Address, TLS, API key and metadata, as both kinds of connection take them. Holds secrets: never log it. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
}

export interface ConnectedClient {
  readonly client: Client;
  close(): Promise<void>;
}

/**
 * Reads where Temporal is, the way Temporal's own tools do: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`,
 * `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, or a profile of temporal.toml. Without any of them: `DEFAULT_ADDRESS`.
 *
 * @throws VinError `CONFIG_INVALID` when the profile or a file that it names cannot be used.
 */
export function readTemporalConfig(environment: Environment): TemporalConfig {
  const { connectionOptions, namespace } = read(environment);
  const address = connectionOptions.address || DEFAULT_ADDRESS;
  if (connectionOptions.apiKey && !connectionOptions.tls && !isOnThisMachine(address)) {
    throw new VinError(
      'CONFIG_INVALID',
      `TEMPORAL_API_KEY would be sent to ${address} in clear: TLS is off.`,
      'Leave TEMPORAL_TLS out, or set it to true; without TLS a key is sent to this machine only.',
    );
  }
  return {
    address,
    namespace: namespace || DEFAULT_NAMESPACE,
    connectionOptions: { ...connectionOptions, address },
  };
}

/** Whether the user points at a Temporal of their own; then no embedded server is started. */
export function isConfigured(environment: Environment): boolean {
  return Boolean(read(environment).connectionOptions.address);
}

/**
 * Connects to Temporal and makes sure that the namespace is there.
 *
 * @param callTimeout milliseconds for a call that has no deadline of its own.
 * @throws VinError `TEMPORAL_UNREACHABLE` within `CONNECT_TIMEOUT`, `TEMPORAL_REFUSED` when the credentials
 * are not accepted, `TEMPORAL_NAMESPACE_MISSING` when the server has no such namespace.
 */
export async function connectClient(
  config: TemporalConfig = readTemporalConfig(process.env),
  {
    callTimeout = CALL_TIMEOUT,
    ...options
  }: Omit<ClientOptions, 'connection' | 'namespace'> & { readonly callTimeout?: number } = {},
): Promise<ConnectedClient> {
  const connection = Connection.lazy({
    ...config.connectionOptions,
    connectTimeout: CONNECT_TIMEOUT,
    interceptors: withCallDeadline(callTimeout),
    channelArgs: { 'grpc.max_reconnect_backoff_ms': RECONNECT_WITHIN },
  });
  const end = Date.now() + CONNECT_TIMEOUT;
  try {
    await connection.ensureConnected();
    await connection.withDeadline(end, () =>
      connection.workflowService.describeNamespace({ namespace: config.namespace }),
    );
  } catch (error) {
    await connection.close();
    throw connectionError(error, config);
  }
  const client = new Client({ ...options, connection, namespace: config.namespace });
  return { client, close: () => connection.close() };
}

/** What a call of a connected client throws when its server does not answer, or does not let us in. */
const AWAY: readonly (number | undefined)[] = [
  GRPC.cancelled,
  GRPC.deadlineExceeded,
  GRPC.permissionDenied,
  GRPC.unavailable,
  GRPC.unauthenticated,
];

/** The failure of a call in words where the server is what failed; anything else as it is. */
export function callError(error: unknown, config: TemporalConfig): unknown {
  if (error instanceof VinError || !AWAY.includes(grpcCode(error))) return error;
  const { code, message, next } = connectionError(error, config);
  if (code !== 'TEMPORAL_UNREACHABLE') return new VinError(code, message, next);
  return new VinError(
    code,
    `The Temporal server at ${config.address} does not answer in time.`,
    'See to it that it is well, then try again. What was asked of it may still be carried out.',
  );
}

/** Runs the start of a process that serves: all its calls together have `CALL_TIMEOUT`. */
export async function startingWith<T>(
  { client }: ConnectedClient,
  config: TemporalConfig,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + CALL_TIMEOUT, work);
  } catch (error) {
    throw callError(error, config);
  }
}

/** Turns what a failed connection throws into words. The cause is left out: it may hold request headers. */
export function connectionError(error: unknown, { address, namespace }: TemporalConfig): VinError {
  const code = grpcCode(error);
  if (code === GRPC.notFound) {
    return new VinError(
      'TEMPORAL_NAMESPACE_MISSING',
      `The Temporal server at ${address} has no namespace "${namespace}".`,
      `Create it (temporal operator namespace create -n ${namespace}), or set TEMPORAL_NAMESPACE to one that exists.`,
    );
  }
  if (code === GRPC.unauthenticated || code === GRPC.permissionDenied) {
    return new VinError(
      'TEMPORAL_REFUSED',
      `The Temporal server at ${address} does not accept our credentials for namespace "${namespace}".`,
      'Check TEMPORAL_API_KEY, or the TLS certificate of TEMPORAL_TLS_CLIENT_CERT_PATH, and the namespace.',
    );
  }
  return new VinError(
    'TEMPORAL_UNREACHABLE',
    `No Temporal server answers at ${address}.`,
    'Start one with "vin server", or set TEMPORAL_ADDRESS to the host:port of yours (and TEMPORAL_TLS or TEMPORAL_API_KEY where it wants them).',
  );
}

/** Of `host:port`. */
function isOnThisMachine(address: string): boolean {
  return /^(?:127(?:\.\d+){3}|localhost|\[::1\])(?::\d+)?$/.test(address);
}

function read(environment: Environment): ClientConnectConfig {
  try {
    return toClientOptions(loadClientConfigProfile({ overrideEnvVars: withoutBlanks(environment) }));
  } catch (error) {
    throw new VinError(
      'CONFIG_INVALID',
      `The settings for Temporal are not usable: ${firstLine(error)}`,
      'Correct temporal.toml or the TEMPORAL_* variable, or set TEMPORAL_CONFIG_FILE and TEMPORAL_PROFILE to the right ones.',
    );
  }
}

/** `TEMPORAL_ADDRESS=` means "not set", as it does for our own variables. */
function withoutBlanks(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).filter(([, value]) => value?.trim());
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Only the first line: a TOML error goes on with a piece of the file, and that may hold the API key. */
function firstLine(error: unknown): string {
  return String((error as Error).message).split('\n', 1)[0] ?? '';
}
