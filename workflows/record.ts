import { cut, LIMITS } from './limits';
import type { FactSource } from './messages';
import { type ActivationState, change } from './state';

/** Adds a fact about the present belief to the history. */
export function record(
  state: ActivationState,
  source: FactSource,
  at: number,
  note: string | null,
): ActivationState {
  const { status, reason, changedAt } = state.clearance;
  const fact = {
    at,
    source,
    status,
    reason,
    providerTime: changedAt,
    note: note === null ? null : cut(note),
  };
  return change(state, { history: [...state.history, fact].slice(-LIMITS.history) });
}
