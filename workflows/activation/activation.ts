import { ApplicationFailureCategory } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  getExternalWorkflowHandle,
  workflowInfo,
} from '@temporalio/workflow';
import { applicationOf } from '../../src/domain/application';
import { CallFailed } from '../contract/call-failed';
import { activationEnded, defleetingId, isAsking } from '../contract/defleetings';
import {
  type ActivationInput,
  type ActivationView,
  REFUSED_FOR_GOOD,
  REFUSED_WORDS,
} from '../contract/messages';
import { begin } from '../lifecycle/begin';
import { inputProblem } from '../lifecycle/read-message';
import type { Running } from '../lifecycle/state';
import { viewOf } from '../lifecycle/view';
import { goOnAfresh } from './fresh-run';
import { listen } from './handlers';
import { createRun, type RunOutcome } from './shell';
import { temporalEngine } from './temporal-engine';

/**
 * One vehicle at one provider, from onboarding to defleeting, on Temporal. What happens is in `shell.ts`, every rule is
 * in `decide`.
 *
 * Ends Completed when the provider has let go, or there was nothing to take over, and Cancelled when it was Temporal's cancellation that asked for it
 * (Completed as well where a fresh run came in between). Ends Failed, as `REFUSED_FOR_GOOD`, when the provider has said its
 * last word and nobody had asked for the end.
 */
export async function activation(input: ActivationInput): Promise<ActivationView> {
  const problem = inputProblem(input);
  if (problem !== null)
    throw ApplicationFailure.nonRetryable(`The activation cannot begin. ${problem}`, 'INPUT_INVALID');
  const engine = temporalEngine();
  const run = createRun(engine, input.carried ?? begin(input, startedAt()));
  for (const event of input.heard ?? []) run.tell(() => event);
  listen(run, engine);
  // Cancellation is one more message: nothing in here may be cut off by it.
  const { state, next, heard } = await CancellationScope.nonCancellable(async () => {
    await whatCameAlong();
    return run.live().catch(asFailure);
  });
  if (next === 'fresh run') return goOnAfresh<typeof activation>({ ...input, carried: state, heard });
  await CancellationScope.nonCancellable(() => tellDefleeting(state));
  // A run that was not asked itself cannot end Cancelled: thrown there, it would be a failure.
  if (state.defleet?.via === 'cancel' && CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('The clearance was withdrawn');
  if (!state.defleet && !state.isAdopting) throw refusedForGood(viewOf(state));
  return viewOf(state);
}

/** A defleeting that has asked waits for the end. Where it is over, or not told, nothing is lost: it looks by itself. */
async function tellDefleeting({ vehicle, messages }: Running): Promise<void> {
  if (!messages.some(({ id }) => isAsking(id))) return;
  const waiting = getExternalWorkflowHandle(defleetingId(vehicle.vin));
  await waiting.signal(activationEnded, applicationOf(vehicle)).catch(() => undefined);
}

/** Nobody asked for this end: the Temporal UI must not show it like a vehicle that has left. It is no fault of ours. */
function refusedForGood(view: ActivationView): ApplicationFailure {
  const { vin, status, reason } = view;
  return ApplicationFailure.create({
    message: `${REFUSED_WORDS}the clearance of ${vin} is ${status}${reason === null ? '' : ` (${reason})`}`,
    type: REFUSED_FOR_GOOD,
    nonRetryable: true,
    details: [view],
    category: ApplicationFailureCategory.BENIGN,
  });
}

/**
 * Not the time of the first workflow task: a worker that was lost may have begun one long before, and what it has made
 * is not of an earlier life.
 */
function startedAt(): number {
  return workflowInfo().startTime.getTime();
}

/** Until messages and a cancellation that came with the start are in the inbox: what leaves again is not submitted. */
async function whatCameAlong(): Promise<void> {
  await null;
  await null; // a cancellation takes one more turn to become a message
}

/** An activation that could not begin fails with Temporal's own failure: any other error would only be tried again. */
function asFailure(error: unknown): RunOutcome {
  throw error instanceof CallFailed ? error.cause : error;
}
