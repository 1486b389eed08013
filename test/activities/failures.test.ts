import type { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import { failureOf } from '../../activities/failures';
import { ProviderError, type ProviderErrorCode } from '../../src/providers/provider-error';
import { failureDetailsIn } from '../../workflows/contract/failure-details';

function failure(code: ProviderErrorCode, retryAfter?: number, random?: () => number): ApplicationFailure {
  const details = retryAfter === undefined ? {} : { retryAfter };
  return failureOf(new ProviderError(code, 'What', 'Next.', details), random) as ApplicationFailure;
}

const delay = (retryAfter: number, random?: () => number): number =>
  Number(failure('PROVIDER_RATE_LIMITED', retryAfter, random).nextRetryDelay);

test.each([
  [1_000, 1_100],
  [10_000, 11_000],
  [50_000, 55_000],
  [120_000, 125_000],
  [3_600_000, 3_605_000],
])('who is asked to wait %s ms waits for that, and at random up to %s ms', (asked, most) => {
  expect(delay(asked, () => 0)).toBe(asked);
  expect(delay(asked, () => 1)).toBe(most);
});

test('nobody comes earlier than asked, whatever chance says', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 3_600_000, noNaN: true }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (asked, chance) => {
        const wait = delay(asked, () => chance);
        expect(wait).toBeGreaterThanOrEqual(asked);
        expect(wait).toBeLessThanOrEqual(Math.ceil(Math.min(asked * 1.1, asked + 5_000)));
        expect(Number.isInteger(wait)).toBe(true);
      },
    ),
  );
});

test('a thousand who were told the same do not come back in the same moment', () => {
  const waits = new Set(Array.from({ length: 1_000 }, () => delay(10_000)));
  expect(waits.size).toBeGreaterThan(100);
});

test('who is not told how long waits as Temporal has it', () => {
  expect(failure('PROVIDER_RATE_LIMITED').nextRetryDelay ?? undefined).toBeUndefined();
});

test.each(['PROVIDER_CREDENTIALS', 'PROVIDER_FORBIDDEN'] as const)(
  '%s, which a person has to mend, is tried again each minute',
  (code) => expect(failure(code).nextRetryDelay).toBe('1 minute'),
);

test('what sending again cannot help is not tried again', () => {
  expect(failure('PROVIDER_REFUSED').nonRetryable).toBe(true);
  expect(failure('PROVIDER_BUSY').nonRetryable).toBe(false);
});

test('an error of somebody else stays what it is', () => {
  const error = new TypeError('ours');
  expect(failureOf(error)).toBe(error);
});

it("tells the provider's own id of the request, by which its support finds it", () => {
  const failed = failureOf(new ProviderError('PROVIDER_REFUSED', 'What', 'Next.', { requestId: 'r-1' }));
  expect(failureDetailsIn((failed as ApplicationFailure).details)).toMatchObject({ requestId: 'r-1' });
  const nameless = failureOf(new ProviderError('PROVIDER_REFUSED', 'What', 'Next.'));
  expect(failureDetailsIn((nameless as ApplicationFailure).details)).not.toHaveProperty('requestId');
});
