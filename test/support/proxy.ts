import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** One connection that somebody asked for. */
export interface Tunnelled {
  /** `host:port`. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export interface TestProxy {
  readonly url: string;
  readonly port: number;
  readonly tunnelled: readonly Tunnelled[];
  close(): Promise<void>;
}

/**
 * A real proxy on a free port of this machine, for CONNECT only. Every name leads to this machine: to the port that was
 * asked for, or to the one that `ports` gives for it.
 *
 * @param status what it answers in the place of 200, if anything.
 */
export async function startProxy({
  ports = {},
  status = 200,
}: {
  readonly ports?: Readonly<Record<string, number>>;
  readonly status?: number;
} = {}): Promise<TestProxy> {
  const tunnelled: Tunnelled[] = [];
  const sockets = new Set<Socket>();
  // What is no CONNECT is refused, so that nobody passes by a request that he can read.
  const server = createServer((_request, reply) => void reply.writeHead(405).end());
  server.on('connect', (request, socket: Socket, head) => {
    const target = request.url ?? '';
    tunnelled.push({ target, headers: request.headers });
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const port = ports[target] ?? Number(target.slice(target.lastIndexOf(':') + 1));
    const behind = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) behind.write(head);
      socket.pipe(behind).pipe(socket);
    });
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    tunnelled,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
