import { RetryState } from '@temporalio/common';
import {
  ActivityCancellationType,
  ActivityFailure,
  type ActivityOptions,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { Endpoint } from '../src/domain/endpoint';
import type { Rules } from '../src/domain/rules';
import type { LifecycleEvent } from './events';
import type { Notice } from './notice';
import type { ActivationState, Command, CommandType, SubmitResult, Vehicle } from './state';
import { endpointQueue } from './task-queues';

/**
 * One attempt at the provider takes seconds; Temporal repeats it until there is an answer, or the policy's patience
 * is at its end. Then, and where repeating cannot help, a `command-failed` event asks for a person.
 */
const PROVIDER_CALL: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
  // Said outright, because the SDK's default is TRY_CANCEL whatever its documents say: a POST that is
  // under way must be waited for, or its clearance would be left behind.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};
const { submitClearance, readClearance, withdrawClearance } = proxyActivities<Activities>(PROVIDER_CALL);

/**
 * The first attempt of a call that travels with others. A local activity costs the server no transaction of its own,
 * but holds up its worker: so it tries once, and what does not leave within seconds goes the patient way. Its time
 * is longer than an attempt can take: it is never given up while its call is still under way.
 */
const prompt = proxyLocalActivities<Activities>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Good to know: a few attempts, so that nothing waits behind them. */
const { checkFirstData, checkEligibility } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '2 minutes',
  retry: { initialInterval: '5s', maximumAttempts: 3 },
});

/** Milliseconds. */
const NOTICE_PAUSE = 5_000;

/** People are told in the background; whatever comes of it, the activation goes on. */
const { notify } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '3 days',
  retry: { initialInterval: NOTICE_PAUSE, backoffCoefficient: 2, maximumInterval: '1 hour' },
});

const local = proxyLocalActivities<Activities>({ startToCloseTimeout: '10s' });

/** The rules of the vehicle's brand, kept in the history: a replay decides by the same rules. */
function readRules({ provider, brand }: Vehicle): Promise<Rules> {
  return local.readRules.executeWithOptions({ summary: `The rules for ${brand}` }, [{ provider, brand }]);
}

export interface CommandRunner {
  /**
   * Reads the rules of a new activation, and makes its first submission on the way: a step of the worker less than with
   * two activities, also in each replay. Throws when there are no rules for the vehicle.
   */
  begin(): Promise<LifecycleEvent>;
  /** Has a command carried out without blocking the loop; its outcome is told as an event. */
  run(command: Command): void;
  /** Has somebody told, in the background. */
  tellPeople(notice: Notice): void;
  /** Whether somebody is still being told. */
  isTelling(): boolean;
}

export function createCommandRunner(
  now: () => ActivationState,
  tell: (event: LifecycleEvent) => void,
): CommandRunner {
  const { vin, provider } = now().vehicle;
  const asking = `Ask ${provider} to clear ${vin}`;
  let submission: CancellationScope | null = null;
  /** The first attempt of the next submission was made by `begin`, and failed. */
  let triedInVain = false;
  let telling = 0;

  const queueOf = (endpoint: Endpoint): string => endpointQueue(workflowInfo().taskQueue, provider, endpoint);
  const patiently = (summary: string): ActivityOptions & { readonly summary: string } => {
    const patience = now().rules?.policy.patience;
    return { ...PROVIDER_CALL, summary, ...(patience && { scheduleToCloseTimeout: patience }) };
  };
  const runs: Record<CommandType, () => Promise<LifecycleEvent>> = {
    submit: async () => {
      submission = new CancellationScope();
      const { vehicle } = now();
      const attempt = (): Promise<SubmitResult> =>
        prompt.submitClearance.executeWithOptions({ summary: asking }, [vehicle]);
      const patient = (): Promise<SubmitResult> =>
        submitClearance.executeWithOptions(patiently(asking), [vehicle]);
      const wasTried = triedInVain;
      triedInVain = false;
      const result = await submission.run(() => (wasTried ? patient() : promptly(attempt, patient)));
      return { type: 'submitted', at: Date.now(), result };
    },
    read: async () => {
      const options = patiently(`Ask ${provider} how the clearance of ${vin} stands`);
      const clearance = await promptly(
        () => prompt.readClearance.executeWithOptions({ summary: options.summary }, [{ provider, vin }]),
        () => readClearance.executeWithOptions(options, [{ provider, vin }]),
      );
      return { type: 'observed', at: Date.now(), source: 'poll', clearance };
    },
    withdraw: async () => {
      const summary = `Ask ${provider} to end the clearance of ${vin}`;
      const options = { ...patiently(summary), taskQueue: queueOf('withdraw') };
      const answer = await withdrawClearance.executeWithOptions(options, [{ provider, vin }]);
      return { type: 'withdrawn', at: Date.now(), answer };
    },
    'check-data': async () => {
      const summary = `Ask ${provider} whether data of ${vin} flows`;
      const options = { summary, taskQueue: queueOf('data') };
      const answer = await checkFirstData.executeWithOptions(options, [{ provider, vin }]);
      return { type: 'data-checked', at: Date.now(), answer };
    },
    'check-eligibility': async () => {
      const summary = `Ask ${provider} whether ${vin} is eligible`;
      const { brand } = now().vehicle;
      const options = { summary, taskQueue: queueOf('eligibility') };
      const verdict = await checkEligibility.executeWithOptions(options, [{ provider, vin, brand }]);
      return { type: 'eligibility-checked', at: Date.now(), verdict };
    },
    'read-rules': async () => ({ type: 'rules-read', at: Date.now(), rules: await readRules(now().vehicle) }),
  };
  return {
    begin: async () => {
      const options = { summary: `The rules for ${now().vehicle.brand}. ${asking}` };
      try {
        const beginning = await prompt.beginActivation.executeWithOptions(options, [now()]);
        return { type: 'started', at: Date.now(), ...beginning };
      } catch {
        triedInVain = true;
        const rules = await readRules(now().vehicle);
        return { type: 'started', at: Date.now(), rules, submission: 'unknown' };
      }
    },
    run: (command) => {
      if (command === 'stop-submitting') submission?.cancel();
      else void runs[command]().then(tell, (error) => tell(failureOf(command, error)));
    },
    tellPeople: (notice) => {
      telling += 1;
      const summary = `Tell the ${notice.audience}: ${notice.action}`.slice(0, 200);
      const done = (): void => {
        telling -= 1;
      };
      void tellPatiently(notice, summary).then(done, done);
    },
    isTelling: () => telling > 0,
  };
}

/** The first attempt as it comes; where it fails, Temporal's retries. Not after somebody has said stop. */
async function promptly<T>(attempt: () => Promise<T>, patiently: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('Told to stop');
    return patiently();
  }
}

/** Where the receiver does not take a notice at once, it is sent again no earlier than it has asked for (docs/notices.md). */
async function tellPatiently(notice: Notice, summary: string): Promise<void> {
  try {
    await prompt.notify.executeWithOptions({ summary }, [notice]);
  } catch (error) {
    const { cause } = error as Error;
    const wait = cause instanceof ApplicationFailure ? cause.details?.[1] : undefined;
    await sleep(typeof wait === 'number' ? wait : NOTICE_PAUSE);
    await notify.executeWithOptions({ summary }, [notice]);
  }
}

/**
 * What an activity's failure means. A submission that was told to stop fails in more than one way (a
 * cancellation, or the last attempt's own error): in each of them its outcome is not known.
 */
function failureOf(command: CommandType, error: unknown): LifecycleEvent {
  const at = Date.now();
  const isOfActivity = error instanceof ActivityFailure;
  if (isCancellation(error) || (isOfActivity && error.retryState === RetryState.CANCEL_REQUESTED)) {
    return { type: 'submission-stopped', at };
  }
  if (!isOfActivity) throw error;
  const { message, next } = reasonOf(error);
  return { type: 'command-failed', at, command, message, next };
}

/** The last attempt's own words, under whatever Temporal wrapped them in. */
function reasonOf(error: Error): { message: string; next: string } {
  const own = 'Mend the cause, then resume.';
  if (error instanceof ApplicationFailure) {
    return { message: error.message, next: String(error.details?.[0] ?? own) };
  }
  const { cause } = error;
  return cause instanceof Error ? reasonOf(cause) : { message: error.message, next: own };
}
