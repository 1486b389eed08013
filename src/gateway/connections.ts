import { IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may wait for their answers. Proxies and clients send one after the other. */
const AT_ONCE = 32;

/** Bytes that are read in one piece: Node takes 64 KiB, and works on all of it also where the connection was closed. */
const PIECE = 1_024;

/** Chunks of a body; more where they hold this many bytes each. Every chunk costs as much as some hundred bytes. */
const CHUNKS = 1_000;
const BYTES_A_CHUNK = 64;

/** Bytes of a body that are still read after its request was answered. */
const UNWANTED = 4 * 1_024;

/** Milliseconds that a client has to read the answer, while what it still sends is dropped. */
const LINGER = 1_000;

/** What goes on on one connection. */
interface Line {
  /** Answers that are not sent yet. */
  answers: number;
  /** A request that was answered before its body was whole, and how much of the body was read since. */
  unwanted: { readonly request: IncomingMessage; bytes: number } | null;
  isClosing: boolean;
}

const lines = new WeakMap<Socket, Line>();

function lineOf(socket: Socket): Line {
  const line = lines.get(socket) ?? { answers: 0, unwanted: null, isClosing: false };
  lines.set(socket, line);
  return line;
}

/** A request whose body does not come in dust: 60 KB hold 10,000 chunks of one byte. */
class BoundedRequest extends IncomingMessage {
  private chunks = 0;
  private bytes = 0;

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk) {
      this.chunks += 1;
      this.bytes += chunk.length;
      if (this.chunks > CHUNKS + this.bytes / BYTES_A_CHUNK) {
        this.socket.destroy();
        return false;
      }
    }
    return super.push(chunk, encoding);
  }
}

/** Node makes one for each request, also for those that it answers itself (`Expect`, no `Host`). */
class CountedAnswer extends ServerResponse {
  constructor(...given: ConstructorParameters<typeof ServerResponse>) {
    super(...given);
    const [request] = given;
    const { socket } = request;
    const line = lineOf(socket);
    line.answers += 1;
    if (line.answers > AT_ONCE) socket.destroy();
    this.once('finish', () => {
      if (!request.complete) line.unwanted = { request, bytes: 0 };
    });
    this.once('close', () => {
      line.answers -= 1;
    });
  }
}

/** Options of a server whose connections are bounded. */
export const BOUNDED = {
  IncomingMessage: BoundedRequest as typeof IncomingMessage,
  ServerResponse: CountedAnswer as unknown as typeof ServerResponse,
};

/**
 * Closes a connection that sends request after request without waiting for answers, and one that goes on with a body
 * that nobody wants. It is read in small pieces: 64 KB hold 2,400 requests, and Node handles all in one piece of work.
 *
 * @param server made with `BOUNDED`.
 */
export function boundConnections(server: Server): void {
  const listeners = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // What came in the same piece as the request that was one too many is still handed over.
    if (request.socket.destroyed) return;
    for (const listener of listeners) listener.call(server, request, response);
  });
  server.on('connection', (socket: Socket) => {
    // Asked for once, it is known after the end too: a log says who has gone.
    void socket.remoteAddress;
    const [parse] = socket.listeners('data') as ((bytes: Buffer) => void)[];
    if (!parse) return;
    socket.removeListener('data', parse);
    socket.on('data', (bytes: Buffer) => readPieces(socket, bytes, parse));
  });
}

function readPieces(socket: Socket, bytes: Buffer, parse: (bytes: Buffer) => void): void {
  for (let at = 0; at < bytes.length && !socket.destroyed; at += PIECE) {
    // Node reads no more of it until answers have been sent.
    if (socket.isPaused()) {
      socket.unshift(bytes.subarray(at));
      return;
    }
    const piece = bytes.subarray(at, at + PIECE);
    if (isUnwanted(lineOf(socket), piece.length)) {
      close(socket);
      return;
    }
    parse.call(socket, piece);
  }
}

/** Whether bytes belong to a body that nobody wants, and of which enough was read. */
function isUnwanted(line: Line, bytes: number): boolean {
  const { unwanted } = line;
  if (!unwanted) return false;
  if (unwanted.request.complete) {
    line.unwanted = null;
    return false;
  }
  unwanted.bytes += bytes;
  return unwanted.bytes > UNWANTED;
}

/** Closes a connection on which the answer was sent. At once it would be torn away from a client that still sends. */
function close(socket: Socket): void {
  const line = lineOf(socket);
  if (line.isClosing) return;
  line.isClosing = true;
  socket.end();
  const timer = setTimeout(() => socket.destroy(), LINGER).unref();
  socket.once('close', () => clearTimeout(timer));
}
