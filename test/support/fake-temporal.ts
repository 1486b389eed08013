import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface FakeTemporal {
  readonly address: string;
  /** Resolves at the first call from now on that is not one of those which say hello; or at the first of all. */
  asked(what: 'anything' | 'more than hello'): Promise<void>;
  close(): Promise<void>;
}

/** Answers a method with a status of gRPC (0: an empty reply), with a message, or never (null). */
export type Answers = (method: string, request: Uint8Array) => number | null | Uint8Array;

const SAYS_HELLO = ['GetSystemInfo', 'DescribeNamespace'];

/** Says that it is there, and then answers nothing more. */
export const stalled: Answers = (method) => (SAYS_HELLO.includes(method) ? 0 : null);
/** Takes connections, and says nothing at all. */
export const silent: Answers = () => null;
/** Knows no such namespace. */
export const withoutNamespace: Answers = (method) => (method === 'DescribeNamespace' ? 5 : 0);

/** What answers like a Temporal server in trouble: enough of gRPC for that, and no more. */
export async function startFakeTemporal(answers: Answers): Promise<FakeTemporal> {
  const server = createServer();
  const sessions = new Set<ServerHttp2Session>();
  const waiting: { readonly hello: boolean; readonly tell: () => void }[] = [];
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const method = String(headers[':path']).split('/').at(-1) ?? '';
    for (const { hello, tell } of waiting) if (hello || !SAYS_HELLO.includes(method)) tell();
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => void parts.push(part));
    stream.on('end', () => {
      const answer = answers(method, Buffer.concat(parts).subarray(FRAME));
      if (answer !== null) reply(stream, answer);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: (what) => new Promise((tell) => waiting.push({ hello: what === 'anything', tell })),
    close: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Before each message of gRPC: whether it is compressed (one byte), and its length. */
const FRAME = 5;

function reply(stream: ServerHttp2Stream, answer: number | Uint8Array): void {
  const head = { ':status': 200, 'content-type': 'application/grpc+proto' };
  if (typeof answer === 'number' && answer !== 0) {
    stream.respond({ ...head, 'grpc-status': String(answer) }, { endStream: true });
    return;
  }
  const message = typeof answer === 'number' ? new Uint8Array() : answer;
  const frame = Buffer.alloc(FRAME);
  frame.writeUInt32BE(message.length, 1);
  stream.respond(head, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat([frame, message]));
}
