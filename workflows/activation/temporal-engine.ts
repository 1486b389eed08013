import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../activities';
import { summaryOf } from '../../src/domain/markdown';
import { fingerprint } from '../contract/fingerprint';
import { endpointQueue } from '../contract/task-queues';
import { ATTEMPT, type Call, type Engine, type Timed } from './engine';
import { publish } from './publish';
import { translated, underWay } from './under-way';

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

function called<N extends keyof Activities>(
  activity: N,
  { summary, by, patience, endpoint, turnOf, retry }: Call,
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
          ...(retry.unless && { nonRetryableErrorTypes: [...retry.unless] }),
        }
      : { maximumAttempts: 1 },
    ...(patience !== undefined && { scheduleToCloseTimeout: patience }),
  };
  const proxy =
    by === 'here' ? proxyLocalActivities<Activities>(options) : proxyActivities<Activities>(options);
  const { taskQueue } = workflowInfo();
  const own = {
    summary: summaryOf(summary),
    ...(by === 'queue' && endpoint && { taskQueue: endpointQueue(taskQueue, endpoint), ...turn(turnOf) }),
  };
  // One type for all activities: each has its own arguments and result.
  const execute = proxy[activity].executeWithOptions as unknown as (
    own: { readonly summary: string },
    args: Parameters<Activities[N]>,
  ) => Promise<unknown>;
  return execute(own, args).then((result) => timedOf<Awaited<ReturnType<Activities[N]>>>(result));
}

/** The server lets the keys of a task queue take turns, where it is told to (docs/decisions/0030-turns.md). */
function turn(fleet: string | null | undefined) {
  return fleet ? { priority: { fairnessKey: fairnessKey(fleet) } } : {};
}

/** Characters, of up to four bytes each: the server takes 64 bytes. */
const LONGEST_KEY = 16;

function fairnessKey(fleet: string): string {
  return fleet.length <= LONGEST_KEY ? fleet : fingerprint(fleet);
}

/** As our workers answer (activities/timed.ts). */
function timedOf<T>(result: unknown): Timed<T> {
  const isTimed = typeof result === 'object' && result !== null && 'endedAt' in result;
  return isTimed ? (result as Timed<T>) : { value: result as T, endedAt: null };
}
