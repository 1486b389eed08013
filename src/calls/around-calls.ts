import type { Endpoint } from '../domain/endpoint';
import type { ClearanceLister, ClearanceProvider } from '../providers/provider';

/** A provider as a worker calls it: one that it only submits to and reads from may lack the whole list. */
export type CalledProvider = ClearanceProvider & Partial<ClearanceLister>;
type Method = Exclude<keyof CalledProvider, 'close'>;

/** What each call is called: the budget's word for its endpoint, where it has one. */
const NAMES = {
  submit: 'submit',
  list: 'list',
  /** The whole list, row by row. */
  scan: 'scan',
  enable: 'enable',
  withdraw: 'withdraw',
  withdrawMany: 'withdraw',
  suspend: 'withdraw',
  firstData: 'data',
  eligibility: 'eligibility',
} as const satisfies Record<Method, Endpoint | 'scan'>;
export type CallName = (typeof NAMES)[Method];

/** The same provider, each of whose calls `around` makes, with what it was given. What it does not have it does not get. */
export function aroundCalls<P extends CalledProvider>(
  provider: P,
  around: <R>(name: CallName, call: () => Promise<R>, args: readonly unknown[]) => Promise<R>,
): P {
  const calls = Object.entries(NAMES).flatMap(([method, name]) => {
    const call = provider[method as Method] as ((...args: unknown[]) => Promise<unknown>) | undefined;
    return call
      ? [[method, (...args: unknown[]) => around(name, () => call.apply(provider, args), args)]]
      : [];
  });
  return { ...provider, ...Object.fromEntries(calls), close: () => provider.close() };
}
