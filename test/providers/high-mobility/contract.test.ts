import fc from 'fast-check';
import type { ClearanceRequest } from '../../../src/domain/clearance';
import { submitBody } from '../../../src/providers/high-mobility/submission';
import { expectRequestMatches } from '../../contracts/contract';
import { closeAll, connect, TOKEN_ROUTE, tokenReply, VEHICLES, VIN } from './harness';

/** What the client sends, against our contract of the API. */

afterEach(closeAll);

const OTHER = 'WAUZZZ8V5KA000002';
const REQUESTS: ClearanceRequest[] = [
  { vin: VIN, brand: 'volkswagen', tags: { 'vw-group-customer-name': 'Acme' } },
  { vin: OTHER, brand: 'sandbox', tags: {}, odometer: { value: 12_000, unit: 'miles' } },
];

test('every request that the client can send is in the contract', async () => {
  const { client, server } = await connect({
    [TOKEN_ROUTE]: tokenReply(),
    [`POST ${VEHICLES}`]: { body: { vehicles: [] } },
    [`GET ${VEHICLES}`]: { body: [] },
    '*': { status: 404, body: { errors: [{ title: 'Not found' }] } },
  });
  await client.submit(REQUESTS);
  await client.list();
  for (const vins of [[VIN], [VIN, OTHER]]) await client.list({ vins });
  await client.withdraw(VIN);
  await client.firstData(VIN);
  await expect(client.eligibility({ vin: VIN, brand: 'bmw' })).rejects.toThrow();

  expect(server.requests).toHaveLength(8);
  for (const { method, url, body } of server.requests) {
    expectRequestMatches(method, url, body === '' ? undefined : JSON.parse(body));
  }
});

test('whatever is submitted, the body is in the contract', () => {
  const text = fc.string({ minLength: 1 });
  const request: fc.Arbitrary<ClearanceRequest> = fc.record(
    {
      vin: text,
      brand: fc.constantFrom('audi', 'bmw', 'sandbox'),
      tags: fc.dictionary(text, fc.string()),
      odometer: fc.record({ value: fc.nat(), unit: fc.constantFrom('kilometers', 'miles') }),
    },
    { requiredKeys: ['vin', 'brand', 'tags'] },
  );
  fc.assert(
    fc.property(fc.array(request, { minLength: 1 }), (requests) => {
      expectRequestMatches('POST', VEHICLES, JSON.parse(JSON.stringify(submitBody(requests))));
    }),
  );
});
