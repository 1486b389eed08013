import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { ClearanceClaim } from '../../workflows/contract/messages';
import type { MinimalActivities } from './minimal-worker';

const { submit } = proxyActivities<MinimalActivities>({ startToCloseTimeout: '1 minute' });
/** The same name as ours, so that the same gateway reaches both. */
const clearanceChanged = defineSignal<[ClearanceClaim]>('clearanceChanged');

/** The least that a workflow can do for a vehicle: send it, wait for the answer, return it. */
export async function minimal(vin: string, brand: string): Promise<string> {
  let status: string | undefined;
  setHandler(clearanceChanged, (claim) => {
    status = claim.status;
  });
  await submit(vin, brand);
  await condition(() => status !== undefined);
  return status as string;
}
