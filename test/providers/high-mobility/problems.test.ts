import { closeAll, connect, failureOf, VEHICLES, VIN } from './harness';

/** The problems of an error reply, as people read them. */

afterEach(closeAll);

const LIST = `GET ${VEHICLES}`;

test.each([
  [{ title: 'Invalid', detail: 'is invalid', source: 'brand' }, 'brand: is invalid'],
  [{ title: 'Invalid', source: 'vehicles.0.vin' }, 'vehicles.0.vin: Invalid'],
  [{ title: 'Invalid', detail: 'is invalid' }, 'is invalid'],
  [{ title: 'Invalid', detail: 'VIN should be 17 characters', source: 'vin' }, 'VIN should be 17 characters'],
  [{ title: 'Invalid', detail: 'is invalid', source: { pointer: '/data' } }, 'is invalid'],
  [{ title: 'Invalid', detail: 'is\u001b[31m invalid', source: 'bra\nnd' }, 'bra nd: is [31m invalid'],
])('%j reads "%s"', async (problem, words) => {
  const { client } = await connect({ [LIST]: { status: 422, body: { errors: [problem] } } });
  expect((await failureOf(client.list())).message).toBe(
    `High Mobility answered 422: ${words} (GET /v1/fleets/vehicles).`,
  );
});

test('each of several says its own field', async () => {
  const errors = [
    { title: 'Invalid', detail: 'is invalid', source: 'brand' },
    { title: 'Invalid', detail: 'has the wrong length', source: 'vin' },
  ];
  const { client } = await connect({ [`DELETE ${VEHICLES}/${VIN}`]: { status: 422, body: { errors } } });
  expect(await client.withdraw(VIN)).toEqual({
    outcome: 'refused',
    detail: 'brand: is invalid; vin: has the wrong length',
  });
});
