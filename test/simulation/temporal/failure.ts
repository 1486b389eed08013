import { ApplicationFailure } from '@temporalio/common';
import { failureDetailsIn } from '../../../workflows/contract/failure-details';
import type { Failure } from './history';

/** What came of one attempt that has failed. */
export interface AttemptFailure {
  readonly failure: Failure;
  readonly nonRetryable: boolean;
  /** The wait before the next attempt that it asks for. */
  readonly nextRetryDelay: number | null;
}

const NAMED_DELAYS: Readonly<Record<string, number>> = { '1 minute': 60_000 };

/** @throws the error itself where it is none of Temporal's: a bug of the activity, which a test must see. */
export function attemptFailureOf(error: unknown, endedAt: number | null): AttemptFailure {
  if (!(error instanceof ApplicationFailure)) throw error;
  const delay = error.nextRetryDelay;
  return {
    failure: {
      message: error.message,
      stopped: false,
      mayPass: error.nonRetryable !== true,
      ...(error.type && { code: error.type }),
      ...failureDetailsIn(error.details),
      endedAt,
    },
    nonRetryable: error.nonRetryable === true,
    nextRetryDelay:
      typeof delay === 'number' ? delay : delay ? (NAMED_DELAYS[delay as string] ?? null) : null,
  };
}

/** An attempt that was lost, or an activity whose time is over: nobody knows what it has done. */
export function timedOut(what: string): AttemptFailure {
  return {
    failure: {
      message: what,
      stopped: false,
      next: null,
      wait: null,
      mayPass: true,
      told: null,
      endedAt: null,
    },
    nonRetryable: false,
    nextRetryDelay: null,
  };
}
