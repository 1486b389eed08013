import { Client, type ClientOptions, Connection } from '@temporalio/client';
import { type ClientConnectConfig, loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import { VinError } from '../base/errors';
import type { Environment } from '../config/config';
import { isLoopback, readUrl } from '../http/address';
import { type HttpProxy, proxyFor } from '../http/proxy';
import type { Unreachable } from '../http/unreachable';
import { askingAgain } from './asking-again';
import { withCallDeadline } from './call-deadline';
import { diagnose } from './diagnosis';
import { GRPC, grpcCode } from './grpc';
import { grpcRoute } from './proxied';

/** Where `vin server` listens, and what is used when nothing else is configured. */
const DEFAULT_ADDRESS = '127.0.0.1:7233';
const DEFAULT_NAMESPACE = 'default';

/** How long a server may take to answer the first call, in milliseconds. */
export const CONNECT_TIMEOUT = 5_000;

/** How long one call may take of a command that asks something, and all calls of a start; milliseconds. */
export const CALL_TIMEOUT = 7_000;

/** The same for a process that serves, and that a slow server must not stop; milliseconds. */
const PATIENT_CALL_TIMEOUT = 30_000;

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
  /** By which the server is reached; undefined: straight. */
  readonly proxy: HttpProxy | undefined;
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
  const host = hostOf(address);
  requireSecrecy(host, connectionOptions);
  return {
    address,
    namespace: namespace || DEFAULT_NAMESPACE,
    connectionOptions: { ...connectionOptions, address },
    proxy: proxyFor(address, environment),
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
    callTimeout = PATIENT_CALL_TIMEOUT,
    ...options
  }: Omit<ClientOptions, 'connection' | 'namespace'> & { readonly callTimeout?: number } = {},
): Promise<ConnectedClient> {
  const { address, channelArgs } = grpcRoute(config.address, config.proxy);
  const connection = Connection.lazy({
    ...config.connectionOptions,
    address,
    connectTimeout: CONNECT_TIMEOUT,
    interceptors: withCallDeadline(callTimeout),
    channelArgs: { ...channelArgs, 'grpc.max_reconnect_backoff_ms': RECONNECT_WITHIN },
  });
  const end = Date.now() + CONNECT_TIMEOUT;
  try {
    await connection.ensureConnected();
    await connection.withDeadline(end, () =>
      connection.workflowService.describeNamespace({ namespace: config.namespace }),
    );
  } catch (error) {
    await connection.close();
    throw await connectionError(error, config);
  }
  const { namespace } = config;
  const interceptors = { workflow: [askingAgain] };
  const client = new Client({ interceptors, ...options, connection, namespace });
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
export async function callError(error: unknown, config: TemporalConfig): Promise<unknown> {
  if (error instanceof VinError || !AWAY.includes(grpcCode(error))) return error;
  const { code, message, next } = await connectionError(error, config);
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
    throw await callError(error, config);
  }
}

/** Turns what a failed connection throws into words. The cause is left out: it may hold request headers. */
export async function connectionError(error: unknown, config: TemporalConfig): Promise<VinError> {
  const { address, namespace } = config;
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
  return unreachable(address, await diagnose(config, error));
}

function unreachable(address: string, { detail, remedy }: Unreachable): VinError {
  return new VinError(
    'TEMPORAL_UNREACHABLE',
    `No Temporal server answers at ${address}${detail && ` (${detail})`}.`,
    `${remedy ? `${remedy}. Else start` : 'Start'} one with "vin server", or set TEMPORAL_ADDRESS to the host:port of yours (and TEMPORAL_TLS or TEMPORAL_API_KEY where it wants them).`,
  );
}

/** @throws VinError `CONFIG_INVALID` for what is no `host` or `host:port`. */
function hostOf(address: string): string {
  const host = /^(\[[\da-f:.]+\]|[^\s:/@?#[\]]+)(?::\d{1,5})?$/i.exec(address)?.[1];
  if (host !== undefined && readUrl(`http://${address}`)) return host;
  throw new VinError(
    'CONFIG_INVALID',
    `The address of Temporal, ${JSON.stringify(address)}, is not host:port.`,
    'Set TEMPORAL_ADDRESS (or the address of the profile) to a host and a port, such as temporal.internal:7233.',
  );
}

/** A secret in clear could be read by everybody on the way. */
function requireSecrecy(host: string, { apiKey, metadata, tls }: TemporalConfig['connectionOptions']): void {
  const names = Object.keys(metadata ?? {}).map((name) => name.toLowerCase());
  if (tls || isLoopback(host) || !(apiKey || names.includes('authorization'))) return;
  throw new VinError(
    'CONFIG_INVALID',
    `Temporal's API key would be sent to ${host} in clear: TLS is off.`,
    'Set TEMPORAL_TLS=true, or unset TEMPORAL_API_KEY and the metadata "authorization" if the server wants neither.',
  );
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
