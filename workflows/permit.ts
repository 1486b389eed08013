import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';

const { grant } = proxyActivities<Activities>({
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '1s' },
});

/**
 * The turn of one call that carries many vehicles, at an endpoint whose budget counts for all workers. It ends when
 * the endpoint's task queue has let one task through: that is how a server counts what no process can.
 */
export async function permit(endpointQueue: string): Promise<void> {
  await grant.executeWithOptions({ taskQueue: endpointQueue, summary: 'The turn of one call' }, []);
}
