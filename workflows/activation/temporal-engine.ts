import { RetryState, TemporalFailure, TimeoutFailure } from '@temporalio/common';
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../activities';
import { summaryOf } from '../../src/domain/markdown';
import { CallFailed } from '../contract/call-failed';
import { failureDetailsIn } from '../contract/failure-details';
import { endpointQueue } from '../contract/task-queues';
import { ATTEMPT, type Call, type Engine, type Timed, type UnderWay } from './engine';
import { publish } from './publish';

/** Started, scheduled, started: what a history holds when its first workflow task begins. */
const FIRST_EVENTS = 3;

/** The engine of a workflow. */
export interface TemporalEngine extends Engine {
  /** To be told of each message, at once. */
  heard(): void;
}

/** The engine of a workflow: Temporal. */
export function temporalEngine(): TemporalEngine {
  let isDue = false;
  // What the results of local activities show of the time is not the same in a replay: of two that are under way the first
  // is then given at the time of the last. So the time is that of the newest event of the history: a message, a timer,
  // the result of an activity.
  let time = Date.now();
  const tick = (): void => {
    time = Date.now();
  };
  // While a local activity is under way its worker may have the workflow task repeated. Where two tasks in a row have no
  // command, a replay takes them for one: what was heard in the first is then told at the time of the second, with its
  // suggestion, and something else may be decided. So a turn that begins a local activity has a command.
  let hasBegun = false;
  let hasCommand = false;
  // Looked at only where the history has an event for it, a message or a timer. With the result of a local activity a
  // replay shows what the next workflow task was told: it would begin the fresh run earlier than it was, and lose the
  // messages that came in between.
  const heard = (): void => {
    tick();
    isDue ||= workflowInfo().continueAsNewSuggested;
  };
  return {
    heard,
    now: () => time,
    sleep: (milliseconds, summary) => {
      hasCommand = true;
      return underWay(() => sleep(milliseconds, { summary: summaryOf(summary) }).then(heard));
    },
    call: (activity, how, ...args) => {
      hasBegun ||= how.by === 'here';
      hasCommand ||= how.by === 'queue';
      return underWay(() => translated(called(activity, how, args), how.by === 'queue' ? tick : undefined));
    },
    publish: (state) => {
      publish(state, hasBegun && !hasCommand);
      hasBegun = false;
      hasCommand = false;
    },
    isFreshRunDue: () => isDue,
    // A workflow task that was lost, or that has failed, leaves events of its own.
    wasBegunBefore: (messages) => workflowInfo().historyLength > FIRST_EVENTS + messages,
    isDoneAgain: () => workflowInfo().unsafe.isReplaying,
  };
}

function underWay<T>(work: () => Promise<T>): UnderWay<T> {
  const scope = new CancellationScope();
  return { result: scope.run(work), stop: () => scope.cancel() };
}

function called<N extends keyof Activities>(
  activity: N,
  { summary, by, patience, endpoint, retry }: Call,
  args: Parameters<Activities[N]>,
): Promise<Timed<Awaited<ReturnType<Activities[N]>>>> {
  const options = {
    startToCloseTimeout: ATTEMPT,
    // Said outright, because the SDK's default is TRY_CANCEL whatever its documents say: a POST that is
    // under way must be waited for, or its clearance would be left behind.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: retry
      ? {
          initialInterval: retry.first,
          backoffCoefficient: 2,
          maximumInterval: retry.longest,
          ...(retry.attempts !== undefined && { maximumAttempts: retry.attempts }),
        }
      : { maximumAttempts: 1 },
    ...(patience !== undefined && { scheduleToCloseTimeout: patience }),
  };
  const proxy =
    by === 'here' ? proxyLocalActivities<Activities>(options) : proxyActivities<Activities>(options);
  const { taskQueue } = workflowInfo();
  const own = {
    summary: summaryOf(summary),
    ...(by === 'queue' && endpoint && { taskQueue: endpointQueue(taskQueue, endpoint) }),
  };
  // One type for all activities: each has its own arguments and result.
  const execute = proxy[activity].executeWithOptions as unknown as (
    own: { readonly summary: string },
    args: Parameters<Activities[N]>,
  ) => Promise<unknown>;
  return execute(own, args).then((result) => timedOf<Awaited<ReturnType<Activities[N]>>>(result));
}

/** As our workers answer (activities/timed.ts). */
function timedOf<T>(result: unknown): Timed<T> {
  const isTimed = typeof result === 'object' && result !== null && 'endedAt' in result;
  return isTimed ? (result as Timed<T>) : { value: result as T, endedAt: null };
}

async function translated<T>(result: Promise<T>, onEnd: () => void = () => undefined): Promise<T> {
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
  const last = applicationFailureIn(error);
  const timeout = error.cause instanceof TimeoutFailure ? error.cause : null;
  const failed = new CallFailed(last?.message ?? deepest(error).message, {
    stopped,
    mayPass: last?.nonRetryable !== true,
    ...failureDetailsIn(last?.details),
    // An attempt that was under way then has told nothing but this.
    ...(timeout && { told: timeout.lastHeartbeatDetails ?? null }),
  });
  failed.cause = error;
  return failed;
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
