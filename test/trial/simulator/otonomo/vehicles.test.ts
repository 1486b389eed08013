import { closeAll, DAY, start, VEHICLES, vin } from './support';

afterEach(closeAll);

const [ONE, TWO, FORD] = [vin(1), vin(2), vin(3, 'WF0')];
const UNKNOWN = 'the following vin where not found under you workspace';

test.each([
  ['v2', ['Pending Verification', 'Pending Enablement', 'Enabled']],
  ['platform', ['Pending', 'Pending', 'Enabled']],
  ['v1', ['Pending', 'Pending', 'Consented']],
] as const)('a vehicle comes to be enabled, in the words of %s', async (edition, words) => {
  const otonomo = await start({ edition });
  await otonomo.upload(ONE);
  for (const word of words) {
    expect(await otonomo.words()).toEqual({ [ONE]: word });
    otonomo.pass(DAY);
  }
});

test('words may be in small letters', async () => {
  const otonomo = await start({ isSmall: true });
  await otonomo.upload(ONE);
  expect(await otonomo.words()).toEqual({ [ONE]: 'pending verification' });
});

test('an upload answers each row: 200 where all went well, and the odd 201 where one did not', async () => {
  const otonomo = await start();
  expect(await otonomo.upload(ONE)).toMatchObject({
    status: 200,
    body: { summary: { success: '1', errors: '0' }, data: [{ vin: ONE, uploadStatus: 'success' }] },
  });
  expect(await otonomo.upload(ONE, TWO)).toMatchObject({
    status: 201,
    body: {
      summary: { success: '1', errors: '1' },
      data: [{ error: 'Already exist' }, { uploadStatus: 'success' }],
    },
  });
  const short = await otonomo.odd('POST', VEHICLES, { vins: [{ vin: 'SHORT' }] });
  expect(short).toMatchObject({ status: 201, body: { data: [{ uploadStatus: 'error' }] } });
});

test.each([
  ['an upload', VEHICLES, {}],
  ['a removal', `${VEHICLES}remove`, {}],
])('%s without its field is refused by a 400 that is keyed by it', async (_, path, body) => {
  const otonomo = await start();
  expect(await otonomo.odd('POST', path, body)).toMatchObject({
    status: 400,
    body: { vins: ['This field is required.'] },
  });
});

test('the odometer is kept, and the make follows from the VIN', async () => {
  const otonomo = await start();
  await otonomo.call('POST', VEHICLES, { vins: [{ vin: FORD, odometer: '1234' }] });
  expect(otonomo.simulator.vehicles).toMatchObject([{ vin: FORD, make: 'Ford', odometer: '1234' }]);
});

test('a vehicle of a make that is not active is incomplete until the make is', async () => {
  const otonomo = await start({ inactiveMakes: ['ford'] });
  await otonomo.upload(FORD, ONE);
  otonomo.pass(3 * DAY);
  expect(await otonomo.words()).toEqual({ [FORD]: 'Incomplete', [ONE]: 'Enabled' });
  otonomo.simulator.activateMake('Ford');
  expect(await otonomo.words()).toMatchObject({ [FORD]: 'Pending Verification' });
  otonomo.pass(2 * DAY);
  expect(await otonomo.words()).toMatchObject({ [FORD]: 'Enabled' });
});

test('only what is enabled can be disabled, and only what is disabled can be enabled, through the approval once more', async () => {
  const otonomo = await start();
  await otonomo.upload(ONE);
  expect((await otonomo.act('disable', ONE)).status).toBe(403);
  otonomo.pass(2 * DAY);
  expect(await otonomo.act('enable', ONE)).toMatchObject({
    status: 403,
    body: { message: 'pending or consented vehicles cannot be consented', vins: [ONE] },
  });
  expect((await otonomo.act('disable', ONE)).status).toBe(202);
  expect(await otonomo.words()).toEqual({ [ONE]: 'Disabled' });
  expect((await otonomo.act('enable', ONE)).status).toBe(202);
  expect(await otonomo.words()).toEqual({ [ONE]: 'Pending Verification' });
});

test('where one of several vehicles is unknown the whole is refused, and nothing is done', async () => {
  const otonomo = await start();
  await otonomo.upload(ONE);
  otonomo.pass(2 * DAY);
  expect(await otonomo.act('disable', ONE, TWO)).toMatchObject({
    status: 400,
    body: { message: UNKNOWN, vins: [TWO] },
  });
  expect(await otonomo.words()).toEqual({ [ONE]: 'Enabled' });
});

test.each([
  ['refused', 403],
  ['allowed', 204],
] as const)('the removal of a pending vehicle is %s', async (pendingRemoval, status) => {
  const otonomo = await start({ pendingRemoval });
  await otonomo.upload(ONE);
  expect((await otonomo.act('remove', ONE)).status).toBe(status);
});

test.each([
  ['refused', 403],
  ['allowed', 204],
] as const)('the removal of a vehicle in error is %s as well', async (pendingRemoval, status) => {
  const otonomo = await start({ pendingRemoval });
  await otonomo.upload(ONE);
  otonomo.simulator.set(ONE, 'error');
  expect((await otonomo.act('remove', ONE)).status).toBe(status);
});

test.each(['enabled', 'disabled', 'incomplete'] as const)(
  'a vehicle that is %s can be removed, and begins anew when it comes back',
  async (state) => {
    const otonomo = await start();
    await otonomo.upload(ONE);
    otonomo.simulator.set(ONE, state);
    expect((await otonomo.act('remove', ONE)).status).toBe(204);
    expect(await otonomo.words()).toEqual({});
    expect((await otonomo.act('remove', ONE)).status).toBe(400);
    await otonomo.upload(ONE);
    expect(await otonomo.words()).toEqual({ [ONE]: 'Pending Verification' });
  },
);

test('the connectivity of a VIN is told, or may not be', async () => {
  const otonomo = await start();
  const ask = () => otonomo.call('GET', `/vehicle-connectivity/${ONE}`);
  expect(await ask()).toMatchObject({
    status: 200,
    body: { vin: ONE, make: 'BMW', connectivity: 'supported' },
  });
  otonomo.simulator.scriptConnectivity(ONE, null);
  expect((await ask()).status).toBe(403);
});
