import type { LedgerHead, LedgerState } from '../contract/certificates';

/** Requests that are signed in one step: some tenths of a second. */
export const AT_ONCE = 100;

/** What a fresh run can take along of ids that have 32 characters, and far more than ever wait. */
const MOST = 20_000;

/** The ids of requests have this form; whatever else somebody types in the Temporal UI is none. */
const REQUEST = /^[0-9a-f]{32}$/;

/** The order in which certificates are signed, and the newest one. */
export interface Ledger {
  /** Takes a request in. Twice it is one; one that is signed already is found so by who signs. */
  takeIn(request: unknown): void;
  /** How many requests are not signed yet. */
  readonly waiting: number;
  /** The next requests to sign. */
  batch(): string[];
  /** They are signed, and this is the newest certificate now. */
  signed(requests: readonly string[], head: LedgerHead | null): void;
  state(): LedgerState;
}

export function createLedger(carried: LedgerState = { head: null, open: [] }): Ledger {
  let { head } = carried;
  const open = new Set(carried.open);
  return {
    takeIn(request) {
      // Who asked asks again where its request was not taken.
      if (typeof request === 'string' && REQUEST.test(request) && open.size < MOST) open.add(request);
    },
    get waiting() {
      return open.size;
    },
    batch: () => [...open].slice(0, AT_ONCE),
    signed(requests, newest) {
      head = newest;
      for (const request of requests) open.delete(request);
    },
    state: () => ({ head, open: [...open] }),
  };
}
