import { CREDENTIALS, closeAll, DAY, start, startReceiver, vin, WEBHOOK_SECRET } from './support';

afterEach(closeAll);

test('tells its time and its speed', async () => {
  const caller = await start({ speed: 2 });
  const { status, body } = await caller.admin('GET', '/health');
  expect([status, body.status, body.speed]).toEqual([200, 'ok', 2]);
  expect(Date.parse(body.now)).toBeGreaterThan(Date.now() - 60_000);
});

test('scripts a VIN by an expectation', async () => {
  const caller = await start();
  const reply = await caller.admin('PUT', `/vehicles/${vin(1)}`, {
    expect: 'approved after 6d: consent assignment missing',
  });
  expect(reply.status).toBe(204);
  await caller.submit({ vin: vin(1), brand: 'ford' });
  expect((await caller.read(vin(1))).body.changelog[0].reason).toBe('consent assignment missing');
  expect((await caller.admin('POST', '/clock', { by: '6d' })).status).toBe(204);
  expect((await caller.read(vin(1))).body.status).toBe('approved');
});

test('scripts a VIN by its steps', async () => {
  const caller = await start();
  await caller.admin('PUT', `/vehicles/${vin(1)}`, {
    life: [
      { status: 'approved', after: '1h' },
      { status: 'revoked', reason: 'gone', after: DAY },
    ],
  });
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  caller.pass(2 * DAY);
  expect((await caller.read(vin(1))).body.changelog).toMatchObject([
    { status: 'pending' },
    { status: 'approved' },
    { status: 'revoked', reason: 'gone' },
  ]);
});

test('changes a status and loses a VIN', async () => {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  const change = { status: 'revoked', reason: 'VIN is assigned to a different OEM fleet' };
  expect((await caller.admin('POST', `/vehicles/${vin(1)}/status`, change)).status).toBe(204);
  expect((await caller.read(vin(1))).body).toMatchObject({ status: 'revoked' });
  expect((await caller.admin('DELETE', `/vehicles/${vin(1)}`)).status).toBe(204);
  expect((await caller.read(vin(1))).status).toBe(404);
  expect((await caller.admin('POST', `/vehicles/${vin(1)}/status`, change)).status).toBe(404);
});

test('sets faults and clears them', async () => {
  const caller = await start();
  const fault = { on: 'list', kind: 'status', status: 503, times: 'always' };
  expect((await caller.admin('POST', '/faults', fault)).status).toBe(204);
  expect((await caller.unchecked('GET', '/v1/fleets/vehicles')).status).toBe(503);
  expect((await caller.admin('DELETE', '/faults')).status).toBe(204);
  expect((await caller.list()).status).toBe(200);
});

test('adds an older clearance beside the one that is there', async () => {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  const older = { status: 'approved', brand: 'bmw' };
  expect((await caller.admin('POST', `/vehicles/${vin(1)}/older`, older)).status).toBe(204);
  expect((await caller.list()).body.map(({ status }: { status: string }) => status)).toEqual([
    'pending',
    'approved',
  ]);
});

test('moves the webhook', async () => {
  const caller = await start();
  const receiver = await startReceiver();
  const target = { url: receiver.url, secret: WEBHOOK_SECRET };
  expect((await caller.admin('PUT', '/webhook', target)).status).toBe(204);
  await caller.simulator.ledger.until(({ deliveries }) => deliveries[0]?.outcome === 'delivered');
  expect(receiver.received).toHaveLength(1);
});

test('takes tokens back', async () => {
  const caller = await start();
  await caller.list();
  expect((await caller.admin('DELETE', '/tokens')).status).toBe(204);
  expect((await caller.list()).status).toBe(401);
});

test('shows the ledger with every call, clearance and delivery, and no secret', async () => {
  const receiver = await startReceiver();
  const caller = await start({ webhook: { url: receiver.url, secret: WEBHOOK_SECRET } });
  const token = await caller.newToken();
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  await caller.read(vin(1));
  caller.pass(2 * DAY);
  await caller.simulator.ledger.until(
    ({ deliveries }) => deliveries.length === 2 && deliveries.every(({ outcome }) => outcome === 'delivered'),
  );
  const { body } = await caller.admin('GET', '/ledger');
  expect(body.calls).toMatchObject([
    { method: 'POST', path: '/v1/access_tokens', vins: [], status: 200 },
    { method: 'POST', path: '/v1/access_tokens', vins: [], status: 200 },
    { method: 'POST', path: '/v1/fleets/vehicles', vins: [vin(1)], status: 200 },
    { method: 'GET', path: `/v1/fleets/vehicles/${vin(1)}`, vins: [vin(1)], status: 200 },
  ]);
  expect(body.calls[0]).toMatchObject({ at: expect.any(Number), realAt: expect.any(Number) });
  expect(body.clearances).toMatchObject([
    { vin: vin(1), brand: 'bmw', changelog: [{ status: 'pending' }, { status: 'approved' }] },
  ]);
  expect(body.deliveries).toMatchObject([{ type: 'ping' }, { vin: vin(1), action: 'approved' }]);
  expect(body.effectiveClearances).toEqual({ [vin(1)]: 1 });
  const text = JSON.stringify(body);
  for (const secret of [token, CREDENTIALS.clientSecret, WEBHOOK_SECRET]) expect(text).not.toContain(secret);
});

test.each([
  ['PUT', `/vehicles/${vin(1)}`, { expect: 'aproved' }, 'must begin with one of'],
  ['PUT', `/vehicles/${vin(1)}`, { expect: 'duplicate' }, 'never reaches the provider'],
  ['PUT', `/vehicles/${vin(1)}`, { life: [] }, 'life'],
  ['POST', `/vehicles/${vin(1)}/status`, { status: 'gone' }, 'status'],
  ['PUT', `/vehicles/${vin(1)}/data`, { after: 'soon' }, 'is not a duration'],
  ['PUT', `/vehicles/${vin(1)}/data`, { lost: false }, 'lost'],
  ['PUT', `/vehicles/${vin(1)}/data`, {}, 'give "after" or "lost"'],
  ['PUT', `/vehicles/${vin(1)}/data`, { after: '6h', lost: true }, 'give "after" or "lost"'],
  ['POST', '/faults', { on: 'submit', kind: 'lost' }, 'cannot happen'],
  ['PUT', '/webhook', { url: 'ftp://x', secret: 's' }, 'url'],
  ['POST', '/clock', { by: 'soon' }, 'is not a duration'],
])('%s %s with %j is a 400 that says why', async (method, path, body, problem) => {
  const reply = await (await start()).admin(method, path, body);
  expect(reply.status).toBe(400);
  expect(reply.body.error).toContain(problem);
});
