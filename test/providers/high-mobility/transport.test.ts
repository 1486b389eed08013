import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createHighMobility } from '../../../src/providers/high-mobility/client';
import { ProviderError } from '../../../src/providers/provider-error';
import { startScriptedServer } from '../../support/scripted-server';
import {
  closeAll,
  connect,
  failureOf,
  SECRET,
  TOKEN,
  TOKEN_ROUTE,
  tokenReply,
  VEHICLES,
  VIN,
} from './harness';

const LIST = `GET ${VEHICLES}`;
const raw = (act: (response: ServerResponse) => void) => ({ [LIST]: { raw: act } });

afterEach(closeAll);

test('each call is sent once, whatever comes back', async () => {
  for (const status of [429, 500, 503]) {
    const { client, server } = await connect({ '*': { status } });
    await failureOf(client.list());
    await failureOf(client.firstData(VIN));
    await failureOf(client.withdraw(VIN));
    await failureOf(client.submit([{ vin: VIN, brand: 'audi', tags: {} }]));
    expect(server.requests).toHaveLength(5);
  }
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
  const target = await startScriptedServer({ '*': { body: [] } });
  const { client } = await connect({ [LIST]: { status, headers: { location: `${target.url}/steal` } } });
  expect(await failureOf(client.list())).toMatchObject({ code: 'PROVIDER_BAD_REPLY', status });
  expect(target.requests).toEqual([]);
  await target.close();
});

test('a base address with a path and a slash at its end is kept', async () => {
  const server = await startScriptedServer({
    'POST /hm/v1/access_tokens': tokenReply(),
    'GET /hm/v1/fleets/vehicles': { body: [] },
  });
  const client = createHighMobility({ baseUrl: `${server.url}/hm/`, clientId: 'id', clientSecret: SECRET });
  expect(await client.list()).toEqual([]);
  await client.close();
  await server.close();
});

test('a server that is not there is unreachable, and the cause is a code only', async () => {
  const vacant = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => vacant.once('listening', resolve));
  const { port } = vacant.address() as AddressInfo;
  await new Promise((resolve) => vacant.close(resolve));
  const { client } = await connect({}, { baseUrl: `http://127.0.0.1:${port}` });
  const error = await failureOf(client.list());
  expect(error).toMatchObject({ code: 'PROVIDER_UNREACHABLE', status: undefined });
  expect(error.next).toContain('HIGH_MOBILITY_BASE_URL');
  expect(Object.getOwnPropertyNames(error.cause).sort()).toEqual(['message', 'stack']);
  expect((error.cause as Error).message).toBe('ECONNREFUSED');
});

test('a connection that breaks before the reply is unreachable', async () => {
  const { client } = await connect(raw((response) => response.destroy()));
  expect((await failureOf(client.list())).code).toBe('PROVIDER_UNREACHABLE');
});

test('a body that breaks off is unreachable, not half a list', async () => {
  const { client } = await connect(
    raw((response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write(`[{"vin":"${VIN}","status":"approved"}]`, () => response.destroy());
    }),
  );
  expect((await failureOf(client.list())).code).toBe('PROVIDER_UNREACHABLE');
});

test.each([
  ['no headers come', () => {}, { headers: 50 }],
  [
    'the body stops',
    (response: ServerResponse) => {
      response.writeHead(200);
      response.write('[');
    },
    { body: 50 },
  ],
  ['the call takes too long', () => {}, { call: 50 }],
  [
    'the body drips for longer than a call may take',
    (response: ServerResponse) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(drip));
    },
    { call: 80 },
  ],
])('it is a timeout when %s', async (_, act, timeouts) => {
  const { client } = await connect(raw(act), { timeouts });
  expect((await failureOf(client.list())).code).toBe('PROVIDER_TIMEOUT');
});

test('the wait for a token counts into the time of a call', async () => {
  const { client, server } = await connect({ [TOKEN_ROUTE]: { raw: () => {} } }, { timeouts: { call: 50 } });
  expect((await failureOf(client.list())).code).toBe('PROVIDER_TIMEOUT');
  expect(server.to(LIST)).toEqual([]);
});

test.each([
  ['with its true length', (bytes: number) => ({ 'content-length': bytes })],
  ['in chunks, without a length', () => ({})],
])('a reply larger than the limit is refused, sent %s', async (_, headers) => {
  const limits = { listBytes: 1_000, replyBytes: 500 };
  const fits = JSON.stringify([]).padEnd(1_000);
  const send = (body: string) => ({
    raw: (response: ServerResponse) => {
      response.writeHead(200, headers(body.length));
      response.end(body);
    },
  });
  const { client } = await connect({ [LIST]: [send(fits), send(`${fits} `)] }, { limits });
  expect(await client.list()).toEqual([]);
  expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
});

test('an endless reply is not read to its end', async () => {
  let closed: Promise<void> = Promise.resolve();
  const { client } = await connect(
    raw((response) => {
      closed = new Promise((resolve) => response.on('close', () => resolve()));
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    }),
    { limits: { listBytes: 300_000 } },
  );
  expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
  await closed;
});

test('the limit of the other replies is its own', async () => {
  const body = { vin: VIN, status: 'revoking', filler: 'x'.repeat(600) };
  const { client } = await connect(
    { [`DELETE ${VEHICLES}/${VIN}`]: { body } },
    { limits: { replyBytes: 500 } },
  );
  expect((await failureOf(client.withdraw(VIN))).code).toBe('PROVIDER_BAD_REPLY');
});

test.each([
  ['HTML', '<html><body>Welcome</body></html>'],
  ['nothing', ''],
  ['JSON that is cut off', '[{"vin":'],
  ['compressed without being asked for', gzipSync('[]')],
])('a success that is %s is a bad reply', async (_, body) => {
  const { client } = await connect({ [LIST]: { body, headers: { 'x-request-id': 'req-1' } } });
  const error = await failureOf(client.list());
  expect(error).toMatchObject({ code: 'PROVIDER_BAD_REPLY', status: 200, requestId: 'req-1' });
});

test('a 502 in HTML is an unavailable provider, and none of the page is in the error', async () => {
  const page = `<html>upstream 10.1.2.3 failed for ${VIN}</html>`;
  const { client } = await connect({ [LIST]: { status: 502, body: page } });
  const error = await failureOf(client.list());
  expect(error.code).toBe('PROVIDER_UNAVAILABLE');
  expect(error.message).toBe('High Mobility answered 502 (GET /v1/fleets/vehicles).');
});

test('the wait that a 429 asks for is kept even when its body breaks off or is too large', async () => {
  const headers = { 'retry-after': '120' };
  const { client } = await connect({
    [LIST]: [
      {
        raw: (response) => {
          response.writeHead(429, { ...headers, 'content-length': 50 });
          response.write('{', () => response.destroy());
        },
      },
      { status: 429, headers, body: 'x'.repeat(1_000_000) },
      {
        status: 429,
        body: {
          errors: [{ title: 'Too many requests', detail: 'retry after 10s', source: 'fleet-manager-api' }],
        },
      },
      { status: 429 },
    ],
  });
  const waits = [];
  for (let call = 0; call < 4; call++) {
    const error = await failureOf(client.list());
    expect(error.code).toBe('PROVIDER_RATE_LIMITED');
    waits.push(error.retryAfter);
  }
  expect(waits).toEqual([120_000, 120_000, 10_000, undefined]);
});

test.each([
  ['in the list of errors', (echo: string) => ({ errors: [{ title: 'no', detail: echo }] })],
  ['in a list in the list', (echo: string) => ({ errors: [[{ title: echo }]] })],
  ['in a bare list', (echo: string) => [{ title: 'no', detail: echo }]],
  ['in the form of OAuth', (echo: string) => ({ error: 'no', error_description: echo })],
])('a secret or token that the other side says back %s is hidden', async (_, body) => {
  const echo = `got ${TOKEN} and ${SECRET}`;
  const reply = { status: 400, headers: { 'x-request-id': echo }, body: body(echo) };
  const { client } = await connect({ [LIST]: reply });
  const error = await failureOf(client.list());
  expect(error.message).toContain('got [hidden] and [hidden]');
  const other = await connect({ [TOKEN_ROUTE]: { ...reply, headers: {}, body: body(SECRET) } });
  await failureOf(other.client.list());
});

test('the words of the other side cannot break a line or fill a log', async () => {
  const detail = `first\r\nlevel=fatal\u2028x\u0000${'y'.repeat(5_000)}`;
  const { client } = await connect({ [LIST]: { status: 403, body: { errors: [{ title: 't', detail }] } } });
  const { message } = await failureOf(client.list());
  expect(message).toContain('first level=fatal x y');
  expect(message).not.toMatch(/[\p{Cc}\u2028]/u);
  expect(message.length).toBeLessThan(400);
});

test('the id in the body is kept when no header has one', async () => {
  const { client } = await connect({
    [LIST]: { status: 503, body: { errors: [{ title: 'x' }], request_id: 'r-9' } },
  });
  expect((await failureOf(client.list())).requestId).toBe('r-9');
});

test('a closed client sends nothing more', async () => {
  const { client, server } = await connect({ [LIST]: { body: [] } });
  await client.list();
  await client.close();
  const before = server.requests.length;
  await failureOf(client.list());
  expect(server.requests).toHaveLength(before);
});

test('whatever JSON or text comes with whatever status, a call ends with an answer or a ProviderError', async () => {
  let reply: { status: number; body: string } = { status: 200, body: '' };
  const { client } = await connect({ '*': () => reply });
  const status = fc.constantFrom(200, 200, 200, 201, 204, 400, 401, 403, 404, 409, 422, 429, 500, 503);
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .array(
        fc.record({
          vin: fc.jsonValue(),
          status: fc.jsonValue(),
          changelog: fc.jsonValue(),
          tags: fc.jsonValue(),
        }),
      )
      .map((rows) => JSON.stringify(rows)),
    fc.jsonValue().map((errors) => JSON.stringify({ errors })),
    fc.nat({ max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  );
  await fc.assert(
    fc.asyncProperty(status, body, async (nextStatus, nextBody) => {
      reply = { status: nextStatus, body: nextBody };
      const calls = [
        client.list(),
        client.firstData(VIN),
        client.withdraw(VIN),
        client.submit([{ vin: VIN, brand: 'audi', tags: {} }]),
      ];
      for (const result of await Promise.allSettled(calls)) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ProviderError);
      }
    }),
    { numRuns: 150 },
  );
});
