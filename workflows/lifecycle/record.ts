import type { FactSource } from '../contract/messages';
import { cut, LIMITS } from './limits';
import { type ActivationState, change, type Fact } from './state';

/** Adds a fact about the present belief to the history. */
export function record<S extends ActivationState>(
  state: S,
  source: FactSource,
  at: number,
  note: string | null,
): S {
  const { status, reason, changedAt } = state.clearance;
  const fact = {
    at,
    source,
    status,
    reason,
    providerTime: changedAt,
    note: note === null ? null : cut(note),
  };
  return change(state, { history: newest([...state.history, fact]) });
}

/** The newest facts that there is room for. */
function newest(facts: readonly Fact[]): readonly Fact[] {
  let room: number = LIMITS.historyLength;
  const isTooOld = ({ reason, note }: Fact): boolean => {
    room -= (reason?.length ?? 0) + (note?.length ?? 0);
    return room < 0;
  };
  const last = facts.findLastIndex(isTooOld);
  return facts.slice(Math.max(last + 1, facts.length - LIMITS.history));
}

/** Who sent a message, as the history says it. */
export function by(event: { readonly by: string | null }): string {
  return event.by ? ` (${event.by})` : '';
}
