import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { activationId, clearanceChanged } from '../../../workflows/contract/messages';
import { withTimeout } from '../timeout';
import type { ClaimDelivery } from './claim-delivery';

/** Providers wait a few seconds for an answer (Enode, for example, five): we say no before they give up. */
const DEADLINE = 4_000;

export interface TemporalClaimDelivery extends ClaimDelivery {
  /** Waits for what the client still tries. To be called before its connection is closed. */
  close(): Promise<void>;
}

/**
 * Hands claims to the activations on Temporal as signals. A signal that the server took is durable:
 * it reaches the activation even if no worker runs at the time.
 *
 * @param deadline milliseconds that Temporal has to take one signal.
 */
export function createTemporalClaimDelivery(client: Client, deadline = DEADLINE): TemporalClaimDelivery {
  // A retry that comes due after the connection was closed would end the process.
  const underWay = new Set<Promise<void>>();

  return {
    async deliver({ vin, provider, application, ...claim }) {
      const id = activationId({ provider, application }, vin);
      const activation = client.workflow.getHandle(id);
      const signalled = client.withDeadline(Date.now() + deadline, () =>
        activation.signal(clearanceChanged, claim),
      );
      underWay.add(signalled);
      const forget = () => underWay.delete(signalled);
      signalled.then(forget, forget);
      try {
        await withTimeout(signalled, deadline);
        return 'delivered';
      } catch (error) {
        // No activation, or one that has ended: there is nobody to tell.
        if (error instanceof WorkflowNotFoundError) return 'unknown-vin';
        throw error;
      }
    },
    async close() {
      await Promise.allSettled(underWay);
    },
  };
}
