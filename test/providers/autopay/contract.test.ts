import type { Window } from '../../../src/providers/parking';
import { openContract } from '../../contracts/contract';
import { closeAll, connect, GERMAN, NORWEGIAN, SERVICES, STAY, VEHICLES } from './harness';

/** What the client sends, against our contract of the API. */

const CONTRACT = openContract('autopay.yaml');
const CAR = { license_plate_number: 'AA12345', country_code: 'NO', created_at: '2022-06-15T12:30:00+0200' };
const WINDOW: Window = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) };

afterEach(closeAll);

test('every request that the client can send is in the contract', async () => {
  const { client, server } = await connect({
    [`GET ${VEHICLES}`]: { body: [CAR] },
    [`POST ${VEHICLES}`]: { body: CAR },
    [`DELETE ${VEHICLES}`]: { body: '' },
    [`POST ${VEHICLES}/detach`]: { body: '' },
    [`GET ${VEHICLES}/services`]: { body: [STAY] },
    [`POST ${VEHICLES}/disable_payments`]: { body: [STAY] },
    [`GET ${SERVICES}`]: [more('a/b+c='), last()],
    [`GET ${SERVICES}/by_updated_at`]: [more('d'), last()],
    [`POST ${SERVICES}/${STAY.id}/decline`]: { body: '' },
  });
  for (const plate of [NORWEGIAN, GERMAN]) {
    await client.add(plate);
    await client.detach(plate);
    await client.remove(plate);
    await client.servicesOf(plate, { window: WINDOW, running: true, type: 'PARKING' });
    await client.servicesOf(plate, { window: WINDOW });
    await client.lock(plate, { window: WINDOW, running: true, type: 'TOLL_ROAD' });
    await client.lock(plate, { window: WINDOW });
  }
  await client.vehicles();
  await client.unpaid(() => {});
  await client.updated(WINDOW, () => {});
  await client.decline(STAY.id);

  const seen = server.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`);
  expect(new Set(seen).size).toBe(10);
  for (const { method, url, body } of server.requests) {
    CONTRACT.expectRequestMatches(method, url, body === '' ? undefined : JSON.parse(body));
  }
});

test('the contract refuses what the API does not know: a field, a query, a country of three letters, a time of day without a zone', () => {
  const plate = { license_plate_number: 'AA12345', country_code: 'NO' };
  const violations = (method: string, path: string, body?: unknown) =>
    CONTRACT.requestViolations(method, path, body).join('\n');
  expect(violations('POST', VEHICLES, { ...plate, plate: 'AA12345' })).toContain('additional');
  expect(violations('POST', VEHICLES, { ...plate, country_code: 'NOR' })).toContain('/country_code');
  expect(violations('GET', `${SERVICES}/by_updated_at?from=2026-01-01T00%3A00%3A00%2B0000`)).toBe(
    'query from is not in the contract',
  );
  expect(violations('POST', `${VEHICLES}/disable_payments`, { ...plate, from: '2026-01-01' })).toContain(
    '/from',
  );
  expect(violations('GET', '/fleet/v1/vehicles')).toBe('GET /fleet/v1/vehicles is not in the contract');
});

function more(cursor: string) {
  return { body: { services: [STAY], summary: { total_results: 2, more_results: true, cursor } } };
}

function last() {
  return { body: { services: [], summary: { total_results: 2, more_results: false } } };
}
