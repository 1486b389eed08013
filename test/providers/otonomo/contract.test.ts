import {
  CONTRACT,
  closeAll,
  connect,
  ONE,
  request,
  SHORT,
  TWO,
  uploaded,
  VEHICLES,
  workspace,
} from './harness';

/** What the client sends, against our contract of the API. */

afterEach(closeAll);

test('every request that the client can send is in the contract', async () => {
  const { client, server } = await connect({
    [`POST ${VEHICLES}`]: [
      uploaded({ [ONE]: 'Already exist', [TWO]: 'Already exist', [SHORT]: null }),
      uploaded({ [TWO]: null }),
    ],
    [`GET ${VEHICLES}`]: workspace({ [ONE]: 'Disabled', [TWO]: 'Error' }),
    [`POST ${VEHICLES}enable`]: { status: 202, body: '' },
    [`POST ${VEHICLES}disable`]: { status: 202, body: '' },
    [`POST ${VEHICLES}remove`]: { status: 204, body: '' },
    [`GET /vehicle-connectivity/${ONE}`]: {
      body: { vin: ONE, make: 'otonomo-demo', connectivity: 'supported' },
    },
  });
  await client.submit([
    request(ONE, { odometer: { value: 1_234, unit: 'kilometers' } }),
    request(TWO),
    request(SHORT),
  ]);
  await client.scan(() => {});
  await client.withdraw(ONE, 'approved');
  await client.eligibility({ vin: ONE });

  const seen = server.requests.map(({ method, url }) => `${method} ${url}`);
  expect(new Set(seen).size).toBe(7);
  for (const { method, url, body, headers } of server.requests) {
    const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
    const sent = isForm
      ? Object.fromEntries(new URLSearchParams(body))
      : body === ''
        ? undefined
        : JSON.parse(body);
    CONTRACT.expectRequestMatches(method, url, sent);
  }
});

test('the contract refuses a misspelt form, a filter that there is not, and a VIN of 15 characters', () => {
  expect(CONTRACT.requestViolations('POST', '/v1/oauth/token/', { client_id: 'a' }).join()).toContain(
    'service',
  );
  expect(CONTRACT.requestViolations('GET', `${VEHICLES}?vin=${ONE}`)).toEqual([
    'query vin is not in the contract',
  ]);
  expect(CONTRACT.requestViolations('POST', `${VEHICLES}remove`, { vins: [ONE.slice(2)] })).toHaveLength(1);
});
