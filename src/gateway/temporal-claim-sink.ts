import { setTimeout } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { activationId, clearanceChanged, HIGH_MOBILITY } from '../../workflows/messages';
import { VinError } from '../errors';
import type { ClaimSink } from './claim-sink';

/** Providers wait a few seconds for an answer (Enode, for example, five): we say no before they give up. */
const DEADLINE = 4_000;

/**
 * Hands claims to the activations on Temporal as signals. A signal that the server took is durable:
 * it reaches the activation even if no worker runs at the time.
 *
 * @param deadline milliseconds that Temporal has to take one signal.
 */
export function createTemporalClaimSink(client: Client, deadline = DEADLINE): ClaimSink {
  return {
    async deliver({ vin, ...claim }) {
      const activation = client.workflow.getHandle(activationId(HIGH_MOBILITY, vin));
      const late = new AbortController();
      try {
        await Promise.race([
          client.withDeadline(Date.now() + deadline, () => activation.signal(clearanceChanged, claim)),
          // The client's own pause between two tries can go on for seconds after its deadline.
          setTimeout(deadline, undefined, { signal: late.signal }).then(() => {
            throw new VinError(
              'TEMPORAL_UNREACHABLE',
              `Temporal did not take a signal within ${deadline} ms.`,
              'Look whether the Temporal server runs; the provider will send the webhook again.',
            );
          }),
        ]);
        return 'delivered';
      } catch (error) {
        // No activation, or one that has ended: there is nobody to tell.
        if (error instanceof WorkflowNotFoundError) return 'unknown-vin';
        throw error;
      } finally {
        late.abort();
      }
    },
  };
}
