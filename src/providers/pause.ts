import type { ClearanceProvider } from './provider';
import { ProviderError } from './provider-error';

/** Who goes first when the provider takes calls again, a second apart: who leaves, who joins, who looks. */
const ORDER = { withdraw: 0, submit: 1, list: 2, read: 2, firstData: 2, eligibility: 2 } as const;
type Method = keyof typeof ORDER;

/**
 * A provider that has said "retry after 10s" to one call is left alone by all calls of this process until then:
 * a call before that fails at once, unsent, with the time that is left. Withdrawals come back first.
 *
 * @param now milliseconds; a clock that only runs forward.
 */
export function withPause(
  provider: ClearanceProvider,
  now: () => number = () => performance.now(),
): ClearanceProvider {
  let until = Number.NEGATIVE_INFINITY;

  const heeding =
    <A extends readonly unknown[], R>(method: Method, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const rest = until + ORDER[method] * 1_000 - now();
      if (until > now()) throw paused(rest);
      try {
        return await call(...args);
      } catch (error) {
        if (error instanceof ProviderError && error.code === 'PROVIDER_RATE_LIMITED') {
          until = Math.max(until, now() + (error.retryAfter ?? 0));
        }
        throw error;
      }
    };
  return {
    ...provider,
    submit: heeding('submit', (requests) => provider.submit(requests)),
    list: heeding('list', (filter) => provider.list(filter)),
    read: heeding('read', (vin) => provider.read(vin)),
    withdraw: heeding('withdraw', (vin) => provider.withdraw(vin)),
    firstData: heeding('firstData', (vin) => provider.firstData(vin)),
    eligibility: heeding('eligibility', (vehicle) => provider.eligibility(vehicle)),
    close: () => provider.close(),
  };
}

function paused(retryAfter: number): ProviderError {
  return new ProviderError(
    'PROVIDER_RATE_LIMITED',
    `The provider asked for a pause; this call waits for another ${Math.ceil(retryAfter / 1_000)} s`,
    'It is tried again by itself when the pause is over.',
    { retryAfter },
  );
}
