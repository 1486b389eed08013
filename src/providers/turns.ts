import type { Endpoint } from '../domain/endpoint';
import { ProviderError } from './provider-error';

/** Who says when a call may be made, for all workers together. */
export interface Turns {
  /**
   * Waits for the turn of one call.
   *
   * @param by milliseconds since 1970: later than that, the call makes no sense any more.
   * @throws ProviderError `PROVIDER_BUSY` when there was no turn until then: nothing was sent.
   */
  take(endpoint: Endpoint, by: number): Promise<void>;
}

/** No budget at all: every call has its turn at once. */
export const FREELY: Turns = { take: async () => undefined };

/** The error of a call that had no turn in time. */
export function noTurn(endpoint: Endpoint, vin?: string): ProviderError {
  return new ProviderError(
    'PROVIDER_BUSY',
    `The call "${endpoint}"${vin === undefined ? '' : ` for ${vin}`} had no turn in time; nothing was sent`,
    'It is tried again by itself. If it happens often, the budget is too small for the fleet (VIN_BUDGETS).',
    vin === undefined ? {} : { vin },
  );
}
