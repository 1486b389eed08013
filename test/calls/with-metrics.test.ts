import { type ProviderCall, withMetrics } from '../../src/calls/with-metrics';
import type { ClearanceLister, ClearanceProvider } from '../../src/providers/provider';
import { ProviderError } from '../../src/providers/provider-error';

const VIN = 'WBA8E9G50GNT00001';

/** A provider whose every call ends in the same way; what it was asked is kept. */
function provider(end: () => Promise<unknown>) {
  const asked: unknown[][] = [];
  const answer =
    (method: string) =>
    (...args: unknown[]): Promise<never> => {
      asked.push([method, ...args]);
      return end() as Promise<never>;
    };
  const methods = ['submit', 'list', 'scan', 'read', 'withdraw', 'firstData', 'eligibility', 'close'];
  const inner = Object.fromEntries(methods.map((method) => [method, answer(method)]));
  return { inner: inner as unknown as ClearanceProvider & ClearanceLister, asked };
}

/** Each call is for the same. */
const BRANDS = { brandOf: () => 'bmw' };

const visit = () => undefined;
const CALLS: [string, (of: ClearanceProvider & ClearanceLister) => Promise<unknown>, unknown[]][] = [
  [
    'submit',
    (of) => of.submit([{ vin: VIN, brand: 'bmw', tags: {} }]),
    ['submit', [{ vin: VIN, brand: 'bmw', tags: {} }]],
  ],
  ['list', (of) => of.list({ vins: [VIN] }), ['list', { vins: [VIN] }]],
  ['scan', (of) => of.scan(visit), ['scan', visit, undefined]],
  ['withdraw', (of) => of.withdraw(VIN), ['withdraw', VIN]],
  ['data', (of) => of.firstData(VIN), ['firstData', VIN]],
  [
    'eligibility',
    (of) => of.eligibility({ vin: VIN, brand: 'bmw' }),
    ['eligibility', { vin: VIN, brand: 'bmw' }],
  ],
];

describe('a measured provider', () => {
  test.each(CALLS)(
    'tells of an answered call to %s, and hands its question and answer on',
    async (endpoint, call, question) => {
      const told: ProviderCall[] = [];
      const { inner, asked } = provider(async () => 'the answer');
      expect(await call(withMetrics(inner, (one) => told.push(one), BRANDS))).toBe('the answer');
      expect(asked).toEqual([question]);
      expect(told).toEqual([{ endpoint, milliseconds: expect.any(Number), error: null, brand: 'bmw' }]);
    },
  );

  test.each(CALLS)('tells of a failed call to %s by its code only', async (endpoint, call) => {
    const told: ProviderCall[] = [];
    const failure = new ProviderError('PROVIDER_TIMEOUT', `no answer for ${VIN}`, 'Wait.', { vin: VIN });
    const { inner } = provider(() => Promise.reject(failure));
    await expect(call(withMetrics(inner, (one) => told.push(one), BRANDS))).rejects.toBe(failure);
    expect(told).toEqual([
      { endpoint, milliseconds: expect.any(Number), error: 'PROVIDER_TIMEOUT', brand: 'bmw' },
    ]);
    expect(JSON.stringify(told)).not.toContain(VIN);
  });

  test('calls a failure without a code unexpected', async () => {
    const told: ProviderCall[] = [];
    const { inner } = provider(() => Promise.reject(new TypeError(VIN)));
    await expect(withMetrics(inner, (one) => told.push(one), BRANDS).withdraw(VIN)).rejects.toThrow(
      TypeError,
    );
    expect(told).toMatchObject([{ error: 'UNEXPECTED' }]);
  });

  test('enables a vehicle only where the provider has such a step', async () => {
    const told: ProviderCall[] = [];
    const { inner } = provider(async () => 'the answer');
    expect(withMetrics(inner, (one) => told.push(one), BRANDS)).not.toHaveProperty('enable');
    const enable = async () => ({ outcome: 'accepted' }) as const;
    await withMetrics({ ...inner, enable }, (one) => told.push(one), BRANDS).enable?.();
    expect(told).toMatchObject([{ endpoint: 'enable', error: null }]);
  });

  test('closes the provider, which is no call', async () => {
    const told: ProviderCall[] = [];
    const { inner, asked } = provider(async () => undefined);
    await withMetrics(inner, (one) => told.push(one), BRANDS).close();
    expect(asked).toEqual([['close']]);
    expect(told).toEqual([]);
  });
});
