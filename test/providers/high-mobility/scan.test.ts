import type { ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import type { Clearance } from '../../../src/domain/clearance';
import type { HighMobilityClient } from '../../../src/providers/high-mobility/client';
import { closeAll, connect, failureOf, TOKEN_ROUTE, VEHICLES, VIN } from './harness';

setFlagsFromString('--expose_gc');
/** The garbage collector otherwise runs when it wants to. */
const collectGarbage: () => void = runInNewContext('gc');

const ROUTE = `GET ${VEHICLES}`;
const listing = (body: unknown) => ({ [ROUTE]: { body } });
const row = (vin: string, status = 'approved', ...times: string[]) => ({
  vin,
  status,
  brand: 'audi',
  changelog: times.map((timestamp) => ({ timestamp, status })),
});
const vin = (number: number) => `WBA8E9G50GN${String(number).padStart(6, '0')}`;

interface Visited {
  readonly vin: string | null;
  readonly clearance: Clearance | null;
  readonly fingerprint: string;
}

async function scan(client: HighMobilityClient): Promise<Visited[]> {
  const visited: Visited[] = [];
  await client.scan((listed) => {
    const { vin: of = null, clearance = null } = listed.read() ?? {};
    visited.push({ vin: of, clearance, fingerprint: listed.fingerprint });
  });
  return visited;
}

afterEach(closeAll);

test('visits every row in its order, with the same record that a list has of it', async () => {
  const rows = [
    row(VIN, 'rejected', '2025-01-22T10:42:14.094533Z', '2025-01-20T08:00:00'),
    row('wba8e9g50gn000002', 'pending'),
    { ...row(vin(3), 'approved'), tags: { note: 'a "quoted" \\ text, with ] and } in it: ü€😀' } },
  ];
  const { client } = await connect(listing(rows));
  const visited = await scan(client);
  expect(visited.map(({ clearance }) => clearance)).toEqual(await client.list());
  expect(visited.map((one) => one.vin)).toEqual([VIN, vin(2), vin(3)]);
});

test('rows have the same fingerprint exactly when their bytes are the same', async () => {
  const rows = [row(vin(1)), row(vin(2)), row(vin(1)), row(vin(1), 'pending'), row(vin(1).toLowerCase())];
  const { client } = await connect(listing(rows));
  const [first, , third, ...others] = (await scan(client)).map(({ fingerprint }) => fingerprint);
  expect(third).toBe(first);
  expect(new Set([first, ...others]).size).toBe(3);
});

test('the rows of one vehicle are visited each', async () => {
  const { client } = await connect(listing([row(VIN, 'revoked'), row(VIN, 'approved')]));
  expect((await scan(client)).map(({ clearance }) => clearance?.status)).toEqual(['revoked', 'approved']);
});

test('a broken row is reported and stands in the way of no other; it still says whose it is where it can', async () => {
  const problems: unknown[] = [];
  const rows = [
    { vin: ` ${VIN.toLowerCase()}`, status: 7 },
    { status: 'approved' },
    null,
    'text',
    row(vin(2)),
  ];
  const { client } = await connect(listing(rows), { onSkipped: (skipped) => problems.push(skipped) });
  const visited = await scan(client);
  expect(visited.map((one) => [one.vin, one.clearance?.status ?? null])).toEqual([
    [VIN, null],
    [null, null],
    [null, null],
    [null, null],
    [vin(2), 'approved'],
  ]);
  expect(problems).toMatchObject([
    { index: 0, vin: VIN },
    { index: 1, vin: null },
    { index: 2, vin: null },
    { index: 3, vin: null },
  ]);
});

test('a row that is not JSON is a broken row', async () => {
  const { client } = await connect(listing(`[${JSON.stringify(row(VIN))},{"vin":tru},7 8]`));
  expect((await scan(client)).map((one) => one.vin)).toEqual([VIN, null, null]);
});

test('an empty list is a whole list', async () => {
  const { client } = await connect(listing('[]'));
  expect(await scan(client)).toEqual([]);
});

describe('a list that is not whole is an error, after the rows that came', () => {
  const text = JSON.stringify([row(vin(1)), row(vin(2))]);

  test('cut off in the middle, with the length that it says', async () => {
    const { client } = await connect(listing(text.slice(0, -30)));
    expect(await failureOf(scan(client))).toMatchObject({
      code: 'PROVIDER_BAD_REPLY',
      message: expect.stringContaining('sent a list that is cut off'),
    });
  });

  test('cut off by the connection', async () => {
    const raw = (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': text.length });
      response.write(text.slice(0, -30), () => response.destroy());
    };
    const { client } = await connect({ [ROUTE]: { raw } });
    const vins: unknown[] = [];
    const call = client.scan((listed) => vins.push(listed.read()?.vin));
    expect((await failureOf(call)).code).toBe('PROVIDER_UNREACHABLE');
    expect(vins).toEqual([vin(1)]);
  });

  test.each([
    ['HTML', '<!DOCTYPE html><html><body>Bad gateway</body></html>', {}],
    ['an object', '{"vehicles":[]}', {}],
    ['compressed, and nothing says so', gzipSync(text), {}],
    ['a list with something behind it', `${text}{}`, {}],
  ])('%s', async (_name, body, headers) => {
    const { client } = await connect({ [ROUTE]: { body, headers } });
    expect(await failureOf(scan(client))).toMatchObject({
      code: 'PROVIDER_BAD_REPLY',
      message: expect.stringContaining('not a JSON list'),
    });
  });

  test('empty', async () => {
    const { client } = await connect(listing(''));
    expect((await failureOf(scan(client))).code).toBe('PROVIDER_BAD_REPLY');
  });

  test('larger than the limit', async () => {
    const { client } = await connect(listing(text), { limits: { scanBytes: text.length - 1 } });
    expect(await failureOf(scan(client))).toMatchObject({
      code: 'PROVIDER_BAD_REPLY',
      message: expect.stringContaining('too large'),
    });
  });
});

test('an error status is that error, and its body is no list', async () => {
  const { client } = await connect({
    [ROUTE]: { status: 429, headers: { 'retry-after': '7' }, body: { errors: [{ title: 'Too many' }] } },
  });
  expect(await failureOf(scan(client))).toMatchObject({ code: 'PROVIDER_RATE_LIMITED', retryAfter: 7_000 });
});

test('a refused token is renewed once, and no row is visited twice', async () => {
  const replies = [{ status: 401, body: { errors: [] } }, { body: [row(VIN)] }];
  const { client, server } = await connect({ [ROUTE]: replies });
  expect(await scan(client)).toHaveLength(1);
  expect(server.to(TOKEN_ROUTE)).toHaveLength(2);
});

test('without a token nothing is asked', async () => {
  const { client, server } = await connect({ [TOKEN_ROUTE]: { status: 503 }, ...listing([]) });
  expect((await failureOf(scan(client))).code).toBe('PROVIDER_UNAVAILABLE');
  expect(server.to(ROUTE)).toEqual([]);
});

test('it ends at once when it is told to stop', async () => {
  const raw = (response: ServerResponse) => {
    response.writeHead(200);
    response.write(`[${JSON.stringify(row(VIN))},`);
  };
  const { client } = await connect({ [ROUTE]: { raw } });
  const stop = new AbortController();
  const call = client.scan(() => stop.abort(), { signal: stop.signal });
  expect((await failureOf(call)).code).toBe('PROVIDER_TIMEOUT');
});

test('a list of 50 MB is gone through with a bounded part of it in memory', async () => {
  const COUNT = 100_000;
  const one = (number: number) =>
    JSON.stringify({
      ...row(vin(number), 'approved', '2025-01-22T10:42:14.094533Z'),
      tags: { note: 'x'.repeat(360) },
    });
  let sent = 0;
  // Made while it is sent: the server is in this process too.
  const raw = (response: ServerResponse) => {
    const chunks = function* () {
      for (let from = 0; from < COUNT; from += 100) {
        const rows = Array.from({ length: 100 }, (_, index) => one(from + index)).join(',');
        yield `${from === 0 ? '[' : ','}${rows}`;
      }
      yield ']';
    };
    response.writeHead(200);
    const texts = chunks();
    const send = (): void => {
      for (let text = texts.next(); ; text = texts.next()) {
        if (text.done) return void response.end();
        sent += text.value.length;
        if (!response.write(text.value)) return void response.once('drain', send);
      }
    };
    send();
  };
  const { client } = await connect({ [ROUTE]: { raw } });
  let count = 0;
  let given = 0;
  let furthestAhead = 0;
  let mostHeld = 0;
  const length = one(COUNT - 1).length;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  await client.scan((listed) => {
    if (listed.fingerprint !== '') count += 1;
    given += length;
    furthestAhead = Math.max(furthestAhead, sent - given);
    if (count % 5_000 !== 0) return;
    collectGarbage();
    mostHeld = Math.max(mostHeld, process.memoryUsage().heapUsed - before);
  });
  expect(count).toBe(COUNT);
  expect(sent).toBeGreaterThan(50_000_000);
  // Far less than the whole list is under way between the sender and the one who gets the rows, or kept by either.
  expect(furthestAhead).toBeLessThan(20_000_000);
  expect(mostHeld).toBeLessThan(20_000_000);
});
