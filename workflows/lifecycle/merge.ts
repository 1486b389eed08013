import { isToEnable } from '../../src/domain/reason';
import type { Rules } from '../../src/domain/rules';
import { type ClearanceStatus, hasEnded, isLeaving, isOpen } from '../../src/domain/status';
import { textKey } from '../../src/domain/text-key';
import type { FactSource } from '../contract/messages';
import type { Claim } from './events';
import { cut, LIMITS } from './limits';
import { judgedAnew } from './parking';
import { record } from './record';
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

const DAY = 86_400_000;

/** The provider's word for "no reason given" (Activation Process): it takes away no words that we have. */
const WORDLESS = 'unspecified';

/** Takes over a belief and writes it down as a fact when it says something new. */
export function believe(
  state: ActivationState,
  belief: Belief,
  source: FactSource,
  at: number,
  note: string | null = null,
): ActivationState {
  const { status, reason } = state.clearance;
  const bounded = belief.reason === null ? belief : { ...belief, reason: cut(belief.reason) };
  const changed = status !== bounded.status;
  const news = changed || reason !== bounded.reason || note !== null;
  const next = changed
    ? turnTo(state, bounded, at)
    : change(state, {
        clearance: { ...bounded, since: state.clearance.since },
        ...judgedAnew(state, bounded.reason),
      });
  return news ? record(next, source, at, note) : next;
}

/** A new status: what was about the old one is over. */
function turnTo(state: ActivationState, clearance: Belief, at: number): ActivationState {
  const approved = clearance.status === 'approved';
  const data = approved ? { answer: null, since: at, checks: 0, nextAt: at } : null;
  // For a vehicle that leaves, an approval is no good news: what people wait for goes on.
  const topics = approved && !state.defleet ? {} : state.topics;
  const { rules, ownClearance: own } = state;
  const isDisabled = state.clearance.status === 'approved' && rules !== null && isToEnable(rules, clearance);
  const marked = isDisabled && own ? { ownClearance: { ...own, isDisabled } as const } : {};
  return change(state, { clearance, data, topics, parked: null, ...marked });
}

/**
 * Merges a reading of the provider's record; null when the provider knows no such VIN.
 *
 * @param begun a time before the reading began, on the server's clock; null where that is not known.
 */
export function mergeReading(
  before: ActivationState,
  reading: Observation | null,
  source: FactSource,
  at: number,
  begun: number | null,
): ActivationState {
  const state = refuted(before, reading, begun);
  if (!reading || isOfEarlierLife(state, reading, at)) {
    // A list that shows the vehicle, and nothing of our request, is not empty by a fault.
    const since = reading && state.sent ? state.sent.at : at;
    const absentSince = Math.min(state.absentSince ?? at, since);
    const known = state.defleet ? answeredFor(state, at) : state;
    const read = seenAs(change(cleared(known, null), { absentSince, staleSince: null }), false, begun);
    return isRefused(read) ? read : believe(read, { ...ABSENT, since: at }, source, at);
  }
  if (isStale(state, reading, at)) {
    const stale = change(cleared(state, state.newestClaimAt), { staleSince: state.staleSince ?? at });
    // It may be old, and is no proof that nothing is open; that something is, it may be.
    return isOpen(reading.status) ? seenAs(stale, true, begun) : stale;
  }
  // A refused submission has no record: one that has ended is of an earlier life of the VIN.
  const shown = change(state, { absentSince: null, staleSince: null });
  if (isRefused(state) && !isOpen(reading.status)) return seenAs(cleared(shown, null), false, begun);
  const { clearance } = state;
  const belief = {
    status: reading.status,
    reason: wordsOf(reading, clearance),
    since: Math.min(reading.statusSince ?? reading.changedAt ?? at, at),
    changedAt: reading.changedAt,
    confirmed: true,
  };
  // A claim that the record refutes must not keep later claims out.
  const newestClaimAt = reading.status === clearance.status ? state.newestClaimAt : null;
  const sent = answers(state, reading, at) ? null : state.sent;
  const ours = change(adopt(cleared(shown, newestClaimAt), reading, at), { sent });
  return believe(seenAs(ours, isOpen(reading.status), begun), belief, source, at);
}

/**
 * Whether a record shows what has become of the request that was sent last. One that has ended may be of an earlier life:
 * the clearance of our request may still come to light beside it.
 */
function answers(
  { sent, rules }: ActivationState,
  { status, changedAt, createdAt }: Observation,
  at: number,
): boolean {
  if (!sent) return true;
  // Where two requests may have arrived, the row of one says nothing of the other.
  if (sent.isDouble) return rules !== null && at >= sent.at + rules.policy.lostAfter;
  if (isOpen(status)) return true;
  if (!sent.seen || isOlderThan(sent.at, changedAt)) return false;
  if (!sent.seen.any) return true;
  // A row that was there before the request may have ended since.
  const begun = createdAt ?? changedAt ?? Number.NEGATIVE_INFINITY;
  return begun > (sent.seen.newest ?? Number.NEGATIVE_INFINITY);
}

/**
 * Whether a record had its last change before a request of ours, so that it is of an earlier life whatever the list showed
 * then: by two days, because the provider's clock and ours may differ, and its times may be no more than days.
 */
function isOlderThan(requestedAt: number, changedAt: number | null): boolean {
  return changedAt !== null && changedAt < requestedAt - 2 * DAY;
}

const ABSENT = { status: 'absent', reason: null, changedAt: null, confirmed: true } as const;

/** The provider refused the last submission, so that nothing of ours is there. */
function isRefused({ clearance, ownClearance: own }: ActivationState): boolean {
  return own !== null && clearance.status === 'error' && clearance.changedAt === null;
}

/** A reading without words takes away none that were given for the same status. */
function wordsOf(reading: Observation, { status, reason }: Belief): string | null {
  const isWordless = reading.reason === null || textKey(reading.reason) === '';
  if (status !== reading.status || reason === null) return isWordless ? null : reading.reason;
  const saysLess = isWordless || (textKey(reading.reason ?? '') === WORDLESS && textKey(reason) !== '');
  return saysLess ? reason : reading.reason;
}

/**
 * A reading that shows the clearance open refutes a DELETE's answer that there was none, and, where it is not on its way out,
 * that the DELETE was taken.
 */
function refuted(state: ActivationState, reading: Observation | null, begun: number | null): ActivationState {
  if (!reading || !isOpen(reading.status)) return state;
  const known = state.deniedAt === null ? state : change(state, { deniedAt: null });
  const { withdrawal } = known;
  const isUntouched =
    !isLeaving(reading.status) && withdrawal !== null && (begun ?? withdrawal.at) >= withdrawal.at;
  return isUntouched && !withdrawal.isRefuted
    ? change(known, { withdrawal: { ...withdrawal, isRefuted: true } })
    : known;
}

/** Keeps what the newest reading proves. */
function seenAs(state: ActivationState, open: boolean, begun: number | null): ActivationState {
  const { lastReading } = state;
  if (begun === null) return open && lastReading ? change(state, { lastReading: null }) : state;
  // Of two readings that contradict each other the later is no proof either.
  if (lastReading && begun < lastReading.begun) return open ? change(state, { lastReading: null }) : state;
  return change(state, { lastReading: { begun, isOpen: open } });
}

/** The record has answered what was doubtful. */
function cleared(state: ActivationState, newestClaimAt: number | null): ActivationState {
  return state.needsRead || state.newestClaimAt !== newestClaimAt
    ? change(state, { needsRead: false, newestClaimAt })
    : state;
}

/** Merges what a webhook claims. */
export function mergeClaim(state: ActivationState, claim: Claim, at: number): ActivationState {
  const deliveryId = claim.deliveryId === null ? null : cut(claim.deliveryId, LIMITS.id);
  if (deliveryId !== null && state.deliveries.includes(deliveryId)) return state;
  const heard =
    deliveryId === null
      ? state
      : change(state, { deliveries: [...state.deliveries, deliveryId].slice(-LIMITS.deliveries) });
  const { clearance, ownClearance: own } = state;
  const doubted = (): ActivationState => (heard.needsRead ? heard : change(heard, { needsRead: true }));
  const newest = Math.max(clearance.changedAt ?? 0, state.newestClaimAt ?? 0);
  const isOld = claim.providerTime !== null && claim.providerTime < newest;
  if (claim.status === clearance.status) {
    const news = !isOld && claim.reason !== null && claim.reason !== clearance.reason;
    return news ? believe(heard, { ...clearance, reason: claim.reason }, 'webhook', at) : heard;
  }
  if (isOld || isBeforeOurs(state, claim.providerTime)) return doubted();
  if (!own || !LEGAL_STEPS[clearance.status]?.includes(claim.status)) return doubted();
  const belief = {
    status: claim.status,
    reason: claim.reason,
    since: at,
    changedAt: clearance.changedAt,
    confirmed: false,
  };
  const newestClaimAt = claim.providerTime ?? state.newestClaimAt;
  const nextPollAt = at + (state.rules?.policy.confirmAfter ?? 0);
  return believe(change(heard, { newestClaimAt, nextPollAt }), belief, 'webhook', at);
}

/** Whether a claim is of an earlier life of the VIN: clocks may differ by a day, bodies can be sent again for ever. */
function isBeforeOurs({ ownClearance: own }: ActivationState, providerTime: number | null): boolean {
  if (!own || providerTime === null) return false;
  const isOfEarlier = own.earlierChange !== null && providerTime <= own.earlierChange;
  return isOfEarlier || providerTime < own.since - DAY;
}

/**
 * Whether a reading is older than what we know: the record of an earlier life of the VIN, or from before an
 * earlier change, or from before a DELETE that the provider accepted or an event that it has announced. Only the
 * provider's own times are compared with each other, because its clock and ours may differ. No reading stays stale
 * for ever: a provider may have been restored from a backup.
 */
function isStale(state: ActivationState, reading: Observation, at: number): boolean {
  const { withdrawal, rules, clearance, staleSince } = state;
  const { changedAt } = reading;
  if (rules && staleSince !== null && at >= staleSince + patienceWith(reading, state.defleet, rules))
    return false;
  if (isFromBefore(state, reading)) return true;
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

/** How long an older record is not believed. Where the vehicle leaves, a DELETE too many costs less than access that stays. */
function patienceWith(reading: Observation, defleet: ActivationState['defleet'], { policy }: Rules): number {
  const { transitionRetry, lostAfter } = policy;
  return defleet && isOpen(reading.status) ? Math.min(transitionRetry, lostAfter) : lostAfter;
}

/**
 * The provider took our submission long ago, and still shows only what was before it: ours is lost. What is open is
 * never taken for over, however old it is: times may be coarse, and a backup may have brought it back.
 */
function isOfEarlierLife(state: ActivationState, reading: Observation, at: number): boolean {
  const { ownClearance: own, rules } = state;
  if (!own || !rules || isOpen(reading.status)) return false;
  return isFromBefore(state, reading) && at >= own.since + rules.policy.lostAfter;
}

/** Whether a record shows nothing of our request, by its time: also where the list before it did not show the record. */
function isFromBefore({ ownClearance: own }: ActivationState, { changedAt, status }: Observation): boolean {
  if (!own || changedAt === null) return false;
  if (own.earlierChange !== null && changedAt <= own.earlierChange) return true;
  return hasEnded(status) && own.requestedAt !== undefined && isOlderThan(own.requestedAt, changedAt);
}

/**
 * A clearance that is open at the provider is ours to answer for, whoever asked for it. What we did not submit is
 * governed by the brand that the provider has for it.
 */
function adopt(state: ActivationState, reading: Observation, at: number): ActivationState {
  if (state.ownClearance && !isRefused(state)) return state;
  if (!isOpen(reading.status) || isLeaving(reading.status)) return ownedIfAnswer(state, reading, at);
  const since = Math.min(reading.createdAt ?? at, at);
  const own = { since, earlierChange: null };
  const { vehicle, sent } = state;
  const brand = reading.brand ?? null;
  if (sent || brand === null || textKey(brand) === textKey(vehicle.brand))
    return change(state, { ownClearance: own });
  const told = record(
    state,
    'submit',
    at,
    `the provider has this clearance as brand ${cut(brand, LIMITS.name)}`,
  );
  return change(told, { ownClearance: own, vehicle: { ...vehicle, brand: cut(brand, LIMITS.name) } });
}

/** What was shown open is to end with the vehicle, also one that somebody else began to end: one empty list is no proof. */
function answeredFor(state: ActivationState, at: number): ActivationState {
  const isKnown = state.ownClearance !== null || !isOpen(state.clearance.status);
  return isKnown ? state : change(state, { ownClearance: { since: at, earlierChange: null } });
}

/** A request whose reply was lost has ended already: it was ours, and is not sent again as if nothing had been. */
function ownedIfAnswer(state: ActivationState, reading: Observation, at: number): ActivationState {
  if (!state.sent?.seen || !hasEnded(reading.status) || !answers(state, reading, at)) return state;
  return change(state, { ownClearance: { since: at, earlierChange: state.sent.seen.newest } });
}
