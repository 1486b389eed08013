import fc from 'fast-check';
import { matchAnswers } from '../../../src/providers/high-mobility/submission';
import { closeAll, connect, failureOf, TOKEN, VEHICLES, VIN } from './harness';

const ROUTE = `POST ${VEHICLES}`;
const OTHER = 'WAUZZZ8V5KA000002';
const request = (vin: string) => ({ vin, brand: 'volkswagen', tags: {} });
const rows = (...vehicles: unknown[]) => ({ [ROUTE]: { body: { vehicles } } });

afterEach(closeAll);

test('sends the vehicles as the Fleet Clearance API asks, with the token', async () => {
  const { client, server } = await connect(rows());
  await client.submit([
    { vin: VIN, brand: 'volkswagen', tags: { 'vw-group-customer-name': 'Acme' } },
    { vin: OTHER, brand: 'sandbox', tags: {}, odometer: { value: 12_000, unit: 'kilometers' } },
  ]);
  const [sent] = server.to(ROUTE);
  expect(JSON.parse(sent?.body ?? '')).toEqual({
    vehicles: [
      { vin: VIN, brand: 'volkswagen', tags: { 'vw-group-customer-name': 'Acme' } },
      { vin: OTHER, brand: 'sandbox', control_measures: { odometer: { value: 12_000, unit: 'kilometers' } } },
    ],
  });
  expect(sent?.headers).toMatchObject({
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    accept: 'application/json',
  });
});

test('sends nothing when there is nothing to submit', async () => {
  const { client, server } = await connect(rows());
  expect(await client.submit([])).toEqual([]);
  expect(server.requests).toEqual([]);
});

test('sends a VIN that is asked for twice once, and answers both', async () => {
  const { client, server } = await connect(rows({ vin: VIN, status: 'pending' }));
  const answers = await client.submit([request(VIN), request(VIN.toLowerCase())]);
  expect(JSON.parse(server.to(ROUTE)[0]?.body ?? '').vehicles).toHaveLength(1);
  expect(answers).toEqual([
    { vin: VIN, outcome: 'accepted', status: 'pending', description: null },
    { vin: VIN.toLowerCase(), outcome: 'accepted', status: 'pending', description: null },
  ]);
});

test('settles each VIN on its own: accepted, refused with its words, missing', async () => {
  const { client } = await connect(
    rows(
      { vin: 'FOREIGN0000000001', status: 'pending' },
      { vin: OTHER.toLowerCase(), status: 'error', description: 'The brand is invalid' },
      { vin: VIN, status: 'Pending', tags: {}, a_new_key: [1] },
      { vin: 42, status: 'pending' },
      'not a row',
    ),
  );
  expect(await client.submit([request(VIN), request(OTHER), request('NOROW000000000003')])).toEqual([
    { vin: VIN, outcome: 'accepted', status: 'pending', description: null },
    { vin: OTHER, outcome: 'refused', description: 'The brand is invalid' },
    { vin: 'NOROW000000000003', outcome: 'missing' },
  ]);
});

test('takes a status that it does not know as accepted with an unknown status', async () => {
  const { client } = await connect(rows({ vin: VIN, status: 'queued' }));
  expect(await client.submit([request(VIN)])).toEqual([
    { vin: VIN, outcome: 'accepted', status: 'unknown', description: 'queued' },
  ]);
});

test.each([
  ['description', { description: 'customer name tag missing' }, 'customer name tag missing'],
  ['reason', { reason: 'customer name tag missing' }, 'customer name tag missing'],
  ['description before the reason', { description: 'first', reason: 'second' }, 'first'],
  ['reason, where the description is blank', { description: ' ', reason: 'second' }, 'second'],
  ['nothing', { description: 7, reason: [] }, null],
])('keeps the words of a row that says rejected: its %s', async (_, words, description) => {
  const { client } = await connect(rows({ vin: VIN, status: 'rejected', ...words }));
  expect(await client.submit([request(VIN)])).toEqual([
    { vin: VIN, outcome: 'accepted', status: 'rejected', description },
  ]);
});

test('takes the last of several rows that say the same status', async () => {
  const { client } = await connect(
    rows(
      { vin: VIN, status: 'error', description: 'first' },
      { vin: VIN, status: 'error', description: 'last' },
    ),
  );
  expect(await client.submit([request(VIN)])).toEqual([
    { vin: VIN, outcome: 'refused', description: 'last' },
  ]);
});

test('knows nothing of a VIN whose rows contradict each other', async () => {
  const { client } = await connect(rows({ vin: VIN, status: 'error' }, { vin: VIN, status: 'pending' }));
  expect(await client.submit([request(VIN)])).toEqual([{ vin: VIN, outcome: 'missing' }]);
});

test.each([
  ['no list of vehicles', { vehicle: [] }],
  ['a list', []],
  ['null', null],
])('refuses a reply that is %s', async (_, body) => {
  const { client } = await connect({ [ROUTE]: { body } });
  expect((await failureOf(client.submit([request(VIN)]))).code).toBe('PROVIDER_BAD_REPLY');
});

test('a refusal of the whole request is final and tells the words of the provider', async () => {
  const body = { errors: [{ title: 'Invalid', detail: 'vehicles is missing', source: 'vehicles' }] };
  const { client } = await connect({ [ROUTE]: { status: 422, body, headers: { 'x-request-id': 'req-7' } } });
  const error = await failureOf(client.submit([request(VIN)]));
  expect(error).toMatchObject({
    code: 'PROVIDER_REFUSED',
    status: 422,
    requestId: 'req-7',
    retryable: false,
  });
  expect(error.message).toContain('vehicles is missing');
});

test('every VIN gets exactly one answer of its own, whatever rows come back in whatever order', () => {
  const vin = fc.stringMatching(/^[A-HJ-NPR-Z0-9]{17}$/);
  const fate = fc.constantFrom('ok', 'error', 'missing', 'doubled', 'recased', 'contradicted');
  const row = (name: string, status: string) => ({ vin: name, status, description: null, reason: null });
  const rowsOf = (name: string, what: string) =>
    ({
      ok: [row(name, 'pending')],
      error: [row(name, 'error')],
      missing: [],
      doubled: [row(name, 'pending'), row(name, 'pending')],
      recased: [row(name.toLowerCase(), 'pending')],
      contradicted: [row(name, 'pending'), row(name, 'error')],
    })[what] ?? [];
  const expected = { ok: 'accepted', error: 'refused', doubled: 'accepted', recased: 'accepted' };
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.record({ vin, fate }), { maxLength: 40, selector: (one) => one.vin }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (vehicles, order) => {
        const reply = vehicles
          .flatMap((one) => rowsOf(one.vin, one.fate))
          .map((one) => ({ one, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const answers = matchAnswers(
          vehicles.map((one) => request(one.vin)),
          reply,
        );
        expect(answers.map((one) => [one.vin, one.outcome])).toEqual(
          vehicles.map((one) => [one.vin, expected[one.fate as keyof typeof expected] ?? 'missing']),
        );
      },
    ),
  );
});
