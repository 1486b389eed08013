import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { SweepActivities } from '../activities/sweep';
import type { SweepInput, SweepSummary } from './contract/sweep-report';
import { endpointQueue } from './contract/task-queues';

const { sweepClearances } = proxyActivities<SweepActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30s',
  // Then this sweep fails, visibly, and the next one of the schedule begins again.
  scheduleToCloseTimeout: '1 hour',
  retry: { initialInterval: '10s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/**
 * Reads the provider's whole list once and tells activations what they do not know yet. One activity does it all: it
 * is one call of the list's budget, and starts over when it is repeated.
 */
export async function sweep({ provider, application, full = false }: SweepInput): Promise<SweepSummary> {
  const summary = `Compare ${full ? 'everything' : 'what has changed'} at ${provider} (${application}) with what is believed here`;
  const taskQueue = endpointQueue(workflowInfo().taskQueue, 'list');
  // The server's clock, which activations go by as well: what is read comes after it.
  const begun = Date.now();
  return sweepClearances.executeWithOptions({ summary, taskQueue }, [{ provider, application, full, begun }]);
}
