import { looksSoon } from './looks';
import { change, type Running } from './state';

/** Sets the time of the next look by ourselves: sooner where the provider is about to finish something. */
export function pollAgain(state: Running, at: number): Running {
  const { pollInterval, withdrawPollInterval } = state.rules.policy;
  return change(state, { nextPollAt: at + (looksSoon(state) ? withdrawPollInterval : pollInterval) });
}
