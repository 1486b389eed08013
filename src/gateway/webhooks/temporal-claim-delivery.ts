import type { Client } from '@temporalio/client';
import { activationId, clearanceChanged } from '../../../workflows/contract/messages';
import type { ClaimDelivery } from './claim-delivery';
import { createSignals } from './signals';

export interface TemporalClaimDelivery extends ClaimDelivery {
  /** Waits for what the client still tries. To be called before its connection is closed. */
  close(): Promise<void>;
}

/**
 * Hands claims to the activations on Temporal as signals.
 *
 * @param deadline milliseconds that Temporal has to take one signal.
 */
export function createTemporalClaimDelivery(client: Client, deadline?: number): TemporalClaimDelivery {
  const signals = createSignals(client, deadline);
  return {
    deliver: ({ vin, provider, application, ...claim }) =>
      signals.send(activationId({ provider, application }, vin), clearanceChanged, claim),
    close: () => signals.close(),
  };
}
