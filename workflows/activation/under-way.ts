import {
  DefaultFailureConverter,
  defaultPayloadConverter,
  RetryState,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import { CallFailed } from '../contract/call-failed';
import { failureDetailsIn } from '../contract/failure-details';
import type { UnderWay } from './engine';

/** Work of Temporal's that can be told to stop. */
export function underWay<T>(work: () => Promise<T>): UnderWay<T> {
  const scope = new CancellationScope();
  return { result: scope.run(work), stop: () => scope.cancel() };
}

/**
 * The result of an activity; its failure as `CallFailed`.
 *
 * @param onEnd told when it is there, before anybody else.
 */
export async function translated<T>(result: Promise<T>, onEnd: () => void = () => undefined): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw failureOf(error);
  } finally {
    onEnd();
  }
}

/**
 * What an activity's failure means. One that was told to stop fails in more than one way (a cancellation, or the last
 * attempt's own error): in each of them its outcome is not known. Anything else than a failure of the activity is
 * a bug of ours, and goes on as it is.
 */
export function failureOf(error: unknown): unknown {
  // A local activity's own failure comes without Temporal's wrapping.
  if (!(error instanceof TemporalFailure)) return error;
  const wasCancelled = error instanceof ActivityFailure && error.retryState === RetryState.CANCEL_REQUESTED;
  const stopped = isCancellation(error) || wasCancelled;
  const timeout = error.cause instanceof TimeoutFailure ? error.cause : null;
  const under = timeout && causeOf(timeout);
  const last = applicationFailureIn(error) ?? (under && applicationFailureIn(under));
  const failed = new CallFailed(last?.message ?? deepest(error).message, {
    stopped,
    mayPass: last?.nonRetryable !== true,
    ...(last?.type && { code: last.type }),
    ...failureDetailsIn(last?.details),
    // An attempt that was under way then has told nothing but this.
    ...(timeout && { told: timeout.lastHeartbeatDetails ?? null }),
  });
  failed.cause = error;
  return failed;
}

/**
 * What the last attempt said, where the time was over before the next one: the server sends it along, and the SDK keeps it in the
 * message as it came only.
 */
function causeOf({ failure }: TimeoutFailure): Error | null {
  const cause = failure?.cause;
  return cause ? new DefaultFailureConverter().failureToError(cause, defaultPayloadConverter) : null;
}

/** The last attempt's own words, under whatever Temporal wrapped them in. */
function applicationFailureIn(error: unknown): ApplicationFailure | null {
  for (let one = error; one instanceof Error; one = one.cause)
    if (one instanceof ApplicationFailure) return one;
  return null;
}

function deepest(error: Error): Error {
  return error.cause instanceof Error ? deepest(error.cause) : error;
}
