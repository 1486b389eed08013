import { matchReason } from '../../src/domain/reason';
import type { ReasonRule } from '../../src/domain/rules';
import { hasReasonRules } from '../../src/domain/status';
import type { Step } from '../contract/messages';
import { attentionOf } from './attention';
import { dataOf } from './data';
import { type ActivationState, change } from './state';
import { isPaused } from './suspension';

/** What lists show of an activation besides whose turn it is (`attention.ts`): its reason by a key, its step, and since when. */

/** The key of a reason that the catalogue does not know, or has for other statuses only. */
const UNKNOWN = 'unknown';

/** The rule for the present reason; null where there is no reason, or none that a rule could be for. */
function ruleOf({ rules, clearance: { status, reason } }: ActivationState): ReasonRule | null {
  if (!rules || !hasReasonRules(status) || (reason === null && status === 'pending')) return null;
  return matchReason(rules, status, reason);
}

/** The catalogue's key of the present reason, never the provider's words; null where there is no reason. */
export function reasonKeyOf(state: ActivationState): string | null {
  return ruleOf(state)?.id ?? (state.clearance.reason === null ? null : UNKNOWN);
}

/**
 * The step as lists show it. What a command under way is about to change is shown when it has come back: a list would else
 * change with each look, and each change is an event.
 */
export function listedStep(state: ActivationState): Exclude<Step, 'ended'> {
  const { parked, defleet, clearance, ownClearance: own, isAdopting } = state;
  if (parked) return 'parked';
  if (defleet) return 'withdrawing';
  if (isPaused(state)) return 'suspended';
  if (clearance.status === 'approved') return awaitsData(state) ? 'first-data' : 'quiet';
  return own === null && clearance.status === 'absent' && !isAdopting ? 'submitting' : 'waiting';
}

export function awaitsData(state: ActivationState): boolean {
  const data = dataOf(state);
  return data !== 'flowing' && data !== 'not-asked';
}

/** Notes the times of what lists show: of its last change, of its reason, of the approval. */
export function noted<S extends ActivationState>(before: ActivationState, after: S, at: number): S {
  const [was, is] = [before.clearance, after.clearance];
  const isOther = was.status !== is.status || was.reason !== is.reason || before.rules !== after.rules;
  const known = isOther ? withReason(before, after, at) : after;
  const isNews =
    isOther ||
    before.parked !== after.parked ||
    before.trouble?.kind !== after.trouble?.kind ||
    (before.trouble?.ownSince === null) !== (after.trouble?.ownSince === null) ||
    before.ended !== after.ended ||
    before.vehicle.brand !== after.vehicle.brand ||
    before.vehicle.fleet !== after.vehicle.fleet ||
    before.defleet !== after.defleet ||
    before.suspended !== after.suspended ||
    listedStep(before) !== listedStep(after) ||
    hasOtherTurn(before, after);
  return isNews ? change(known, { listedAt: at }) : known;
}

/** It is somebody else's turn. */
function hasOtherTurn(before: ActivationState, after: ActivationState): boolean {
  if (before.topics === after.topics && before.data === after.data && before.defleet === after.defleet)
    return false;
  return attentionOf(before)?.owner !== attentionOf(after)?.owner;
}

function withReason<S extends ActivationState>(before: ActivationState, after: S, at: number): S {
  const { status, since, reason } = after.clearance;
  const isApproval = status === 'approved' && before.clearance.status !== 'approved';
  const key = reasonKeyOf(after);
  const isSame = key === reasonKeyOf(before) && (key !== UNKNOWN || reason === before.clearance.reason);
  return change(after, {
    approvedAt: isApproval ? since : after.approvedAt,
    reasonSince: key === null ? null : isSame ? (before.reasonSince ?? at) : at,
  });
}
