import { isToEnable } from '../../src/domain/reason';
import type { Rules } from '../../src/domain/rules';
import { type ClearanceStatus, hasEnded, isLeaving, isOpen } from '../../src/domain/status';
import { textKey } from '../../src/domain/text-key';
import type { FactSource } from '../contract/messages';
import { unasked } from './data';
import { absenceSince, isEndTriedAgain, seenOpen } from './ending';
import type { Claim } from './events';
import { cut, LIMITS } from './limits';
import { judgedAnew } from './parking';
import { record } from './record';
import { type ActivationState, type Belief, change, type Observation, type Running } from './state';

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
  state: Running,
  belief: Belief,
  source: FactSource,
  at: number,
  note: string | null = null,
): Running {
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
function turnTo(state: Running, clearance: Belief, at: number): Running {
  const approved = clearance.status === 'approved';
  const data = approved ? unasked(at) : null;
  // For a vehicle that leaves, an approval is no good news: what people wait for goes on.
  const topics = approved && !state.defleet ? {} : state.topics;
  const { rules, ownClearance: own } = state;
  const isDisabled = state.clearance.status === 'approved' && isToEnable(rules, clearance);
  const marked = isDisabled && own ? { ownClearance: { ...own, isDisabled } as const } : {};
  // What the DELETE of a pending clearance was told to wait for is over.
  const isApproval = approved && state.clearance.status === 'pending';
  const withdrawNotBefore = isApproval ? Math.min(state.withdrawNotBefore, at) : state.withdrawNotBefore;
  return change(state, { clearance, data, topics, parked: null, withdrawNotBefore, ...marked });
}

/**
 * Merges a reading of the provider's record; null when the provider knows no such VIN.
 *
 * @param begun a time before the reading began, on the server's clock; null where that is not known.
 */
export function mergeReading(
  state: Running,
  reading: Observation | null,
  source: FactSource,
  at: number,
  begun: number | null,
): Running {
  if (!reading || isOfEarlierLife(state, reading, at)) {
    const absentSince = absenceSince(state, at);
    const read = seenAs(change(cleared(state, null), { absentSince, staleSince: null }), false, begun, at);
    return isRefused(read) ? read : believe(read, { ...ABSENT, since: at }, source, at);
  }
  if (isStale(state, reading, at)) {
    const stale = change(cleared(state, state.newestClaimAt), { staleSince: state.staleSince ?? at });
    // It may be old, and is no proof that nothing is open; that something is, it may be.
    return isOpen(reading.status) ? seenAs(stale, true, begun, at) : stale;
  }
  // A refused submission has no record: one that has ended is of an earlier life of the VIN.
  const shown = change(state, { absentSince: null, staleSince: null });
  if (isRefused(state) && !isOpen(reading.status)) return seenAs(cleared(shown, null), false, begun, at);
  const { clearance } = state;
  const belief = {
    status: reading.status,
    reason: wordsOf(reading, clearance),
    since: Math.min(reading.statusSince ?? reading.changedAt ?? at, at),
    changedAt: reading.changedAt,
    confirmed: true,
    ...(reading.rows !== undefined && { rows: reading.rows }),
  };
  // A claim that the record refutes must not keep later claims out.
  const newestClaimAt = reading.status === clearance.status ? state.newestClaimAt : null;
  const sent = answers(state, reading, at) ? null : state.sent;
  const ours = change(adopt(cleared(shown, newestClaimAt), reading, at), { sent });
  return believe(seenAs(ours, isOpen(reading.status), begun, at), belief, source, at);
}

/**
 * Whether a record shows what has become of the request that was sent last. One that has ended may be of an earlier life:
 * the clearance of our request may still come to light beside it.
 */
function answers(
  { sent, rules }: Running,
  { status, changedAt, createdAt, rows }: Observation,
  at: number,
): boolean {
  if (!sent) return true;
  // Where two requests may have arrived, the row of one says nothing of the other.
  const isLong = at >= sent.at + rules.policy.lostAfter;
  if (sent.isDouble && !isLong) return false;
  // One that has ended may be that of a worker which was lost: the next attempt finds it, and a person decides.
  if (sent.isDouble && !sent.seen) return isOpen(status) || isOlderThan(sent.at, changedAt);
  // A row that was open long before the POST, and that the list before it did not show: the POST may have made another one.
  const isEarlier = isOlderThan(sent.at, createdAt);
  if (isOpen(status)) return !isEarlier || isLong;
  if (!sent.seen || isOlderThan(sent.at, changedAt)) return false;
  if (isEarlier) return isLong;
  if (!sent.seen.any) return true;
  // One row more than before the request is of it, as the submission says (`foundIn`): also where no row has a time.
  if (rows !== undefined && rows > (sent.seen.rows ?? rows)) return true;
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
function isRefused({ clearance, ownClearance: own }: Running): boolean {
  return own !== null && clearance.status === 'error' && clearance.changedAt === null;
}

/** A reading without words takes away none that were given for the same status. */
function wordsOf(reading: Observation, { status, reason }: Belief): string | null {
  const isWordless = reading.reason === null || textKey(reading.reason) === '';
  if (status !== reading.status || reason === null) return isWordless ? null : reading.reason;
  const saysLess = isWordless || (textKey(reading.reason ?? '') === WORDLESS && textKey(reason) !== '');
  return saysLess ? reason : reading.reason;
}

/** Keeps what the newest reading proves. */
function seenAs(before: Running, open: boolean, begun: number | null, at: number): Running {
  const state = open ? seenOpen(before, at) : before;
  const { lastReading } = state;
  if (begun === null) return open && lastReading ? change(state, { lastReading: null }) : state;
  // Of two readings that contradict each other the later is no proof either.
  if (lastReading && begun < lastReading.begun) return open ? change(state, { lastReading: null }) : state;
  return change(state, { lastReading: { begun, isOpen: open } });
}

/** The record has answered what was doubtful. */
function cleared(state: Running, newestClaimAt: number | null): Running {
  return state.needsRead || state.newestClaimAt !== newestClaimAt
    ? change(state, { needsRead: false, newestClaimAt })
    : state;
}

/** Merges what a webhook claims. */
export function mergeClaim(state: Running, claim: Claim, at: number): Running {
  const heard = delivered(state, claim);
  if (!heard) return state;
  const { clearance, ownClearance: own } = state;
  const doubted = (): Running => (heard.needsRead ? heard : change(heard, { needsRead: true }));
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
  const nextPollAt = at + state.rules.policy.confirmAfter;
  return believe(change(heard, { newestClaimAt, nextPollAt }), belief, 'webhook', at);
}

/** Keeps the id of a webhook's delivery. @returns null where it was taken before. */
export function delivered<S extends ActivationState>(state: S, claim: Claim): S | null {
  if (claim.deliveryId === null) return state;
  const id = cut(claim.deliveryId, LIMITS.id);
  if (state.deliveries.includes(id)) return null;
  return change(state, { deliveries: [...state.deliveries, id].slice(-LIMITS.deliveries) });
}

/** Whether a claim is of an earlier life of the VIN: clocks may differ by a day, bodies can be sent again for ever. */
function isBeforeOurs({ ownClearance: own }: Running, providerTime: number | null): boolean {
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
function isStale(state: Running, reading: Observation, at: number): boolean {
  const { withdrawal, rules, clearance, staleSince } = state;
  const { changedAt } = reading;
  if (staleSince !== null && at >= staleSince + patienceWith(reading, state.defleet, rules)) return false;
  if (isFromBefore(state, reading)) return true;
  if (changedAt !== null && clearance.changedAt !== null && changedAt < clearance.changedAt) return true;
  if (reading.status === clearance.status) return false;
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
function patienceWith(reading: Observation, defleet: Running['defleet'], { policy }: Rules): number {
  const { transitionRetry, lostAfter } = policy;
  return defleet && isOpen(reading.status) ? Math.min(transitionRetry, lostAfter) : lostAfter;
}

/**
 * The provider took our submission long ago, and still shows only what was before it: ours is lost. What is open is
 * never taken for over, however old it is: times may be coarse, and a backup may have brought it back.
 */
function isOfEarlierLife(state: Running, reading: Observation, at: number): boolean {
  const { ownClearance: own, rules } = state;
  if (!own || isOpen(reading.status)) return false;
  return isFromBefore(state, reading) && at >= own.since + rules.policy.lostAfter;
}

/** Whether a record shows nothing of our request, by its time: also where the list before it did not show the record. */
function isFromBefore({ ownClearance: own }: Running, { changedAt, status }: Observation): boolean {
  if (!own || changedAt === null) return false;
  if (own.earlierChange !== null && changedAt <= own.earlierChange) return true;
  return hasEnded(status) && own.requestedAt !== undefined && isOlderThan(own.requestedAt, changedAt);
}

/**
 * A clearance that is open at the provider is ours to answer for, whoever asked for it. What we did not submit is
 * governed by the brand that the provider has for it.
 */
function adopt(state: Running, reading: Observation, at: number): Running {
  if (state.ownClearance && !isRefused(state)) return state;
  if (!isOpen(reading.status) || isLeaving(reading.status)) return ownedIfAnswer(state, reading, at);
  const since = Math.min(reading.createdAt ?? at, at);
  const own = { since, earlierChange: null };
  const { vehicle, sent } = state;
  const brand = reading.brand ?? null;
  if (sent || brand === null || textKey(brand) === textKey(vehicle.brand))
    return change(state, { ownClearance: own, ...TAKEN_OVER });
  const told = record(
    state,
    'submit',
    at,
    `the provider has this clearance as brand ${cut(brand, LIMITS.name)}`,
  );
  return change(told, {
    ownClearance: own,
    ...TAKEN_OVER,
    vehicle: { ...vehicle, brand: cut(brand, LIMITS.name) },
  });
}

/** From here on it is a life like any other. */
const TAKEN_OVER = { isAdopting: false } as const;

/** A request whose reply was lost has ended already: it was ours, and is not sent again as if nothing had been. */
function ownedIfAnswer(state: Running, reading: Observation, at: number): Running {
  if (!state.sent?.seen || !hasEnded(reading.status) || !answers(state, reading, at)) return state;
  if (isEndTriedAgain(state, reading)) return state;
  return change(state, { ownClearance: { since: at, earlierChange: state.sent.seen.newest } });
}
