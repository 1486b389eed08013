import { type Caller, closeAll, DAY, start, vin } from './support';

afterEach(closeAll);

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Submits one vehicle and returns its status and reason after each of the given waits. */
async function watch(caller: Caller, vehicle: { vin: string }, ...waits: number[]): Promise<string[]> {
  await caller.submit(vehicle);
  const seen: string[] = [];
  for (const wait of waits) {
    caller.pass(wait);
    const { status, changelog } = (await caller.read(vehicle.vin)).body;
    seen.push([status, changelog.at(-1).reason].filter(Boolean).join(': '));
  }
  return seen;
}

test('a car of a usual brand is approved within two days', async () => {
  const seen = await watch(await start(), { vin: vin(1), brand: 'renault' } as never, DAY, DAY);
  expect(seen).toEqual(['pending', 'approved']);
});

test('a simulated car of the sandbox is approved in seconds', async () => {
  const seen = await watch(await start(), { vin: vin(1), brand: 'sandbox' } as never, 3_000, 3_000);
  expect(seen).toEqual(['pending', 'approved']);
});

test('the first virtual VIN is approved with control measures', async () => {
  const vehicle = {
    vin: '2HM00000000000001',
    brand: 'sandbox',
    control_measures: { odometer: { value: 2050, unit: 'kilometers' } },
  };
  expect(await watch(await start(), vehicle, 0, MINUTE)).toEqual(['pending', 'approved']);
});

test('the first virtual VIN is rejected without them', async () => {
  const vehicle = { vin: '2HM00000000000001', brand: 'sandbox' };
  expect(await watch(await start(), vehicle, 0, MINUTE)).toEqual(['pending', 'rejected: unspecified']);
});

test('the second virtual VIN stays pending for ever', async () => {
  const vehicle = { vin: '2HM00000000000002', brand: 'sandbox' };
  expect(await watch(await start(), vehicle, 0, 400 * DAY)).toEqual(['pending', 'pending']);
});

test('the third virtual VIN is rejected after three hours', async () => {
  const vehicle = { vin: '2HM00000000000003', brand: 'sandbox' };
  const seen = await watch(await start(), vehicle, 2.9 * HOUR, 0.2 * HOUR);
  expect(seen).toEqual(['pending', 'rejected: unspecified']);
});

test.each(['volkswagen', 'audi', 'skoda', 'seat', 'cupra'])(
  '%s is rejected without the name of the customer, and approved with it',
  async (brand) => {
    const caller = await start();
    expect(await watch(caller, { vin: vin(1), brand } as never, DAY)).toEqual([
      'rejected: customer name tag missing',
    ]);
    const tags = { 'vw-group-customer-name': 'Car Operations Ltd.' };
    expect(await watch(caller, { vin: vin(1), brand, tags } as never, DAY, DAY)).toEqual([
      'pending',
      'approved',
    ]);
  },
);

test('a Ford waits ten days for the consent of its operator, and is then rejected', async () => {
  const seen = await watch(await start(), { vin: vin(1), brand: 'ford' } as never, 9 * DAY, 2 * DAY);
  expect(seen).toEqual(['pending: consent assignment missing', 'rejected: consent assignment missing']);
});

test('the changelog shows the moment of each change in UTC without a zone, not the moment of the look', async () => {
  const caller = await start();
  const before = caller.simulator.clock.now();
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  const after = caller.simulator.clock.now();
  caller.pass(30 * DAY);
  const [pending, approved] = (await caller.read(vin(1))).body.changelog;
  expect(pending.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  const submitted = Date.parse(`${pending.timestamp}Z`);
  expect(submitted).toBeGreaterThan(before - 1_000);
  expect(submitted).toBeLessThanOrEqual(after);
  expect(Date.parse(`${approved.timestamp}Z`) - submitted).toBe(2 * DAY);
});

test('a script decides over a VIN, and over its open clearance from then on', async () => {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand: 'ford' });
  caller.simulator.script(vin(1), [
    { status: 'approved', after: 6 * HOUR },
    { status: 'revoked', reason: 'VIN is assigned to a different OEM fleet', after: DAY },
  ]);
  caller.pass(7 * HOUR);
  expect((await caller.read(vin(1))).body.status).toBe('approved');
  caller.pass(DAY);
  expect((await caller.read(vin(1))).body).toMatchObject({ status: 'revoked', changelog: { length: 3 } });
});

test('a status that is changed behind everybody’s back drops what was to come', async () => {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  expect(caller.simulator.setStatus(vin(1), 'rejected', 'invalid VIN')).toBe(true);
  caller.pass(30 * DAY);
  expect((await caller.read(vin(1))).body.changelog.at(-1)).toMatchObject({
    status: 'rejected',
    reason: 'invalid VIN',
  });
  expect(caller.simulator.setStatus(vin(2), 'rejected')).toBe(false);
});

test('a VIN can be lost, and one can appear that we never sent', async () => {
  const caller = await start();
  await caller.submit({ vin: vin(1), brand: 'bmw' });
  caller.simulator.add({ vin: vin(2), brand: 'bmw' });
  expect(caller.simulator.forget(vin(1))).toBe(true);
  expect(caller.simulator.forget(vin(1))).toBe(false);
  expect((await caller.list()).body).toMatchObject([{ vin: vin(2), status: 'pending' }]);
});
