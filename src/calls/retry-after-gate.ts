import type { ClearanceLister, ClearanceProvider } from '../providers/provider';
import { ProviderError } from '../providers/provider-error';

/** What a call is for. When the provider takes calls again, these come back in this order: leaving, joining, looking. */
const PURPOSES = ['withdraw', 'submit', 'read'] as const;
type Purpose = (typeof PURPOSES)[number];

/** A provider whose pauses are heeded, as it is called for one purpose. */
export type Gated<P extends ClearanceProvider = ClearanceProvider> = (purpose: Purpose) => P;

interface Pause {
  until: number;
  length: number;
}

/** The pause of each client that ends last: one for the whole process, whoever wraps the client. */
const pauses = new WeakMap<ClearanceProvider, Pause>();

/** How long each purpose has for itself after a pause: a fifth of it, at most five seconds. */
function headStart(pause: number): number {
  return Math.min(pause / 5, 5_000);
}

/**
 * A provider that has named a wait to one call is left alone by all calls of this process until then: a 429 with
 * "retry after 10s", a 503 with Retry-After, or any other reply that is no answer and says so. A
 * call before that fails at once, unsent, with the time that is left. Withdrawals come back exactly then, submissions
 * a little later, reads last. Each wait is lengthened at random, by less than `head` (activities/failures.ts).
 *
 * @param now milliseconds; a clock that only runs forward.
 */
export function withPause<P extends ClearanceProvider & Partial<ClearanceLister>>(
  provider: P,
  now: () => number = () => performance.now(),
): Gated<P> {
  const pause = pauses.get(provider) ?? { until: Number.NEGATIVE_INFINITY, length: 0 };
  pauses.set(provider, pause);

  const startOf = (purpose: Purpose): number =>
    pause.until + PURPOSES.indexOf(purpose) * headStart(pause.length);

  const heeding =
    <A extends readonly unknown[], R>(purpose: Purpose, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (now() < pause.until) throw paused(startOf(purpose) - now());
      try {
        return await call(...args);
      } catch (error) {
        const length = waitOf(error);
        if (length === undefined) throw error;
        if (now() + length > pause.until) Object.assign(pause, { until: now() + length, length });
        throw inOrder(error as ProviderError, startOf(purpose) - now());
      }
    };

  const { scan, enable } = provider;
  return (purpose) => ({
    ...provider,
    submit: heeding(purpose, (requests) => provider.submit(requests)),
    list: heeding(purpose, (filter) => provider.list(filter)),
    ...(enable && { enable: heeding(purpose, (vin: string) => enable.call(provider, vin)) }),
    withdraw: heeding(purpose, (vin) => provider.withdraw(vin)),
    firstData: heeding(purpose, (vin) => provider.firstData(vin)),
    eligibility: heeding(purpose, (vehicle) => provider.eligibility(vehicle)),
    ...(scan && { scan: heeding(purpose, (...all: Parameters<typeof scan>) => scan.apply(provider, all)) }),
    close: () => provider.close(),
  });
}

/** The wait that a reply of the provider names, in milliseconds; a wait of our own (`PROVIDER_BUSY`) is none. */
function waitOf(error: unknown): number | undefined {
  return error instanceof ProviderError && error.status !== undefined ? error.retryAfter : undefined;
}

/** The provider's own refusal, with the wait of its purpose. */
function inOrder(error: ProviderError, retryAfter: number): ProviderError {
  const { code, message, next, details, status, requestId } = error;
  return new ProviderError(code, message, next, {
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
