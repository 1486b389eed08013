import { createCalls } from '../../activities/calls';
import type { Leaving, WithdrawAnswer } from '../../src/providers/provider';
import { ProviderError, type ProviderErrorCode } from '../../src/providers/provider-error';
import { ProviderDouble } from '../support/provider-double';
import { countedSlots, vin } from './support';

const GONE: WithdrawAnswer = { outcome: 'accepted', status: null };
const failure = (code: ProviderErrorCode) => new ProviderError(code, 'no', 'Wait.');

/** A provider that takes several withdrawals in a call, and windows that end when the test says so. */
function begin(many?: (vehicles: readonly Leaving[]) => Promise<(WithdrawAnswer | null)[]>) {
  const provider = new ProviderDouble();
  const asked: string[][] = [];
  const windows: (() => void)[] = [];
  const waits: number[] = [];
  provider.withdraw = async (one) => {
    asked.push([one]);
    return GONE;
  };
  const together = many && {
    withdrawMany: (vehicles: readonly Leaving[]) => {
      asked.push(vehicles.map((one) => one.vin));
      return many(vehicles);
    },
  };
  const after = (milliseconds: number, run: () => void): void => {
    waits.push(milliseconds);
    windows.push(run);
  };
  const calls = createCalls(
    Object.assign(provider, together),
    countedSlots(),
    { size: 100, window: 2_000, after },
    false,
  );
  const withdraw = (one: number, isFirst = true): Promise<unknown> =>
    calls.withdraw({ vin: vin(one), believed: 'approved' }, isFirst).catch((error) => error.code);
  return { asked, waits, withdraw, endWindows: () => windows.splice(0).map((run) => run()) };
}

test('what leaves within the window is withdrawn together where the provider takes several, and each has its own answer', async () => {
  const { asked, waits, withdraw, endWindows } = begin(async () => [
    GONE,
    { outcome: 'absent', detail: 'unknown' },
    null,
  ]);
  const answers = Promise.all([withdraw(0), withdraw(1), withdraw(2)]);
  expect(asked).toEqual([]);
  endWindows();
  expect(await answers).toEqual([GONE, { outcome: 'absent', detail: 'unknown' }, 'PROVIDER_BUSY']);
  expect(asked).toEqual([[vin(0), vin(1), vin(2)]]);
  expect(waits).toEqual([14_000]);
});

test('where the provider takes one, each is withdrawn at once', async () => {
  const { asked, waits, withdraw } = begin();
  expect(await Promise.all([withdraw(0), withdraw(1)])).toEqual([GONE, GONE]);
  expect([asked, waits]).toEqual([[[vin(0)], [vin(1)]], []]);
});

test('what has failed once goes alone and at once: it is never in the way of the others', async () => {
  const { asked, withdraw } = begin(async () => [GONE]);
  expect(await withdraw(0, false)).toEqual(GONE);
  expect(asked).toEqual([[vin(0)]]);
});

test('one that leaves alone is no group', async () => {
  const { asked, withdraw, endWindows } = begin(() => Promise.reject(failure('UNEXPECTED' as never)));
  const answer = withdraw(0);
  endWindows();
  expect([await answer, asked]).toEqual([GONE, [[vin(0)]]]);
});

test.each<ProviderErrorCode>(['PROVIDER_FORBIDDEN', 'PROVIDER_REFUSED', 'PROVIDER_BAD_REPLY'])(
  'a call for several that ends with %s is made for each on its own: it may be about one of them',
  async (code) => {
    const { asked, withdraw, endWindows } = begin(() => Promise.reject(failure(code)));
    const answers = Promise.all([withdraw(0), withdraw(1)]);
    endWindows();
    expect(await answers).toEqual([GONE, GONE]);
    expect(asked).toEqual([[vin(0), vin(1)], [vin(0)], [vin(1)]]);
  },
);

test.each<ProviderErrorCode>(['PROVIDER_UNAVAILABLE', 'PROVIDER_RATE_LIMITED', 'PROVIDER_CREDENTIALS'])(
  'a call for several that ends with %s has failed for all, and is not made again at once',
  async (code) => {
    const { asked, withdraw, endWindows } = begin(() => Promise.reject(failure(code)));
    const answers = Promise.all([withdraw(0), withdraw(1)]);
    endWindows();
    expect(await answers).toEqual([code, code]);
    expect(asked).toEqual([[vin(0), vin(1)]]);
  },
);
