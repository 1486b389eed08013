import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { Environment } from '../config/config';
import { authorizationOf, type HttpProxy, proxyFor } from './proxy';

/** All in milliseconds. */
export interface Patience {
  /** Until a connection stands, and until a proxy has answered. */
  readonly connect: number;
  /** Until the first byte of a reply. */
  readonly headers: number;
  /** Between two pieces of a reply. */
  readonly body: number;
}

/** What sends requests to one server, straight or by a proxy. */
export function createDispatcher(
  origin: string,
  { connect, headers, body }: Patience,
  proxy: HttpProxy | undefined,
  connections: number | null = null,
): Dispatcher {
  const options = { connections, headersTimeout: headers, bodyTimeout: body };
  if (!proxy) return new Pool(origin, { ...options, connect: { timeout: connect } });
  const token = authorizationOf(proxy);
  return new ProxyAgent({
    ...options,
    uri: proxy.origin,
    ...(token !== undefined && { token }),
    proxyTls: { timeout: connect },
    requestTls: { timeout: connect },
    // As delivered a proxy that says nothing would be waited for five minutes.
    clientFactory: (address, more) =>
      new Pool(address, { ...more, connect: { timeout: connect }, headersTimeout: connect }),
  });
}

/** What sends requests to whatever server, also to one that a redirect names, each straight or by a proxy. */
export function createRouter(patience: Patience, environment: Environment): Dispatcher {
  return new Agent({
    factory: (origin) => createDispatcher(String(origin), patience, proxyFor(String(origin), environment)),
  });
}
