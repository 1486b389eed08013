import { proxyActivities } from '@temporalio/workflow';
import type { AgainActivities } from '../activities/again';
import type { AgainInput, AgainOutcome } from './contract/again';

/** Each attempt is one call to Temporal, and none to the provider. */
const { startAgain } = proxyActivities<AgainActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
});

/**
 * A vehicle that is leaving is wanted again: tries to start it until its life of now has ended by its own proof. Repeated by the
 * server, so that a vehicle that leaves for weeks costs the history nothing. Cancelled it starts nothing.
 */
export async function again(input: AgainInput): Promise<AgainOutcome> {
  const summary = `Start ${input.vin} again once it has left`;
  return startAgain.executeWithOptions({ summary }, [input]);
}
