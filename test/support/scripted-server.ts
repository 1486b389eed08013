import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  /** The path as it came, with its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ScriptedReply {
  readonly status?: number;
  readonly headers?: Record<string, string | string[]>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Sends the reply by hand, for what no proper server would do. */
  readonly raw?: (response: ServerResponse) => void;
}

/** One reply for every request of a route, or several to be used up in their order. */
type Script = ScriptedReply | ScriptedReply[] | ((request: RecordedRequest) => ScriptedReply);

export interface ScriptedServer {
  readonly url: string;
  /** All requests so far, oldest first. */
  readonly requests: RecordedRequest[];
  /** The requests of one route. */
  to(route: string): RecordedRequest[];
  close(): Promise<void>;
}

/**
 * A real HTTP server on a free port of this machine that answers by a script. A route is
 * `METHOD /path` without the query; `*` answers what no other route does. A request that the
 * script does not foresee is answered with 599, which no test expects.
 */
export async function startScriptedServer(routes: Record<string, Script>): Promise<ScriptedServer> {
  const requests: RecordedRequest[] = [];
  const used = new Map<string, number>();

  function next(request: RecordedRequest): ScriptedReply {
    const route = routeOf(request) in routes ? routeOf(request) : '*';
    const script = routes[route];
    if (typeof script === 'function') return script(request);
    if (!Array.isArray(script)) return script ?? UNFORESEEN;
    const count = used.get(route) ?? 0;
    used.set(route, count + 1);
    return script[count] ?? UNFORESEEN;
  }

  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    };
    requests.push(request);
    send(response, next(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    to: (route) => requests.filter((request) => routeOf(request) === route),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

const UNFORESEEN: ScriptedReply = { status: 599, body: 'not in the script' };

function routeOf({ method, url }: RecordedRequest): string {
  return `${method} ${url.split('?')[0]}`;
}

function send(response: ServerResponse, { status = 200, headers = {}, body, raw }: ScriptedReply): void {
  if (raw) {
    raw(response);
    return;
  }
  const asIs = typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, { ...(!asIs && { 'content-type': 'application/json' }), ...headers });
  response.end(body === undefined ? undefined : asIs ? body : JSON.stringify(body));
}
