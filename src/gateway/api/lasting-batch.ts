import type { BatchReport } from '../../activations/batches';
import { VinError } from '../../base/errors';
import { inTurn } from './batch-routes';
import type { Call } from './operation';

/** Milliseconds that Temporal has for a search. */
const DEADLINE = 10_000;

/** What is said where a batch was not started. */
const NOT_BEGUN: readonly string[] = ['BATCH_ID_TAKEN', 'BATCH_TOO_LARGE'];

/**
 * Starts a batch that goes on by itself, within the share of the token.
 *
 * @throws ApiError `TOO_MANY_REQUESTS`; what starting throws.
 */
export async function withinShare(
  call: Call<unknown, unknown>,
  id: string,
  start: () => Promise<BatchReport>,
): Promise<BatchReport> {
  const place = await call.use.takeLastingBatch(id, await runningOf(call), (one) => hasEnded(call, one));
  try {
    const report = await inTurn(call, start);
    place.begun();
    return report;
  } catch (error) {
    // Where nobody has answered it may have begun all the same.
    if (error instanceof VinError && NOT_BEGUN.includes(error.code)) place.forget();
    else place.begun();
    throw error;
  }
}

/** @throws what is no answer that there is no such batch. */
export function absent(error: unknown): null {
  if (error instanceof VinError && error.code === 'BATCH_UNKNOWN') return null;
  throw error;
}

/** The batches of the token that a search shows as running, at all its applications: its share is one. */
async function runningOf({ activations, token, use, signal }: Call<unknown, unknown>): Promise<string[]> {
  const running = await use.inTurn(
    () => activations.within(DEADLINE, () => activations.batchesEverywhere.list({ running: true })),
    signal,
  );
  return running.filter((one) => one.token === token.id).map(({ id }) => id);
}

/** Whether a batch that this process has begun is over, or was never there. */
async function hasEnded(call: Call<unknown, unknown>, id: string): Promise<boolean> {
  const { activations } = call;
  const report = await inTurn(call, () =>
    activations.within(DEADLINE, () => activations.batchesEverywhere.report(id)),
  ).catch(absent);
  return report?.status !== 'running';
}
