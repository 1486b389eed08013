import { request } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { bare } from '../http/address';
import { authorizationOf, type HttpProxy } from '../http/proxy';
import { explain, type Unreachable } from '../http/unreachable';
import type { TemporalConfig } from './connection';
import { withPort } from './proxied';

/** How long a look at the way may take, in milliseconds. */
const PATIENCE = 2_000;

const TRUST =
  'If the server has a certificate of your own, or a proxy of your company opens connections, name its authority in TEMPORAL_TLS_SERVER_CA_CERT_PATH (NODE_EXTRA_CA_CERTS holds for the commands, but not for the worker)';

type Way = Pick<TemporalConfig, 'address' | 'connectionOptions' | 'proxy'>;

/**
 * Why a Temporal server cannot be reached. gRPC says only that it could not connect in time; so the way is gone once more,
 * as far as TLS, without a word of ours.
 *
 * @param failure what the native library of workers said: it trusts other authorities than Node does.
 */
export async function diagnose(way: Way, failure?: unknown): Promise<Unreachable> {
  const signal = AbortSignal.timeout(PATIENCE);
  const sockets: Socket[] = [];
  try {
    const socket = await openSocket(way, signal);
    sockets.push(socket);
    if (way.connectionOptions.tls) sockets.push(await secured(socket, way, signal));
    const problem = /InvalidCertificate\((?:Other\(OtherError\()?(\w+)/.exec(String(failure))?.[1];
    if (problem) return { detail: `TLS: ${problem}`, remedy: TRUST };
    return { detail: way.proxy ? explain(undefined, way.proxy).detail : '', remedy: undefined };
  } catch (error) {
    const { detail, remedy } = explain(error, way.proxy);
    return { detail, remedy: remedy?.includes('NODE_EXTRA_CA_CERTS') ? TRUST : remedy };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function openSocket({ address, proxy }: Way, signal: AbortSignal): Promise<Socket> {
  const target = withPort(address);
  if (proxy) return tunnel(target, proxy, signal);
  const { host, port } = parts(target);
  const socket = connectTcp({ host, port });
  return settled(socket, 'connect', signal);
}

function tunnel(target: string, proxy: HttpProxy, signal: AbortSignal): Promise<Socket> {
  const authorization = authorizationOf(proxy);
  const { host, port } = parts(proxy.address);
  return new Promise((resolve, reject) => {
    const connecting = request({
      method: 'CONNECT',
      // Node's own one may have a proxy of its own (NODE_USE_ENV_PROXY).
      agent: false,
      host,
      port,
      path: target,
      headers: { host: target, ...(authorization !== undefined && { 'proxy-authorization': authorization }) },
      signal,
    });
    connecting.once('connect', ({ statusCode }, socket, head) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket as Socket);
      }
      socket.destroy();
      reject(new Error(`Proxy response (${statusCode}) !== 200 when HTTP Tunneling`));
    });
    connecting.once('response', ({ statusCode }) => {
      connecting.destroy();
      reject(new Error(`Proxy response (${statusCode}) !== 200 when HTTP Tunneling`));
    });
    connecting.once('error', reject);
    connecting.end();
  });
}

function secured(socket: Socket, { address, connectionOptions }: Way, signal: AbortSignal): Promise<Socket> {
  const { tls } = connectionOptions;
  const { serverNameOverride, serverRootCACertificate, clientCertPair } =
    typeof tls === 'object' && tls ? tls : {};
  const name = serverNameOverride ?? parts(withPort(address)).host;
  const secure = connectTls({
    socket,
    // An IP address is no name (RFC 6066, 3).
    ...(isIP(name) === 0 && { servername: name }),
    ALPNProtocols: ['h2'],
    ...(serverRootCACertificate && { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair && { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  });
  return settled(secure, 'secureConnect', signal);
}

function settled(socket: Socket, event: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const late = () => reject(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
    signal.addEventListener('abort', late, { once: true });
    socket.once(event, () => resolve(socket)).once('error', reject);
  }).catch((error) => {
    socket.on('error', () => undefined).destroy();
    throw error;
  }) as Promise<Socket>;
}

function parts(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  return { host: bare(address.slice(0, at)), port: Number(address.slice(at + 1)) };
}
