import { createSecureServer, createServer, type Http2Session, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface GrpcDouble {
  readonly port: number;
  /** The calls so far: their headers. */
  readonly calls: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** A server that speaks gRPC, without TLS unless it gets a certificate, and answers every call with an empty message: enough to be connected to. */
export async function startGrpcDouble(certificate?: { key: string; cert: string }): Promise<GrpcDouble> {
  const calls: IncomingHttpHeaders[] = [];
  const sessions = new Set<Http2Session>();
  const server = certificate ? createSecureServer(certificate) : createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    calls.push(headers);
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}
