import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  workflowInfo,
} from '@temporalio/workflow';
import { createAlarm } from './alarm';
import { createCommandRunner } from './commands';
import type { LifecycleEvent } from './events';
import { listen } from './handlers';
import { Inbox } from './inbox';
import { decide } from './lifecycle';
import { type ActivationInput, type ActivationView, HIGH_MOBILITY } from './messages';
import { publish } from './publish';
import { begin } from './state';
import { viewOf } from './view';

/**
 * One vehicle at one provider, from onboarding to defleeting. The loop takes the next message or the
 * nearest deadline, asks the lifecycle what to do, and has it done. Every rule is in `decide`.
 *
 * Ends Completed when the provider has let go (or has said its last word), and Cancelled when it was
 * Temporal's cancellation that asked for it. What a provider says never makes it Failed.
 */
export async function activation(input: ActivationInput): Promise<ActivationView> {
  let state = input.carried ?? begin(input, input.provider ?? HIGH_MOBILITY, Date.now());
  const inbox = new Inbox();
  const tell = (event: LifecycleEvent): void => inbox.put(event);
  const runner = createCommandRunner(() => state, tell);
  const alarm = createAlarm(() => tell({ type: 'deadline-reached', at: Date.now() }));
  const handle = (event: LifecycleEvent): void => {
    const decision = decide(state, event);
    state = decision.state;
    decision.notices.forEach(runner.tellPeople);
    decision.commands.forEach(runner.run);
  };
  listen(() => state, tell);
  /** Whether something is under way that a fresh run would not hear of. */
  const isBusy = (): boolean =>
    state.ended ||
    !state.rules ||
    state.inFlight !== null ||
    !inbox.isEmpty ||
    runner.isTelling() ||
    !allHandlersFinished();

  // Cancellation is one more message: nothing in here may be cut off by it.
  await CancellationScope.nonCancellable(async () => {
    if (!state.rules) {
      await whatCameAlong();
      inbox.take().forEach(handle);
      runner.begin().then(tell, (error) => inbox.fail(error));
    }
    while (!state.ended) {
      alarm.set(state.wake);
      if (inbox.isEmpty) await inbox.filled();
      inbox.take().forEach(handle);
      publish(state);
      if (!isBusy() && workflowInfo().continueAsNewSuggested)
        await continueAsNew({ ...input, carried: state });
    }
    // Who is being told must have been told: an activity does not outlive its workflow.
    if (runner.isTelling() || !allHandlersFinished())
      await condition(() => allHandlersFinished() && !runner.isTelling());
  });

  if (state.defleet?.via === 'cancel') throw new CancelledFailure('The clearance was withdrawn');
  return viewOf(state);
}

/** Until messages and a cancellation that came with the start are in the inbox: who leaves again is not submitted. */
async function whatCameAlong(): Promise<void> {
  await null;
  await null; // a cancellation takes one more turn to become a message
}
