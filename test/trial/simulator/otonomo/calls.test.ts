import { closeAll, DAY, start, VEHICLES, vin } from './support';

afterEach(closeAll);

const ONE = vin(1);

test.each([3_600, 86_400])('a token says that it lives %d seconds', async (tokenLife) => {
  const otonomo = await start({ tokenLife });
  expect((await otonomo.askToken()).body).toMatchObject({ expires_in: tokenLife, token_type: 'Bearer' });
});

test.each([
  [{ client_secret: 'wrong' }, {}],
  [{ service: 'another' }, {}],
  [{ grant_type: 'password' }, { error: 'invalid_client' }],
])('a request for a token with %j is refused with %j', async (changes, body) => {
  const otonomo = await start();
  expect(await otonomo.askToken(changes)).toMatchObject({ status: 400, body });
});

test('without a token, and with one that was taken back, nothing is answered', async () => {
  const otonomo = await start();
  expect((await otonomo.raw('GET', VEHICLES)).status).toBe(401);
  await otonomo.words();
  otonomo.simulator.revokeTokens();
  expect((await otonomo.call('GET', VEHICLES)).status).toBe(401);
});

test('a page in a browser is refused', async () => {
  const otonomo = await start();
  expect(
    (await otonomo.raw('POST', '/_simulator/makes/ford/active', {}, { origin: 'https://a.test' })).status,
  ).toBe(403);
});

test('faults come in their order, before or after the call is carried out', async () => {
  const otonomo = await start();
  await otonomo.words();
  const { simulator } = otonomo;
  simulator.setFault({ on: 'upload', kind: 'status', status: 503, body: '', retryAfter: '7' });
  simulator.setFault({ on: 'upload', kind: 'drop', commit: true });
  simulator.setFault({ on: 'list', kind: 'truncated' });
  const answer = await otonomo.raw('POST', VEHICLES, {}, {});
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
  await expect(otonomo.upload(ONE)).rejects.toThrow();
  expect(simulator.vehicles).toHaveLength(1);
  await expect(otonomo.words()).rejects.toThrow();
  expect(await otonomo.words()).toEqual({ [ONE]: 'Pending Verification' });
});

test('every lever can be pulled from outside', async () => {
  const otonomo = await start({ inactiveMakes: ['BMW'] });
  const pull = async (method: string, path: string, body?: object) =>
    (await otonomo.raw(method, `/_simulator${path}`, body)).status;
  expect(await pull('PUT', `/vehicles/${ONE}`, { expect: 'rejected after 2d' })).toBe(204);
  expect(await pull('POST', `/vehicles/${ONE}`)).toBe(204);
  expect(await otonomo.words()).toEqual({ [ONE]: 'Incomplete' });
  expect(await pull('POST', '/makes/bmw/active')).toBe(204);
  expect(await pull('POST', '/clock', { by: '2d' })).toBe(204);
  expect(await otonomo.words()).toEqual({ [ONE]: 'Error' });
  expect(await pull('POST', `/vehicles/${ONE}/state`, { state: 'enabled' })).toBe(204);
  expect(await pull('POST', `/vehicles/${ONE}/state`, { state: 'gone' })).toBe(400);
  expect(await pull('PUT', `/vehicles/${ONE}`, { life: [{ state: 'disabled', after: DAY }] })).toBe(204);
  expect(await pull('PUT', `/vehicles/${ONE}/connectivity`, { connectivity: null })).toBe(204);
  expect(await pull('PUT', '/list', { milliseconds: 1 })).toBe(204);
  expect(await pull('POST', '/faults', { on: 'list', kind: 'nonsense' })).toBe(400);
  expect(await pull('DELETE', '/faults')).toBe(204);
  expect(await pull('DELETE', '/tokens')).toBe(204);
  expect(await pull('DELETE', `/vehicles/${ONE}`)).toBe(204);
  expect(await pull('DELETE', `/vehicles/${ONE}`)).toBe(404);
  expect((await otonomo.raw('GET', '/_simulator/health')).body).toMatchObject({ status: 'ok', vehicles: 0 });
  const ledger = (await otonomo.raw('GET', '/_simulator/ledger')).body;
  expect(ledger.happenings.map(({ what }: { what: string }) => what)).toEqual([
    'uploaded',
    'incomplete',
    'verification',
    'error',
    'enabled',
  ]);
});
