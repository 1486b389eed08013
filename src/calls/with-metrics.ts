import type { ErrorCode } from '../base/error-codes';
import { VinError } from '../base/errors';
import type { ClearanceLister, ClearanceProvider } from '../providers/provider';

/** What each call is called in figures: the budget's word for its endpoint, where it has one. */
const NAMES = {
  submit: 'submit',
  list: 'list',
  /** The whole list, row by row. */
  scan: 'scan',
  enable: 'enable',
  withdraw: 'withdraw',
  firstData: 'data',
  eligibility: 'eligibility',
} as const;
type Method = keyof typeof NAMES;

/** One call that was sent to a provider. It names no vehicle. */
export interface ProviderCall {
  readonly endpoint: (typeof NAMES)[Method];
  readonly milliseconds: number;
  /** The code of the error, or null for an answer that could be read. */
  readonly error: ErrorCode | null;
}

/** The same provider, which tells of each call when it has ended. */
export function withMetrics(
  provider: ClearanceProvider & ClearanceLister,
  onCall: (call: ProviderCall) => void,
): ClearanceProvider & ClearanceLister {
  const telling =
    <A extends readonly unknown[], R>(method: Method, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const begin = performance.now();
      const tell = (error: ErrorCode | null): void =>
        onCall({ endpoint: NAMES[method], milliseconds: performance.now() - begin, error });
      try {
        const answer = await call(...args);
        tell(null);
        return answer;
      } catch (error) {
        tell(error instanceof VinError ? error.code : 'UNEXPECTED');
        throw error;
      }
    };
  const { enable } = provider;
  return {
    submit: telling('submit', (requests) => provider.submit(requests)),
    list: telling('list', (filter) => provider.list(filter)),
    scan: telling('scan', (visit, options) => provider.scan(visit, options)),
    ...(enable && { enable: telling('enable', (vin: string) => enable.call(provider, vin)) }),
    withdraw: telling('withdraw', (vin) => provider.withdraw(vin)),
    firstData: telling('firstData', (vin) => provider.firstData(vin)),
    eligibility: telling('eligibility', (vehicle) => provider.eligibility(vehicle)),
    close: () => provider.close(),
  };
}
