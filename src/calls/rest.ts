import { ProviderError } from '../providers/provider-error';

/**
 * The same client, all of whose calls leave the provider alone while it asks for that: after a refusal that names a wait each call
 * fails unsent until the wait is over, with the time that is left.
 *
 * @param now milliseconds; a clock that only runs forward.
 */
export function withRest<C extends object>(client: C, now: () => number = () => performance.now()): C {
  let until = Number.NEGATIVE_INFINITY;
  const requireOpen = (): void => {
    if (now() >= until) return;
    const left = until - now();
    throw new ProviderError(
      'PROVIDER_RATE_LIMITED',
      `The provider asked for a pause; this call waits for another ${Math.ceil(left / 1_000)} s`,
      'It is tried again by itself when the pause is over.',
      { retryAfter: left, isUnsent: true },
    );
  };
  const around = async (call: () => Promise<unknown>): Promise<unknown> => {
    requireOpen();
    try {
      return await call();
    } catch (error) {
      const isNamed = error instanceof ProviderError && error.status !== undefined;
      if (isNamed && error.retryAfter !== undefined) until = Math.max(until, now() + error.retryAfter);
      throw error;
    }
  };
  return new Proxy(client, {
    get(target, name, receiver) {
      const part: unknown = Reflect.get(target, name, receiver);
      if (typeof part !== 'function' || name === 'close') return part;
      return (...args: unknown[]) => around(() => part.apply(target, args) as Promise<unknown>);
    },
  });
}
