import { type Caller, closeAll, type Reply, start, vin } from './support';

afterEach(closeAll);

const ELIGIBILITY = '/v1/eligibility';
const ask = (caller: Caller, number = 1, brand = 'bmw'): Promise<Reply> =>
  caller.call('POST', ELIGIBILITY, { vin: vin(number), brand });

test('a vehicle that nobody scripted is eligible, and the question is in the ledger', async () => {
  const caller = await start();
  expect(await ask(caller)).toMatchObject({
    status: 200,
    body: { vin: vin(1), eligible: true, data_delivery: ['pull', 'push'] },
  });
  expect(caller.simulator.ledger.calls.at(-1)).toMatchObject({
    method: 'POST',
    path: ELIGIBILITY,
    vins: [vin(1)],
    status: 200,
  });
});

test('a script gives each field of the answer, for its VIN only', async () => {
  const caller = await start();
  const script = {
    eligible: false,
    data_delivery: ['pull'],
    connectivity_status: 'deactivated',
    primary_user_assigned: false,
  };
  expect((await caller.admin('PUT', `/vehicles/${vin(1)}/eligibility`, script)).status).toBe(204);
  expect((await ask(caller)).body).toEqual({ vin: vin(1), ...script });
  expect((await ask(caller, 2)).body).toMatchObject({ eligible: true });
});

test.each(['vin', 'brand'] as const)('a script refuses it for its %s', async (refused) => {
  const caller = await start();
  await caller.admin('PUT', `/vehicles/${vin(1)}/eligibility`, { refused });
  expect(await ask(caller)).toMatchObject({ status: 422, body: { errors: [{ source: refused }] } });
});

test('a script that makes no sense is refused', async () => {
  const caller = await start();
  const path = `/vehicles/${vin(1)}/eligibility`;
  for (const script of [{}, { refused: 'me' }, { eligible: 'yes' }, { eligible: true, refused: 'vin' }]) {
    expect((await caller.admin('PUT', path, script)).status).toBe(400);
  }
});

test.each([
  ['a brand that cannot be asked', { vin: vin(1), brand: 'audi' }, 'brand'],
  ['a VIN that is none', { vin: 'SHORT', brand: 'bmw' }, 'vin'],
  ['no VIN', { brand: 'bmw' }, 'vin'],
])('%s is a 422 that names the field', async (_case, body, source) => {
  const caller = await start();
  const token = await caller.newToken();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const reply = await caller.raw('POST', ELIGIBILITY, { headers, body: JSON.stringify(body) });
  expect(reply).toMatchObject({ status: 422, body: { errors: [{ source }] } });
});

test('the call needs a token, and can meet faults', async () => {
  const caller = await start();
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ vin: vin(1), brand: 'bmw' });
  expect((await caller.raw('POST', ELIGIBILITY, { headers, body })).status).toBe(401);
  caller.simulator.setFault({ on: 'eligibility', vin: vin(1), kind: 'status', status: 429, retryAfter: '7' });
  const reply = await caller.unchecked('POST', ELIGIBILITY, { vin: vin(1), brand: 'bmw' });
  expect(reply.status).toBe(429);
  expect(reply.headers.get('retry-after')).toBe('7');
  expect((await ask(caller)).status).toBe(200);
});
