import fc from 'fast-check';
import type { ProviderErrorCode } from '../../../src/providers/provider-error';
import { closeAll, connect, failureOf, VIN } from './harness';

const ROUTE = 'POST /v1/eligibility';
const BMW = { vin: VIN, brand: 'bmw' };
const problem = (source: string, title = 'Invalid input') => ({ errors: [{ title, source, detail: 'no' }] });

afterEach(closeAll);

test('one question is sent for one vehicle, and each field of the answer is read', async () => {
  const body = {
    vin: VIN,
    eligible: true,
    data_delivery: ['pull', 'push'],
    connectivity_status: 'activated',
    primary_user_assigned: false,
  };
  const { client, server } = await connect({ [ROUTE]: { body } });
  expect(await client.eligibility(BMW)).toEqual({
    verdict: 'eligible',
    dataDelivery: ['pull', 'push'],
    connectivity: 'activated',
    primaryUserAssigned: false,
  });
  expect(server.to(ROUTE).map(({ body }) => JSON.parse(body))).toEqual([BMW]);
});

test('what is optional may be missing or of another kind', async () => {
  const nothing = { dataDelivery: [], connectivity: null, primaryUserAssigned: null };
  for (const more of [
    {},
    { data_delivery: 'push', connectivity_status: 7, primary_user_assigned: 'no' },
    { data_delivery: null, connectivity_status: null, primary_user_assigned: null, news: true },
  ]) {
    const { client } = await connect({
      [ROUTE]: { body: { vin: VIN.toLowerCase(), eligible: false, ...more } },
    });
    expect(await client.eligibility(BMW)).toEqual({ verdict: 'ineligible', ...nothing });
  }
});

test.each([
  ['unknown-vin', problem('vin')],
  ['unknown-vin', { errors: [[{ title: 'Invalid input', source: 'VIN' }]] }],
  ['brand-not-enabled', problem('brand', 'brand call failed')],
] as const)('%s: a 422 that says so', async (verdict, body) => {
  const { client } = await connect({ [ROUTE]: { status: 422, body } });
  expect((await client.eligibility(BMW)).verdict).toBe(verdict);
});

test.each<[ProviderErrorCode, number, unknown]>([
  ['PROVIDER_REFUSED', 422, problem('elsewhere')],
  ['PROVIDER_BAD_REPLY', 422, '<html>'],
  ['PROVIDER_BAD_REPLY', 422, ''],
  ['PROVIDER_BAD_REPLY', 422, { error: 'Unprocessable Entity', source: 'vin', status: 422 }],
  ['PROVIDER_BAD_REPLY', 422, { errors: [{ source: 'vin' }] }],
  ['PROVIDER_BAD_REPLY', 422, [{ title: 'Invalid input', source: 'vin' }]],
  ['PROVIDER_BAD_REPLY', 200, { vin: VIN, eligible: 'yes', data_delivery: [] }],
  ['PROVIDER_BAD_REPLY', 200, { eligible: true, data_delivery: [] }],
  ['PROVIDER_BAD_REPLY', 200, { vin: 'WAUZZZ8V5KA000002', eligible: true, data_delivery: [] }],
  ['PROVIDER_BAD_REPLY', 200, '<html>'],
  ['PROVIDER_CREDENTIALS', 401, problem('Authorization')],
  ['PROVIDER_FORBIDDEN', 403, problem('Authorization')],
  ['PROVIDER_RATE_LIMITED', 429, { errors: [{ title: 'Too many requests', detail: 'retry after 7s' }] }],
  ['PROVIDER_UNAVAILABLE', 500, ''],
])('%s: %i %j says nothing of the vehicle', async (code, status, body) => {
  const { client } = await connect({ [ROUTE]: { status, body } });
  const error = await failureOf(client.eligibility(BMW));
  expect(error).toMatchObject({ code, details: { vin: VIN } });
  if (code === 'PROVIDER_RATE_LIMITED') expect(error.retryAfter).toBe(7_000);
});

test('no reply at all makes the client fail in another way than by its own errors', async () => {
  const replies: { status: number; body: unknown }[] = [];
  const { client } = await connect({ [ROUTE]: () => replies.shift() ?? { status: 500 } });
  const status = fc.constantFrom(200, 201, 204, 400, 404, 422, 500);
  await fc.assert(
    fc.asyncProperty(status, fc.oneof(fc.json(), fc.string()), async (code, body) => {
      replies.push({ status: code, body });
      const answer = await client.eligibility(BMW).catch((error: unknown) => error as Error);
      const { verdict, name } = answer as { verdict?: string; name?: string };
      expect(verdict ?? name).toMatch(
        /^(?:ProviderError|unknown-vin|brand-not-enabled|eligible|ineligible)$/,
      );
    }),
    { numRuns: 150 },
  );
});
