import { looksSoon } from './plan';
import { type ActivationState, change } from './state';

/** Sets the time of the next look by ourselves: sooner where the provider is about to finish something. */
export function pollAgain(state: ActivationState, at: number): ActivationState {
  if (!state.rules) return state;
  const { pollInterval, withdrawPollInterval } = state.rules.policy;
  return change(state, { nextPollAt: at + (looksSoon(state) ? withdrawPollInterval : pollInterval) });
}
