import { closeAll, start, VEHICLES, vin } from './support';

afterEach(closeAll);

const car = { vin: vin(1), brand: 'bmw' };

test.each([
  [401, undefined, 'Missing or invalid'],
  [403, undefined, 'not associated with a fleet'],
  [429, undefined, 'retry after 10s'],
  [429, 'retry after 120s', 'retry after 120s'],
  [503, 'maintenance', 'maintenance'],
])(
  'a status %s comes with its documented body, or with the detail that was asked for',
  async (status, detail, text) => {
    const caller = await start();
    caller.simulator.setFault({
      on: 'list',
      kind: 'status',
      status,
      ...(detail === undefined ? {} : { detail }),
    });
    const reply = await caller.unchecked('GET', VEHICLES);
    expect(reply.status).toBe(status);
    expect(reply.body.errors[0].detail).toContain(text);
    expect((await caller.list()).status).toBe(200);
  },
);

test('a 429 can carry Retry-After headers of any kind', async () => {
  const caller = await start();
  caller.simulator.setFault({ on: 'read', kind: 'status', status: 429, retryAfter: 'garbage' });
  caller.simulator.setFault({ on: 'read', kind: 'status', status: 429, retryAfter: ['1', '120'] });
  const garbage = await caller.unchecked('GET', `${VEHICLES}/X`);
  const double = await caller.unchecked('GET', `${VEHICLES}/X`);
  expect(garbage.headers.get('retry-after')).toBe('garbage');
  expect(double.headers.get('retry-after')).toBe('1, 120');
});

test('a fault waits for its endpoint and its VIN, and goes away after its count', async () => {
  const caller = await start();
  await caller.submit(car, { vin: vin(2), brand: 'bmw' });
  caller.simulator.setFault({ on: 'read', vin: vin(2), times: 2, kind: 'status', status: 500 });
  expect((await caller.list()).status).toBe(200);
  expect((await caller.read(vin(1))).status).toBe(200);
  const statuses = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await caller.read(vin(2))).status);
  expect(statuses).toEqual([500, 500, 200]);
});

test('a fault without an end goes on until the faults are cleared', async () => {
  const caller = await start();
  caller.simulator.setFault({ on: 'token', times: 'always', kind: 'status', status: 503 });
  for (let count = 0; count < 5; count += 1) expect((await caller.askToken()).status).toBe(503);
  caller.simulator.clearFaults();
  expect((await caller.askToken()).status).toBe(200);
});

test.each([
  ['before', false, 0],
  ['after', true, 1],
])('a connection that breaks %s the commit leaves so many clearances', async (_, commit, count) => {
  const caller = await start();
  caller.simulator.setFault({ on: 'submit', kind: 'drop', commit });
  await expect(caller.unchecked('POST', VEHICLES, { vehicles: [car] })).rejects.toThrow('fetch failed');
  expect(caller.simulator.ledger.clearances).toHaveLength(count);
  expect(caller.simulator.ledger.calls.at(-1)).toMatchObject({
    method: 'POST',
    status: null,
    vins: [vin(1)],
  });
});

test('an error status can hide that the request was carried out', async () => {
  const caller = await start();
  caller.simulator.setFault({ on: 'submit', kind: 'status', status: 500, commit: true });
  expect((await caller.unchecked('POST', VEHICLES, { vehicles: [car] })).status).toBe(500);
  expect(caller.simulator.ledger.clearances).toHaveLength(1);
});

test('a proxy’s page comes instead of the reply', async () => {
  const caller = await start();
  caller.simulator.setFault({ on: 'list', kind: 'html' });
  const reply = await caller.unchecked('GET', VEHICLES);
  expect(reply.status).toBe(502);
  expect(reply.headers.get('content-type')).toContain('text/html');
  expect(reply.body).toContain('<html>');
});

test('a reply is cut off in its middle', async () => {
  const caller = await start();
  caller.simulator.setFault({ on: 'submit', kind: 'truncated' });
  await expect(caller.unchecked('POST', VEHICLES, { vehicles: [car] })).rejects.toThrow('terminated');
  expect(caller.simulator.ledger.clearances).toHaveLength(1);
});

test('any other reply can be given, such as a redirect', async () => {
  const caller = await start();
  caller.simulator.setFault({
    on: 'list',
    kind: 'reply',
    status: 302,
    headers: { location: 'http://127.0.0.1:1/' },
  });
  const authorization = `Bearer ${await caller.newToken()}`;
  const reply = await caller.raw('GET', VEHICLES, { headers: { authorization }, redirect: 'manual' });
  expect([reply.status, reply.headers.get('location')]).toEqual([302, 'http://127.0.0.1:1/']);
});

test('a delay holds the reply back, and other faults still apply', async () => {
  const caller = await start();
  caller.simulator.setFault({ on: 'list', kind: 'delay', milliseconds: 40 });
  caller.simulator.setFault({ on: 'list', kind: 'status', status: 503 });
  const start_ = performance.now();
  const reply = await caller.unchecked('GET', VEHICLES);
  expect(reply.status).toBe(503);
  expect(performance.now() - start_).toBeGreaterThanOrEqual(39);
});

test('a late reply comes after the request was carried out', async () => {
  const caller = await start();
  const { ledger } = caller.simulator;
  caller.simulator.setFault({ on: 'submit', kind: 'late-reply', milliseconds: 40 });
  const begun = performance.now();
  const reply = caller.submit(car);
  await ledger.until(({ clearances }) => clearances.length === 1);
  expect(ledger.calls.at(-1)).toMatchObject({ method: 'POST', status: null });
  expect((await reply).status).toBe(200);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(39);
});

test('a simulator that is closed does not wait for a delayed reply', async () => {
  const caller = await start();
  await caller.list();
  caller.simulator.setFault({ on: 'list', kind: 'delay', milliseconds: 60_000 });
  const before = caller.simulator.ledger.calls.length;
  const call = caller.unchecked('GET', VEHICLES).then(
    (reply) => reply.status,
    () => 'broken',
  );
  await caller.simulator.ledger.until(({ calls }) => calls.length > before);
  await caller.simulator.close();
  expect(await call).not.toBe(200);
});

test('a withdrawal can be carried out and answered without a body', async () => {
  const caller = await start();
  await caller.submit(car);
  caller.simulator.setStatus(vin(1), 'approved');
  caller.simulator.setFault({ on: 'withdraw', kind: 'reply', status: 204, commit: true });
  const reply = await caller.unchecked('DELETE', `${VEHICLES}/${vin(1)}`);
  expect([reply.status, reply.body]).toEqual([204, '']);
  expect((await caller.read(vin(1))).body.status).toBe('revoking');
});

test('a reply can come compressed, though nobody asked for it', async () => {
  const caller = await start();
  await caller.submit(car);
  caller.simulator.setFault({ on: 'list', kind: 'gzip' });
  const reply = await caller.unchecked('GET', VEHICLES);
  expect(reply.headers.get('content-encoding')).toBe('gzip');
  expect(reply.body).toMatchObject([{ vin: vin(1), status: 'pending' }]);
});

test('a reason can stand beside the status, in the list and in a read', async () => {
  const caller = await start();
  await caller.submit(car);
  caller.simulator.setStatus(vin(1), 'rejected', 'privacy mode is enabled');
  caller.simulator.setFault({ on: 'list', kind: 'bare-reason' });
  caller.simulator.setFault({ on: 'read', kind: 'bare-reason', times: 2 });
  const [listed] = (await caller.unchecked('GET', VEHICLES)).body;
  expect(listed).toMatchObject({ status: 'rejected', reason: 'privacy mode is enabled' });
  expect(JSON.stringify(listed.changelog)).not.toContain('reason');
  expect((await caller.unchecked('GET', `${VEHICLES}/${vin(1)}`)).body).toEqual(listed);
  expect((await caller.unchecked('GET', `${VEHICLES}/${vin(2)}`)).status).toBe(404);
});

test('a token can come without its lifetime, and is good all the same', async () => {
  const caller = await start();
  caller.simulator.setFault({ on: 'token', kind: 'no-lifetime' });
  const { access_token: token, ...rest } = (await caller.askToken()).body;
  expect(rest).not.toHaveProperty('expires_in');
  const headers = { authorization: `Bearer ${token}` };
  expect((await caller.raw('GET', VEHICLES, { headers })).status).toBe(200);
});

describe('a row of a submission', () => {
  const cars = [1, 2, 3].map((number) => ({ vin: vin(number), brand: 'bmw' }));
  test.each([
    ['missing-row', [vin(1), vin(3)]],
    ['doubled-row', [vin(1), vin(2), vin(2), vin(3)]],
    ['recased-row', [vin(1), vin(2).toLowerCase(), vin(3)]],
  ] as const)('suffers %s while all are carried out', async (kind, vins) => {
    const caller = await start();
    caller.simulator.setFault({ on: 'submit', kind, vin: vin(2) });
    const { body } = await caller.submit(...cars);
    expect(body.vehicles.map((row: { vin: string }) => row.vin)).toEqual(vins);
    expect(caller.simulator.ledger.clearances).toHaveLength(3);
  });

  test('is the first one where no VIN is named', async () => {
    const caller = await start();
    caller.simulator.setFault({ on: 'submit', kind: 'missing-row' });
    const { body } = await caller.submit(...cars);
    expect(body.vehicles.map((row: { vin: string }) => row.vin)).toEqual([vin(2), vin(3)]);
  });

  test('is answered well and forgotten by a lost write', async () => {
    const caller = await start();
    caller.simulator.setFault({ on: 'submit', kind: 'lost-write' });
    expect((await caller.submit(car)).body.vehicles).toEqual([{ vin: vin(1), status: 'pending' }]);
    expect((await caller.read(vin(1))).status).toBe(404);
  });
});

test.each([
  { on: 'list', kind: 'missing-row' },
  { on: 'webhook', kind: 'drop' },
  { on: 'submit', kind: 'lost' },
  { on: 'submit', kind: 'outdated' },
  { on: 'submit', kind: 'bare-reason' },
  { on: 'list', kind: 'no-lifetime' },
  { on: 'nowhere', kind: 'drop' },
  { on: 'list', kind: 'status', status: 200 },
])('a fault that makes no sense is refused: %j', async (fault) => {
  const { simulator } = await start();
  expect(() => simulator.setFault(fault as never)).toThrow();
});
