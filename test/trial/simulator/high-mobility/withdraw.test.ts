import { closeAll, DAY, start, vin } from './support';

afterEach(closeAll);

const HOUR = 3_600_000;

test('an approved clearance is revoked by any brand, in two steps', async () => {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand: 'tesla', tags: { depot: 'north' } });
  caller.pass(2 * DAY);
  const reply = await caller.withdraw(vin(1));
  expect(reply).toMatchObject({
    status: 200,
    body: { vin: vin(1), status: 'revoking', tags: { depot: 'north' } },
  });
  expect((await caller.read(vin(1))).body.status).toBe('revoking');
  caller.pass(HOUR);
  expect((await caller.read(vin(1))).body.status).toBe('revoked');
});

test.each([
  'mercedes-benz',
  'volkswagen',
  'audi',
  'skoda',
  'seat',
  'cupra',
  'alfaromeo',
  'citroen',
  'ds',
  'fiat',
  'jeep',
  'maserati',
  'opel',
  'peugeot',
  'vauxhall',
])('a pending %s can be canceled once it is a day old', async (brand) => {
  const caller = await start();
  caller.simulator.script(vin(1), [{ status: 'pending', after: 0 }]);
  await caller.submit({ vin: vin(1), brand });
  caller.pass(DAY - HOUR);
  expect(await caller.withdraw(vin(1))).toMatchObject({
    status: 422,
    body: {
      errors: [
        {
          title: 'too early',
          source: 'status',
          detail: "the pending status could only be canceled after 1 day it's created",
        },
      ],
    },
  });
  caller.pass(HOUR);
  expect(await caller.withdraw(vin(1))).toMatchObject({ status: 200, body: { status: 'canceling' } });
  caller.pass(HOUR);
  expect((await caller.read(vin(1))).body.status).toBe('canceled');
});

test.each(['ford', 'tesla', 'bmw', 'mini', 'renault', 'toyota', 'kia', 'volvo-cars', 'nissan', 'sandbox'])(
  'a pending %s cannot be canceled at all',
  async (brand) => {
    const caller = await start();
    caller.simulator.script(vin(1), [{ status: 'pending', after: 0 }]);
    await caller.submit({ vin: vin(1), brand });
    caller.pass(3 * DAY);
    expect(await caller.withdraw(vin(1))).toMatchObject({
      status: 422,
      body: {
        errors: [
          { title: 'not supported', source: 'vin', detail: 'cancellation is not supported for this vin' },
        ],
      },
    });
    expect((await caller.read(vin(1))).body.status).toBe('pending');
  },
);

test('a second DELETE finds the clearance in transition, and later already removed', async () => {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  caller.pass(2 * DAY);
  await caller.withdraw(vin(1));
  expect(await caller.withdraw(vin(1))).toMatchObject({
    status: 409,
    body: { errors: [{ title: 'Conflict', source: 'vin', detail: 'Clearance is in transition mode' }] },
  });
  caller.pass(HOUR);
  expect(await caller.withdraw(vin(1))).toMatchObject({
    status: 409,
    body: { errors: [{ title: 'Conflict', source: 'vin', detail: 'Clearance is already removed' }] },
  });
});

test('an approval that was due does not overtake a revocation', async () => {
  const caller = await start();
  caller.simulator.script(vin(1), [
    { status: 'approved', after: DAY },
    { status: 'approved', reason: 'again', after: 10 * 60_000 },
  ]);
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  caller.pass(DAY);
  await caller.withdraw(vin(1));
  caller.pass(DAY);
  const { changelog } = (await caller.read(vin(1))).body;
  expect(changelog.map(({ status }: { status: string }) => status)).toEqual([
    'pending',
    'approved',
    'revoking',
    'revoked',
  ]);
});

test('an older clearance that is open beside a newer one that has ended is what is withdrawn', async () => {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  caller.simulator.setStatus(vin(1), 'rejected');
  caller.simulator.addOlder({ vin: vin(1), brand: 'bmw' }, 'approved');
  const statuses = async () => (await caller.list()).body.map(({ status }: { status: string }) => status);
  expect(await statuses()).toEqual(['rejected', 'approved']);
  expect((await caller.read(vin(1))).body.status).toBe('rejected');
  expect(await caller.withdraw(vin(1))).toMatchObject({ status: 200, body: { status: 'revoking' } });
  caller.pass(DAY);
  expect(await statuses()).toEqual(['rejected', 'revoked']);
  expect((await caller.withdraw(vin(1))).status).toBe(409);
});

test('a VIN that nobody sent is a 404, for GET and for DELETE', async () => {
  const caller = await start();
  expect((await caller.withdraw(vin(9))).status).toBe(404);
  expect((await caller.read(vin(9))).status).toBe(404);
});
