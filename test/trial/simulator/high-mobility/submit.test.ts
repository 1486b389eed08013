import { closeAll, DAY, start, VEHICLES, vin } from './support';

afterEach(closeAll);

test('answers each vehicle on its own row, in the order of the request', async () => {
  const caller = await start();
  const tags = { depot: 'north' };
  const reply = await caller.unchecked('POST', VEHICLES, {
    vehicles: [
      { vin: vin(1), brand: 'bmw', tags },
      { vin: 'EXVETESTVIN00000', brand: 'ds' },
      { vin: vin(2), brand: 'unknown' },
      { vin: vin(3), brand: 'nissan' },
    ],
  });
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({
    vehicles: [
      { vin: vin(1), status: 'pending', tags },
      { vin: 'EXVETESTVIN00000', status: 'error', description: 'vin should be 17 character(s)' },
      { vin: vin(2), status: 'error', description: 'The brand is invalid' },
      { vin: vin(3), status: 'pending' },
    ],
  });
  expect(caller.simulator.ledger.clearances.map((row) => row.vin)).toEqual([vin(1), vin(3)]);
});

test.each([
  ['nothing', {}],
  ['no list', { vehicles: 'EXVETESTVIN000001' }],
  ['a vehicle without a brand', { vehicles: [{ vin: vin(1) }] }],
  ['a vehicle without a VIN', { vehicles: [{ brand: 'bmw' }] }],
  ['tags that are no texts', { vehicles: [{ vin: vin(1), brand: 'bmw', tags: { depot: 1 } }] }],
])('refuses the whole request with 422 when it holds %s', async (_, body) => {
  const caller = await start();
  const reply = await caller.unchecked('POST', VEHICLES, body);
  expect(reply.status).toBe(422);
  expect(reply.body.errors[0]).toMatchObject({ title: 'Invalid input', source: expect.any(String) });
  expect(caller.simulator.ledger.clearances).toEqual([]);
});

test('a body that is no JSON is a 400 in the shape of the other errors', async () => {
  const caller = await start();
  const authorization = `Bearer ${await caller.newToken()}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const reply = await caller.raw('POST', VEHICLES, { headers, body: '{"vehicles":' });
  expect(reply.status).toBe(400);
  expect(reply.body.errors[0].title).toBe('Error');
});

test('a second submission of an open clearance makes no second one, and is written down', async () => {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  caller.pass(3 * DAY);
  const again = await caller.submit({ vin: vin(1), brand: 'bmw' });
  expect(again.body.vehicles).toEqual([{ vin: vin(1), status: 'approved' }]);
  expect(caller.simulator.ledger.clearances).toHaveLength(1);
  expect(caller.simulator.ledger.repeats).toMatchObject([{ vin: vin(1) }]);
  expect(caller.simulator.ledger.effectiveClearances()).toEqual({ [vin(1)]: 1 });
});

test('a vehicle that is added again after its end gets a new clearance beside the old one', async () => {
  const caller = await start();
  caller.simulator.script(vin(1), [
    { status: 'pending', after: 0 },
    { status: 'rejected', reason: 'ineligible VIN', after: DAY },
  ]);
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  caller.pass(2 * DAY);
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  const { body } = await caller.list({ vin: { operator: 'eq', value: vin(1) } });
  expect(body.map(({ status }: { status: string }) => status)).toEqual(['pending', 'rejected']);
  expect((await caller.read(vin(1))).body.status).toBe('pending');
  expect(caller.simulator.ledger.repeats).toEqual([]);
  expect(caller.simulator.ledger.effectiveClearances()).toEqual({ [vin(1)]: 1 });
});
