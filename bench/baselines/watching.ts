import { CancellationScope, condition, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { Seen, WatchingActivities } from './watching-activities';

const { submit, read, withdraw, notify } = proxyActivities<WatchingActivities>({
  startToCloseTimeout: '1 minute',
});
const { awaitChange: awaitHourly } = proxyActivities<WatchingActivities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 hour', backoffCoefficient: 1 },
  cancellationType: 'TRY_CANCEL',
});
/** For the check of the counting, which has no hours. */
const { awaitChange: awaitQuickly } = proxyActivities<WatchingActivities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  cancellationType: 'TRY_CANCEL',
});

const DAY = 24 * 60 * 60 * 1_000;

/** Looks every hour, and sleeps in between. Tells people of a reason that has lasted for a day. */
export async function timerPolling(vin: string, every: '1 hour' | '1 second'): Promise<Seen> {
  let seen = await submit(vin);
  let since = Date.now();
  let told = false;
  try {
    while (seen.status === 'pending') {
      await sleep(every);
      const now = await read(vin);
      if (now.reason !== seen.reason) {
        since = Date.now();
        told = false;
      }
      seen = now;
      if (seen.reason && !told && Date.now() - since >= DAY) {
        await notify(vin, seen.reason);
        told = true;
      }
    }
    return seen;
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => end(vin));
    throw error;
  }
}

/** The same, but the server repeats one activity until something has changed. */
export async function serverRetrying(vin: string, every: '1 hour' | '1 second'): Promise<Seen> {
  const awaitChange = every === '1 hour' ? awaitHourly : awaitQuickly;
  let seen = await submit(vin);
  try {
    while (seen.status === 'pending') {
      let next: Seen | undefined;
      const watching = awaitChange(vin, seen).then((change) => {
        next = change;
      });
      // A cancellation is heard of below, wherever it comes from.
      watching.catch(() => undefined);
      if (seen.reason && !(await condition(() => next !== undefined, '1 day')))
        await notify(vin, seen.reason);
      await watching;
      seen = next ?? seen;
    }
    return seen;
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => end(vin));
    throw error;
  }
}

async function end(vin: string): Promise<void> {
  await withdraw(vin);
  do await sleep('1 hour');
  while ((await read(vin)).status !== 'canceled');
}
