import type { ConnectionOptions } from '@temporalio/client';
import type { NativeConnectionOptions } from '@temporalio/worker';
import type { HttpProxy } from '../http/proxy';

type ChannelArgs = NonNullable<ConnectionOptions['channelArgs']>;

/** The port that Temporal's own libraries take where none is given. */
const DEFAULT_PORT = 7233;

/** An address of Temporal with its port: `host:port`. */
export function withPort(address: string): string {
  return /:\d+$/.test(address) && !/^[^[]*:.*:/.test(address) ? address : `${address}:${DEFAULT_PORT}`;
}

/**
 * Where gRPC connects to, and how. Left alone it would read `https_proxy`, `http_proxy` and `no_proxy` by rules of its own,
 * for this machine as well.
 */
export function grpcRoute(
  address: string,
  proxy: HttpProxy | undefined,
): { address: string; channelArgs: ChannelArgs } {
  const alone = { 'grpc.enable_http_proxy': 0 };
  if (!proxy) return { address, channelArgs: alone };
  const target = withPort(address);
  return {
    address: proxy.address,
    channelArgs: {
      ...alone,
      'grpc.http_connect_target': `dns:${target}`,
      'grpc.default_authority': target,
      ...(proxy.credentials && {
        'grpc.http_connect_creds': `${proxy.credentials.username}:${proxy.credentials.password}`,
      }),
    },
  };
}

/** The same for the native library of workers, which reads no environment. */
export function nativeProxy(proxy: HttpProxy | undefined): Pick<NativeConnectionOptions, 'proxy'> {
  if (!proxy) return {};
  const { address: targetHost, credentials } = proxy;
  return {
    proxy: { type: 'http-connect', targetHost, ...(credentials && { basicAuth: { ...credentials } }) },
  };
}
