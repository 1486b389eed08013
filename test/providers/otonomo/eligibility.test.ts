import { closeAll, connect, failureOf, ONE, TWO } from './harness';

afterEach(closeAll);

const ROUTE = `GET /vehicle-connectivity/${ONE}`;

test.each([
  ['supported', 'eligible'],
  ['Supported', 'eligible'],
  ['not supported', 'ineligible'],
  ['unsupported', 'ineligible'],
  ['perhaps', 'not-known'],
])('a connectivity that is %s is %s', async (connectivity, verdict) => {
  const { client } = await connect({ [ROUTE]: { body: { vin: ONE, make: 'otonomo-demo', connectivity } } });
  expect(await client.eligibility({ vin: ONE })).toEqual({
    verdict,
    connectivity,
    dataDelivery: [],
    primaryUserAssigned: null,
  });
});

test('a permission that is missing says nothing of the vehicle', async () => {
  const body = { detail: 'You do not have permission to perform this action.' };
  const { client } = await connect({ [ROUTE]: { status: 403, body } });
  expect(await client.eligibility({ vin: ONE })).toMatchObject({ verdict: 'not-known' });
});

test.each([
  [200, { vin: TWO, connectivity: 'supported' }, 'PROVIDER_BAD_REPLY'],
  [200, { vin: ONE }, 'PROVIDER_BAD_REPLY'],
  [403, '<html>', 'PROVIDER_FORBIDDEN'],
  [500, '', 'PROVIDER_UNAVAILABLE'],
])('%d %j is no answer', async (status, body, code) => {
  const { client } = await connect({ [ROUTE]: { status, body } });
  expect(await failureOf(client.eligibility({ vin: ONE }))).toMatchObject({ code });
});
