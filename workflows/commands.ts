import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { Rules } from '../src/domain/rules';
import type { LifecycleEvent } from './events';
import type { Command, CommandType, Vehicle } from './state';

/**
 * One attempt at the provider takes seconds; Temporal repeats it until there is an answer, however long
 * that takes. What is not retryable comes back as a `command-failed` event and needs a person.
 */
const { submitClearance, readClearance, withdrawClearance } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
  // Said outright, because the SDK's default is TRY_CANCEL whatever its documents say: a POST that is
  // under way must be waited for, or its clearance would be left behind.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

const local = proxyLocalActivities<Activities>({ startToCloseTimeout: '10s' });

/** The rules of the vehicle's brand, kept in the history: a replay decides by the same rules. */
export function readRules({ provider, brand }: Vehicle): Promise<Rules> {
  return local.readRules.executeWithOptions({ summary: `The rules for ${brand}` }, [{ provider, brand }]);
}

/** Has commands carried out without blocking the loop; each tells its outcome as an event. */
export function createCommandRunner(
  vehicleNow: () => Vehicle,
  tell: (event: LifecycleEvent) => void,
): (command: Command) => void {
  const { vin, provider } = vehicleNow();
  let submission = new CancellationScope();

  const submit = async (): Promise<LifecycleEvent> => {
    submission = new CancellationScope();
    const summary = `Ask ${provider} to clear ${vin}`;
    const result = await submission.run(() =>
      submitClearance.executeWithOptions({ summary }, [vehicleNow()]),
    );
    return { type: 'submitted', at: Date.now(), result };
  };
  const read = async (): Promise<LifecycleEvent> => {
    const summary = `Ask ${provider} how the clearance of ${vin} stands`;
    const clearance = await readClearance.executeWithOptions({ summary }, [{ provider, vin }]);
    return { type: 'observed', at: Date.now(), source: 'poll', clearance };
  };
  const withdraw = async (): Promise<LifecycleEvent> => {
    const summary = `Ask ${provider} to end the clearance of ${vin}`;
    const answer = await withdrawClearance.executeWithOptions({ summary }, [{ provider, vin }]);
    return { type: 'withdrawn', at: Date.now(), answer };
  };

  const runs = { submit, read, withdraw };
  return (command) => {
    if (command === 'stop-submitting') submission.cancel();
    else
      void runs[command]()
        .catch((error) => failureOf(command, error))
        .then(tell);
  };
}

/**
 * What an activity's failure means. A submission that was told to stop fails in more than one way (a
 * cancellation, or the last attempt's own error): in each of them its outcome is not known.
 */
function failureOf(command: CommandType, error: unknown): LifecycleEvent {
  const at = Date.now();
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure && cause.nonRetryable) {
    const next = String(cause.details?.[0] ?? 'Ask for a retry once the cause is mended.');
    return { type: 'command-failed', at, command, message: cause.message, next };
  }
  return { type: 'submission-stopped', at };
}
