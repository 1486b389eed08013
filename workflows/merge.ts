import type { ClearanceStatus } from '../src/domain/status';
import type { Claim } from './events';
import type { FactSource } from './messages';
import { type ActivationState, type Belief, change, type Observation } from './state';

/**
 * How facts from several sources become one belief. A reading of the provider's record is the truth,
 * unless it is older than what we know. A webhook is a claim: a legal step forward is taken, anything
 * else only raises a doubt, which the lifecycle answers with a read.
 */

/** The steps that a claim alone may take (Activation Process, "Vehicle state flow"). */
const LEGAL_STEPS: Partial<Record<ClearanceStatus, readonly ClearanceStatus[]>> = {
  pending: ['approved', 'rejected', 'canceling', 'canceled'],
  approved: ['revoking', 'revoked'],
  revoking: ['revoked'],
  canceling: ['canceled'],
};

const MAX_DELIVERIES = 100;
const MAX_HISTORY = 200;

/** Statuses in which the provider holds a clearance of this VIN. */
const OPEN: readonly ClearanceStatus[] = ['pending', 'approved'];

/** Takes over a belief and writes it down as a fact when it says something new. */
export function believe(
  state: ActivationState,
  belief: Belief,
  source: FactSource,
  at: number,
  note: string | null = null,
): ActivationState {
  const { status, reason } = state.clearance;
  const news = status !== belief.status || reason !== belief.reason || note !== null;
  const changed = status !== belief.status;
  const next = changed
    ? turnTo(state, belief, at)
    : change(state, { clearance: { ...belief, since: state.clearance.since } });
  return news ? recall(next, source, at, note) : next;
}

/** A new status: what was about the old one is over. */
function turnTo(state: ActivationState, clearance: Belief, at: number): ActivationState {
  const approved = clearance.status === 'approved';
  const data = approved ? { answer: null, since: at, checks: 0, nextAt: at } : null;
  const topics = approved ? {} : state.topics;
  return change(state, { clearance, data, topics, parked: null });
}

/** Adds a fact about the present belief to the history. */
export function recall(
  state: ActivationState,
  source: FactSource,
  at: number,
  note: string | null,
): ActivationState {
  const { status, reason, changedAt } = state.clearance;
  const fact = { at, source, status, reason, providerTime: changedAt, note };
  return change(state, { history: [...state.history, fact].slice(-MAX_HISTORY) });
}

/** Merges a reading of the provider's record; null when the provider knows no such VIN. */
export function mergeReading(
  state: ActivationState,
  reading: Observation | null,
  source: FactSource,
  at: number,
): ActivationState {
  if (!reading || isOfEarlierLife(state, reading, at)) {
    const belief = { status: 'absent', reason: null, since: at, changedAt: null, confirmed: true } as const;
    return believe(cleared(state, null), belief, source, at);
  }
  if (isStale(state, reading, at)) return cleared(state, state.heardAt);
  const belief = {
    status: reading.status,
    reason: reading.reason,
    since: Math.min(reading.changedAt ?? at, at),
    changedAt: reading.changedAt,
    confirmed: true,
  };
  // A claim that the record refutes must not keep later claims out.
  const heardAt = reading.status === state.clearance.status ? state.heardAt : null;
  return believe(cleared(adopt(state, reading, at), heardAt), belief, source, at);
}

/** The record has answered what was doubtful. */
function cleared(state: ActivationState, heardAt: number | null): ActivationState {
  return state.doubt || state.heardAt !== heardAt ? change(state, { doubt: false, heardAt }) : state;
}

/** Merges what a webhook claims. */
export function mergeClaim(state: ActivationState, claim: Claim, at: number): ActivationState {
  const { deliveryId } = claim;
  if (deliveryId !== null && state.deliveries.includes(deliveryId)) return state;
  const heard =
    deliveryId === null
      ? state
      : change(state, { deliveries: [...state.deliveries, deliveryId].slice(-MAX_DELIVERIES) });
  const { clearance } = state;
  const newest = Math.max(clearance.changedAt ?? 0, state.heardAt ?? 0);
  if (claim.providerTime !== null && claim.providerTime < newest) return heard;
  if (claim.status === clearance.status) {
    const news = claim.reason !== null && claim.reason !== clearance.reason;
    return news ? believe(heard, { ...clearance, reason: claim.reason }, 'webhook', at) : heard;
  }
  if (!state.own || !LEGAL_STEPS[clearance.status]?.includes(claim.status))
    return change(heard, { doubt: true });
  const belief = {
    status: claim.status,
    reason: claim.reason,
    since: at,
    changedAt: clearance.changedAt,
    confirmed: false,
  };
  const heardAt = claim.providerTime ?? state.heardAt;
  const nextLook = at + (state.rules?.policy.confirmAfter ?? 0);
  return believe(change(heard, { heardAt, nextLook }), belief, 'webhook', at);
}

/**
 * Whether a reading is older than what we know: the record of an earlier life of the VIN, or from before an
 * earlier change, or from before a DELETE that the provider accepted or an event that it has announced. Only the
 * provider's own times are compared with each other, because its clock and ours may differ.
 */
function isStale(state: ActivationState, reading: Observation, at: number): boolean {
  const { own, withdrawal, rules, clearance } = state;
  const { changedAt } = reading;
  const earlier = own?.earlierChange ?? null;
  if (changedAt !== null && earlier !== null && changedAt <= earlier) return true;
  if (changedAt !== null && clearance.changedAt !== null && changedAt < clearance.changedAt) return true;
  if (!rules || reading.status === clearance.status) return false;
  const { lostAfter, transitionRetry } = rules.policy;
  if (withdrawal && reading.status === withdrawal.from.status) {
    const before = withdrawal.from.changedAt;
    return (before === null || changedAt === before) && at < withdrawal.at + lostAfter;
  }
  // The record has not moved since before the webhook: it may lag behind, but not for long.
  const unmoved = changedAt !== null && changedAt === clearance.changedAt;
  return !clearance.confirmed && unmoved && at < clearance.since + transitionRetry;
}

/** The provider took our submission long ago, and still shows only what was before it: ours is lost. */
function isOfEarlierLife({ own, rules }: ActivationState, { changedAt }: Observation, at: number): boolean {
  if (!own || own.earlierChange === null || changedAt === null || !rules) return false;
  return changedAt <= own.earlierChange && at >= own.since + rules.policy.lostAfter;
}

/** A clearance that is open at the provider is ours to answer for, whoever asked for it. */
function adopt(state: ActivationState, reading: Observation, at: number): ActivationState {
  if (state.own || !OPEN.includes(reading.status)) return state;
  const since = Math.min(reading.createdAt ?? at, at);
  return change(state, { own: { since, earlierChange: null } });
}
