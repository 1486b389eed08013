import type { ErrorCode } from '../base/error-codes';
import { VinError } from '../base/errors';
import { aroundCalls, type CalledProvider, type CallName } from './around-calls';
import type { CallBrands } from './call-brands';

/** One call that was sent to a provider. It names no vehicle. */
export interface ProviderCall {
  readonly endpoint: CallName;
  readonly milliseconds: number;
  /** The code of the error, or null for an answer that could be read. */
  readonly error: ErrorCode | null;
  /** The brand of the catalogue that it was for, or a word of `NO_BRAND`. */
  readonly brand: string;
}

/** The same provider, which tells of each call when it has ended. */
export function withMetrics<P extends CalledProvider>(
  provider: P,
  onCall: (call: ProviderCall) => void,
  brands: Pick<CallBrands, 'brandOf'>,
): P {
  return aroundCalls(provider, async (endpoint, call, args) => {
    const brand = brands.brandOf(args);
    const begin = performance.now();
    const ended = (error: ErrorCode | null): void =>
      onCall({ endpoint, milliseconds: performance.now() - begin, error, brand });
    try {
      const answer = await call();
      ended(null);
      return answer;
    } catch (error) {
      ended(error instanceof VinError ? error.code : 'UNEXPECTED');
      throw error;
    }
  });
}
