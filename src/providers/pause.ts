import type { ClearanceProvider } from './provider';
import { ProviderError } from './provider-error';

/** What a call is for. When the provider takes calls again, these come back in this order: leaving, joining, looking. */
const PURPOSES = ['withdraw', 'submit', 'read'] as const;
type Purpose = (typeof PURPOSES)[number];

/** A provider whose pauses are heeded, as it is called for one purpose. */
export type Pausing = (purpose: Purpose) => ClearanceProvider;

/** How long each purpose has for itself after a pause: a fifth of it, at most five seconds. */
function head(pause: number): number {
  return Math.min(pause / 5, 5_000);
}

/**
 * A provider that has said "retry after 10s" to one call is left alone by all calls of this process until then: a
 * call before that fails at once, unsent, with the time that is left. Withdrawals come back exactly then, submissions
 * a little later, reads last. Each wait is lengthened by chance, by less than `head` (activities/failures.ts).
 *
 * @param now milliseconds; a clock that only runs forward.
 */
export function withPause(provider: ClearanceProvider, now: () => number = () => performance.now()): Pausing {
  /** The pause that ends last. */
  let pause = { until: Number.NEGATIVE_INFINITY, length: 0 };

  const startOf = (purpose: Purpose): number => pause.until + PURPOSES.indexOf(purpose) * head(pause.length);

  const heeding =
    <A extends readonly unknown[], R>(purpose: Purpose, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (now() < pause.until) throw paused(startOf(purpose) - now());
      try {
        return await call(...args);
      } catch (error) {
        if (!(error instanceof ProviderError) || error.code !== 'PROVIDER_RATE_LIMITED') throw error;
        const length = error.retryAfter ?? 0;
        if (now() + length > pause.until) pause = { until: now() + length, length };
        throw length > 0 ? inOrder(error, startOf(purpose) - now()) : error;
      }
    };

  return (purpose) => ({
    ...provider,
    submit: heeding(purpose, (requests) => provider.submit(requests)),
    list: heeding(purpose, (filter) => provider.list(filter)),
    read: heeding(purpose, (vin) => provider.read(vin)),
    withdraw: heeding(purpose, (vin) => provider.withdraw(vin)),
    firstData: heeding(purpose, (vin) => provider.firstData(vin)),
    eligibility: heeding(purpose, (vehicle) => provider.eligibility(vehicle)),
    close: () => provider.close(),
  });
}

/** The provider's own refusal, with the wait of its purpose. */
function inOrder(error: ProviderError, retryAfter: number): ProviderError {
  const { message, next, details, status, requestId } = error;
  return new ProviderError('PROVIDER_RATE_LIMITED', message, next, {
    ...details,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    retryAfter,
  });
}

function paused(retryAfter: number): ProviderError {
  return new ProviderError(
    'PROVIDER_RATE_LIMITED',
    `The provider asked for a pause; this call waits for another ${Math.ceil(retryAfter / 1_000)} s`,
    'It is tried again by itself when the pause is over.',
    { retryAfter },
  );
}
