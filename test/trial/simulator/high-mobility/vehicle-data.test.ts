import { type Caller, closeAll, DAY, type Reply, start, vin } from './support';

afterEach(closeAll);

const HOUR = 3_600_000;
const NOT_YET = { title: 'Pending', detail: 'Vehicle data is not available yet' };
const NO_CONSENT = { title: 'Forbidden', detail: 'No active consent for this vehicle' };

function data(caller: Caller, number: number): Promise<Reply> {
  return caller.call('GET', `/v1/vehicle-data/autoapi-13/${vin(number)}`);
}

async function approved(brand: string): Promise<Caller> {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand, tags: { 'vw-group-customer-name': 'Acme' } });
  caller.simulator.setStatus(vin(1), 'approved');
  return caller;
}

test.each(['pending', 'revoking', 'revoked', 'rejected'] as const)(
  'a %s vehicle gives no data',
  async (status) => {
    const caller = await approved('bmw');
    caller.simulator.setStatus(vin(1), status);
    caller.pass(30 * DAY);
    expect(await data(caller, 1)).toMatchObject({ status: 403, body: { errors: [NO_CONSENT] } });
  },
);

test('a vehicle that was never sent gives no data', async () => {
  expect(await data(await start(), 1)).toMatchObject({ status: 403, body: { errors: [NO_CONSENT] } });
});

test('an approved vehicle gives data from its first drive on, some hours later', async () => {
  const caller = await approved('bmw');
  caller.pass(5 * HOUR);
  const reply = await data(caller, 1);
  expect(reply).toMatchObject({ status: 422, body: { errors: [NOT_YET] } });
  expect(reply.body.request_id).toBe(reply.headers.get('x-request-id'));
  caller.pass(HOUR);
  expect(await data(caller, 1)).toMatchObject({
    status: 200,
    body: { diagnostics: { odometer: { data: { unit: 'kilometers' } } } },
  });
});

test.each(['peugeot', 'volkswagen', 'sandbox'])(
  'a %s gives data as soon as it is approved',
  async (brand) => {
    expect((await data(await approved(brand), 1)).status).toBe(200);
  },
);

test('a script says when the first drive is, counted from the approval', async () => {
  const caller = await approved('bmw');
  caller.pass(HOUR);
  const path = `/vehicles/${vin(1)}/data`;
  expect((await caller.admin('PUT', path, { after: '3d' })).status).toBe(204);
  caller.pass(2.9 * DAY);
  expect((await data(caller, 1)).status).toBe(422);
  caller.pass(0.1 * DAY);
  expect((await data(caller, 1)).status).toBe(200);
});

test('a script takes the consent away', async () => {
  const caller = await approved('sandbox');
  await caller.admin('PUT', `/vehicles/${vin(1)}/data`, { lost: true });
  expect(await data(caller, 1)).toMatchObject({
    status: 401,
    body: { errors: [{ detail: 'Consent is removed by OEM' }] },
  });
});

test('the call needs a token, and can meet faults', async () => {
  const caller = await approved('sandbox');
  const path = `/v1/vehicle-data/autoapi-13/${vin(1)}`;
  const refused = await caller.raw('GET', path);
  expect(refused).toMatchObject({ status: 401, body: { errors: [{ source: 'Authorization' }] } });
  caller.simulator.setFault({
    on: 'data',
    kind: 'status',
    status: 408,
    detail: 'Vehicle is offline or asleep',
  });
  expect((await caller.unchecked('GET', path)).status).toBe(408);
});
