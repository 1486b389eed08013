import { ProviderError } from '../providers/provider-error';
import { aroundCalls, type CalledProvider, type CallName } from './around-calls';
import { type RateLimiter, UNLIMITED } from './rate-limiter';

/** An application's provider, and who says when a call to it may go. */
export interface Gated<P extends CalledProvider = CalledProvider> {
  readonly provider: P;
  readonly limiter: RateLimiter;
}

/** How much later than withdrawals all other calls come back: a fifth of the wait, at most five seconds. */
function headStart(wait: number): number {
  return Math.min(wait / 5, 5_000);
}

/**
 * A provider that has named a wait to one call is left alone by all calls of this process until then: a 429 with
 * "retry after 10s", a 503 with Retry-After, or any other reply that is no answer and says so. Until then each call, and
 * each question for a slot, fails at once, unsent, with the time that is left. Withdrawals come back exactly then, all others a
 * little later. Each wait is lengthened at random, by less than that (activities/failures.ts).
 *
 * @param limiter who gives the slots.
 * @param now milliseconds; a clock that only runs forward.
 */
export function withRetryAfterGate<P extends CalledProvider>(
  provider: P,
  limiter: RateLimiter = UNLIMITED,
  now: () => number = () => performance.now(),
): Gated<P> {
  let closedUntil = Number.NEGATIVE_INFINITY;
  let head = 0;
  const waitOf = (call: CallName): number => closedUntil - now() + (call === 'withdraw' ? 0 : head);
  const requireOpen = (call: CallName): void => {
    if (now() < closedUntil) throw tooEarly(waitOf(call));
  };
  return {
    limiter: {
      acquire: async (endpoint, by) => {
        requireOpen(endpoint);
        await limiter.acquire(endpoint, by);
      },
      ...(limiter.isToProbe && { isToProbe: (endpoint) => limiter.isToProbe?.(endpoint) ?? false }),
    },
    provider: aroundCalls(provider, async (name, call) => {
      requireOpen(name);
      try {
        return await call();
      } catch (error) {
        const wait = namedWait(error);
        if (wait === undefined) throw error;
        if (now() + wait > closedUntil) {
          closedUntil = now() + wait;
          head = headStart(wait);
        }
        throw withWait(error as ProviderError, waitOf(name));
      }
    }),
  };
}

/** The wait that a reply of the provider names, in milliseconds; a wait of our own (`PROVIDER_BUSY`) is none. */
function namedWait(error: unknown): number | undefined {
  return error instanceof ProviderError && error.status !== undefined ? error.retryAfter : undefined;
}

/** The provider's own refusal, with the wait of its kind of call. */
function withWait(error: ProviderError, retryAfter: number): ProviderError {
  const { code, message, next, details, status, requestId } = error;
  return new ProviderError(code, message, next, {
    ...details,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    retryAfter,
  });
}

function tooEarly(retryAfter: number): ProviderError {
  return new ProviderError(
    'PROVIDER_RATE_LIMITED',
    `The provider asked for a pause; this call waits for another ${Math.ceil(retryAfter / 1_000)} s`,
    'It is tried again by itself when the pause is over.',
    { retryAfter },
  );
}
