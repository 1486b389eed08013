import { RetryState } from '@temporalio/common';
import {
  ActivityCancellationType,
  ActivityFailure,
  type ActivityOptions,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { Rules } from '../src/domain/rules';
import type { LifecycleEvent } from './events';
import type { Notice } from './notice';
import type { ActivationState, Command, CommandType, Vehicle } from './state';

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

/** Data is good to know: a few attempts, so that nothing waits behind them. */
const { checkFirstData } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '2 minutes',
  retry: { initialInterval: '5s', maximumAttempts: 3 },
});

/** People are told in the background; whatever comes of it, the activation goes on. */
const { notify } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '3 days',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '1 hour' },
});

const local = proxyLocalActivities<Activities>({ startToCloseTimeout: '10s' });

/** The rules of the vehicle's brand, kept in the history: a replay decides by the same rules. */
export function readRules({ provider, brand }: Vehicle): Promise<Rules> {
  return local.readRules.executeWithOptions({ summary: `The rules for ${brand}` }, [{ provider, brand }]);
}

export interface CommandRunner {
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
  let submission = new CancellationScope();
  let telling = 0;

  const patiently = (summary: string): ActivityOptions => {
    const patience = now().rules?.policy.patience;
    return { ...PROVIDER_CALL, summary, ...(patience && { scheduleToCloseTimeout: patience }) };
  };
  const runs: Record<CommandType, () => Promise<LifecycleEvent>> = {
    submit: async () => {
      submission = new CancellationScope();
      const options = patiently(`Ask ${provider} to clear ${vin}`);
      const result = await submission.run(() => submitClearance.executeWithOptions(options, [now().vehicle]));
      return { type: 'submitted', at: Date.now(), result };
    },
    read: async () => {
      const options = patiently(`Ask ${provider} how the clearance of ${vin} stands`);
      const clearance = await readClearance.executeWithOptions(options, [{ provider, vin }]);
      return { type: 'observed', at: Date.now(), source: 'poll', clearance };
    },
    withdraw: async () => {
      const options = patiently(`Ask ${provider} to end the clearance of ${vin}`);
      const answer = await withdrawClearance.executeWithOptions(options, [{ provider, vin }]);
      return { type: 'withdrawn', at: Date.now(), answer };
    },
    'check-data': async () => {
      const summary = `Ask ${provider} whether data of ${vin} flows`;
      const answer = await checkFirstData.executeWithOptions({ summary }, [{ provider, vin }]);
      return { type: 'data-checked', at: Date.now(), answer };
    },
    'read-rules': async () => ({ type: 'rules-read', at: Date.now(), rules: await readRules(now().vehicle) }),
  };
  return {
    run: (command) => {
      if (command === 'stop-submitting') submission.cancel();
      else
        void runs[command]()
          .catch((error) => failureOf(command, error))
          .then(tell);
    },
    tellPeople: (notice) => {
      telling += 1;
      const summary = `Tell the ${notice.audience}: ${notice.action}`.slice(0, 200);
      const done = (): void => {
        telling -= 1;
      };
      void notify.executeWithOptions({ summary }, [notice]).then(done, done);
    },
    isTelling: () => telling > 0,
  };
}

/**
 * What an activity's failure means. A submission that was told to stop fails in more than one way (a
 * cancellation, or the last attempt's own error): in each of them its outcome is not known.
 */
function failureOf(command: CommandType, error: unknown): LifecycleEvent {
  const at = Date.now();
  if (!(error instanceof ActivityFailure)) throw error;
  if (isCancellation(error) || error.retryState === RetryState.CANCEL_REQUESTED) {
    return { type: 'submission-stopped', at };
  }
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
