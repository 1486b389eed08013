import { createHmac } from 'node:crypto';
import { type AddressInfo, connect } from 'node:net';
import pino from 'pino';
import { createGateway } from '../../src/gateway/server';
import { sourcesWith } from '../gateway/webhooks/sources';
import type { Target } from './kit/target';

const SECRET = 'a-secret-of-the-fuzzer';
const BODY = '{"event":{"type":"ping"}}';
const SIGNATURE = `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`;
const MARK = 'GET /healthz HTTP/1.1';
/** Which an honest gateway answers. */
const ALIVE = `${MARK}\r\nHost: g\r\nConnection: close\r\n\r\n`;
const request = (
  headers: string,
  body = BODY,
  line = 'POST /webhooks/high-mobility/default HTTP/1.1',
): string => `${line}\r\nHost: g\r\n${headers}\r\n\r\n${body}`;
const forged = `X-HM-Signature-256: sha256=${'0'.repeat(64)}`;
const length = `Content-Length: ${BODY.length}`;

let opened: Promise<number> | undefined;

/** One gateway for all cases. It keeps no process alive. */
function gateway(): Promise<number> {
  opened ??= (async () => {
    const server = createGateway({
      claims: { deliver: async () => 'delivered' },
      sources: sourcesWith(SECRET),
      log: pino({ level: 'silent' }),
      arrivals: { time: 30 },
      timeouts: { request: 100, connection: 200, keepAlive: 200 },
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    server.server.unref();
    return (server.server.address() as AddressInfo).port;
  })();
  return opened;
}

/** What comes back for these bytes until the connection is closed. */
function answerTo(port: number, bytes: Buffer | string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.on('error', () => undefined).on('close', () => resolve(text));
    socket.end(bytes);
  });
}

export const target: Target = {
  about: 'a whole request at the door for webhooks: line, headers and body',
  corpus: [
    request(`${forged}\r\n${length}\r\nX-HM-Delivery: d-1`),
    request(`X-HM-Signature-256: ${SIGNATURE.toUpperCase()}\r\n${length}\r\nContent-Type: text/plain`),
    request(`${forged}\r\n${forged}\r\n${length}\r\nContent-Encoding: gzip`),
    request(`${forged}\r\nTransfer-Encoding: chunked`, `19\r\n${BODY}\r\n0\r\n\r\n`),
    request(`${forged}\r\n${length}\r\nExpect: 100-continue\r\nConnection: close`),
    request(`${forged}\r\n${length}`) + request(`${forged}\r\n${length}\r\nX-Forwarded-For: 10.0.0.1, ::1`),
    request('Content-Length: 0', '', 'POST /webhooks/high-mobility/default HTTP/1.0'),
    request('Accept: */*', '', MARK),
  ],
  words: [
    '\r\n\r\n',
    'Content-Length: ',
    'Transfer-Encoding: chunked\r\n',
    'X-HM-Signature-256: ',
    'sha256=',
    'HTTP/1.1',
    '%2e%2e',
    '99999',
  ],
  holds: async (bytes) => {
    const port = await gateway();
    const answer = await answerTo(port, bytes);
    const statuses = [...answer.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status));
    if (statuses.some((status) => status >= 500)) throw new Error(`answered ${statuses}`);
    // Nothing of the corpus has a signature that is right: nothing may be taken.
    if (/"status":"(?:accepted|duplicate|ignored)"/.test(answer))
      throw new Error('a forged webhook was taken');
    for (let attempt = 1; !(await answerTo(port, ALIVE)).includes(' 200 '); attempt += 1) {
      // On a busy machine one may be cut by the short times that are given here.
      if (attempt === 50) throw new Error('the gateway does not answer any more');
    }
  },
};
