import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may wait for their answers. Proxies and clients send one after the other. */
const AT_ONCE = 32;

/**
 * Closes a connection that sends request after request without waiting for answers: 65 KB hold 2,400 of them, and Node
 * handles all in one piece of work.
 */
export function boundPipelines(server: Server, atOnce = AT_ONCE): void {
  const open = new WeakMap<Socket, number>();
  const listeners = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // What came in the same piece as the request that was one too many is still handed over.
    if (socket.destroyed) return;
    const count = (open.get(socket) ?? 0) + 1;
    if (count > atOnce) {
      socket.destroy();
      return;
    }
    open.set(socket, count);
    response.once('close', () => open.set(socket, (open.get(socket) ?? 1) - 1));
    for (const listener of listeners) listener.call(server, request, response);
  });
}
