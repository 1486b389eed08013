import { ApplicationFailure } from '@temporalio/common';
import type { Timed } from '../workflows/activation/engine';
import type { FailureDetails } from '../workflows/contract/failure-details';

type Activity = (...args: never[]) => Promise<unknown>;

/**
 * Activities as a worker registers them: each result says when it was there, by the worker's clock, and so does each failure
 * (in its detail). What a workflow could ask the SDK for the time then is not the same in a replay
 * (docs/decisions/0009-messages-are-signals.md).
 */
export function timed<A extends object>(activities: A): { [N in keyof A]: Activity } {
  const entries = Object.entries(activities).map(([name, activity]) => [name, withTime(activity)]);
  return Object.fromEntries(entries) as { [N in keyof A]: Activity };
}

function withTime(activity: Activity): Activity {
  return async (...args) => {
    try {
      const value = await activity(...args);
      return { value, endedAt: Date.now() } satisfies Timed<unknown>;
    } catch (error) {
      throw error instanceof ApplicationFailure ? failedAt(error, Date.now()) : error;
    }
  };
}

function failedAt(error: ApplicationFailure, endedAt: number): ApplicationFailure {
  const details = { ...(error.details?.[0] as FailureDetails | undefined), endedAt };
  return Object.assign(error, { details: [details] });
}
