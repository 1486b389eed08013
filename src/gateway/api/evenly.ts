import { setTimeout } from 'node:timers/promises';
import { VinError } from '../../base/errors';
import type { Token } from './tokens';

/** Milliseconds. Temporal takes a few to say that it has a vehicle of others, and a few less that it has none. */
const BEAT = 100;

const UNKNOWN: readonly string[] = [
  'ACTIVATION_UNKNOWN',
  'BATCH_UNKNOWN',
  'CERTIFICATE_UNKNOWN',
  'DEFLEETING_UNKNOWN',
  'PARKING_UNKNOWN',
];

/**
 * Lets the answer "there is no such activation" (or defleeting) come on a beat after its beginning, when the token has only some of the
 * fleets: how long it took would tell whether the vehicle is absent or somebody else's.
 */
export async function evenly<T>({ fleets }: Token, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } catch (error) {
    if (fleets !== '*' && error instanceof VinError && UNKNOWN.includes(error.code)) {
      const took = performance.now() - begun;
      await setTimeout(Math.ceil(took / BEAT) * BEAT - took);
    }
    throw error;
  }
}
