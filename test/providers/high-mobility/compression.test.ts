import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { closeAll, connect, failureOf, TOKEN_ROUTE, tokenReply, VEHICLES, VIN } from './harness';

/** Replies that are compressed: in gzip, which is asked for, and in what comes all the same. */

const LIST = `GET ${VEHICLES}`;
const ROWS = JSON.stringify([{ vin: VIN, status: 'approved' }]);
const coded = (body: Buffer, coding: string, status = 200) => ({
  [LIST]: { status, body, headers: { 'content-encoding': coding } },
});

afterEach(closeAll);

test('every call asks for gzip, that for a token too', async () => {
  const { client, server } = await connect({ '*': { status: 500 }, [TOKEN_ROUTE]: tokenReply() });
  await failureOf(client.list());
  await failureOf(client.scan(() => {}));
  await failureOf(client.withdraw(VIN));
  expect(server.requests).toHaveLength(4);
  for (const { headers } of server.requests) expect(headers['accept-encoding']).toBe('gzip');
});

describe.each<[string, Buffer]>([
  ['gzip', gzipSync(ROWS)],
  ['x-gzip', gzipSync(ROWS)],
  ['GZIP', gzipSync(ROWS)],
  ['deflate', deflateSync(ROWS)],
  ['br', brotliCompressSync(ROWS)],
  ['identity', Buffer.from(ROWS)],
  ['gzip, br', brotliCompressSync(gzipSync(ROWS))],
])('a reply in %s', (coding, body) => {
  test('is read, and gone through row by row', async () => {
    const { client } = await connect(coded(body, coding));
    expect(await client.list()).toMatchObject([{ vin: VIN, status: 'approved' }]);
    const vins: unknown[] = [];
    await client.scan((row) => vins.push(row.read()?.vin));
    expect(vins).toEqual([VIN]);
  });
});

test('an error that is compressed keeps its words and the wait that they name', async () => {
  const body = gzipSync(
    JSON.stringify({ errors: [{ title: 'Too many requests', detail: 'retry after 10s' }] }),
  );
  const { client } = await connect(coded(body, 'gzip', 429));
  expect(await failureOf(client.list())).toMatchObject({ code: 'PROVIDER_RATE_LIMITED', retryAfter: 10_000 });
});

test('a refusal that is compressed is the word of the provider', async () => {
  const body = gzipSync(JSON.stringify({ errors: [{ title: 'Not found' }] }));
  const { client } = await connect({
    [`DELETE ${VEHICLES}/${VIN}`]: { status: 404, body, headers: { 'content-encoding': 'gzip' } },
  });
  expect(await client.withdraw(VIN)).toEqual({ outcome: 'absent', detail: 'Not found' });
});

test('a 202 that calls its missing body compressed is accepted', async () => {
  const { client } = await connect({
    [`DELETE ${VEHICLES}/${VIN}`]: { status: 202, headers: { 'content-encoding': 'gzip' } },
  });
  expect(await client.withdraw(VIN)).toEqual({ outcome: 'accepted', status: null });
});

test.each<[string, Buffer, string]>([
  ['is cut off inside', gzipSync(ROWS.repeat(100)).subarray(0, 40), 'gzip'],
  ['is not what it calls itself', Buffer.from(ROWS), 'gzip'],
  ['is not the deflate that it calls itself', Buffer.from(ROWS), 'deflate'],
  ['is not the brotli that it calls itself', Buffer.from(ROWS), 'br'],
  ['is in a coding that we do not know', Buffer.from(ROWS), 'zstd'],
  ['is in three codings', gzipSync(gzipSync(gzipSync(ROWS))), 'gzip, gzip, gzip'],
])('a reply that %s is a bad one', async (_, body, coding) => {
  const { client } = await connect(coded(body, coding));
  expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
  expect((await failureOf(client.scan(() => {}))).code).toBe('PROVIDER_BAD_REPLY');
});

test('a token that is compressed is taken', async () => {
  const { client, server } = await connect({
    [TOKEN_ROUTE]: {
      body: gzipSync(JSON.stringify(tokenReply().body)),
      headers: { 'content-encoding': 'gzip' },
    },
    [LIST]: { body: [] },
  });
  expect(await client.list()).toEqual([]);
  expect(server.to(LIST)).toHaveLength(1);
});

test.each(['zstd', 'compress', 'gzip, zstd', 'aws-chunked', 'utf-8', '__proto__', 'constructor'])(
  'a coding that cannot be undone is named: %s',
  async (coding) => {
    const { client } = await connect(coded(Buffer.from(ROWS), coding));
    const { message } = await failureOf(client.list());
    expect(message).toContain(`in a coding that cannot be read: ${coding}`);
  },
);

test('a limit that was reached is named', async () => {
  const { client } = await connect(coded(gzipSync(ROWS.repeat(9)), 'gzip'), { limits: { listBytes: 100 } });
  expect((await failureOf(client.list())).message).toContain('too large: more than 100 bytes');
});

test('the limit holds for what comes out: a bomb is a bad reply', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, ' '), { level: constants.Z_BEST_COMPRESSION });
  expect(bomb.length).toBeLessThan(60_000);
  const { client } = await connect(coded(bomb, 'gzip'), {
    limits: { listBytes: 100_000, scanBytes: 100_000 },
  });
  const before = process.memoryUsage.rss();
  expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
  expect((await failureOf(client.scan(() => {}))).code).toBe('PROVIDER_BAD_REPLY');
  expect(process.memoryUsage.rss() - before).toBeLessThan(40_000_000);
});

test('a bomb in a bomb ends at the limit too', async () => {
  const bomb = gzipSync(gzipSync(Buffer.alloc(50_000_000, ' ')));
  const { client } = await connect(coded(bomb, 'gzip, gzip'), { limits: { listBytes: 100_000 } });
  expect((await failureOf(client.list())).message).toContain('too large');
});

test('a bomb in a token ends at the limit too', async () => {
  const bomb = { body: gzipSync(Buffer.alloc(50_000_000, ' ')), headers: { 'content-encoding': 'gzip' } };
  const { client } = await connect({ [TOKEN_ROUTE]: bomb });
  expect((await failureOf(client.list())).message).toContain('too large');
});

test('a bomb in an error is cut off, and its status counts', async () => {
  const { client } = await connect(coded(gzipSync(Buffer.alloc(50_000_000, ' ')), 'gzip', 503));
  expect(await failureOf(client.list())).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', status: 503 });
});

test('the limit holds for what comes in: an endless body that holds nothing is not read to its end', async () => {
  let closed: Promise<void> = Promise.resolve();
  // Blocks without a byte in them (RFC 1951, 3.2.4).
  const blocks = Buffer.from('000000ffff'.repeat(1_000), 'hex');
  const raw = (response: ServerResponse): void => {
    closed = new Promise((resolve) => response.on('close', () => resolve()));
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.write(gzipSync('').subarray(0, 10));
    const more = () => {
      while (!response.destroyed && response.write(blocks));
    };
    response.on('drain', more);
    more();
  };
  const { client } = await connect({ [LIST]: { raw } }, { limits: { listBytes: 100_000 } });
  expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
  await closed;
});

test('a compressed body that breaks off is unreachable, and one that stops is a timeout', async () => {
  const begun = gzipSync(ROWS.repeat(100)).subarray(0, 40);
  const start = (response: ServerResponse, then: () => void): void => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.write(begun, then);
  };
  const { client } = await connect(
    {
      [LIST]: [
        { raw: (response) => start(response, () => response.destroy()) },
        { raw: (response) => start(response, () => {}) },
      ],
    },
    // The token and the first answer come in time, also on a busy machine.
    { timeouts: { body: 2_000 } },
  );
  expect((await failureOf(client.list())).code).toBe('PROVIDER_UNREACHABLE');
  expect((await failureOf(client.list())).code).toBe('PROVIDER_TIMEOUT');
});

test('a coding that we do not know does not use up the connections', async () => {
  let calls = 0;
  const { client } = await connect({
    [LIST]: () => {
      calls += 1;
      return calls > 40
        ? { body: ROWS }
        : { body: Buffer.alloc(300_000), headers: { 'content-encoding': 'x' } };
    },
  });
  for (let call = 0; call < 40; call++) {
    expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
  }
  expect(await client.list()).toHaveLength(1);
});
