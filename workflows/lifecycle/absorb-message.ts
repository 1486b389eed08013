import { matchReason } from '../../src/domain/reason';
import { missingTags } from '../../src/domain/rules';
import { hasEnded, isOpen } from '../../src/domain/status';
import { topicsAfresh } from './attention';
import { lookedForAnew } from './data';
import type { EventOf } from './events';
import { withTags } from './intake';
import { pollAgain } from './next-poll';
import { by, record } from './record';
import { type ActivationState, change, type OwnClearance, type Running } from './state';
import type { SentRequest } from './submission-trace';
import { triedNow } from './trouble';

export function absorbAmended(state: Running, event: EventOf<'amended'>): Running {
  const { rules } = state;
  const amendedPolicy = { ...state.amendedPolicy, ...event.policy };
  const policy = { ...rules.policy, ...event.policy };
  const amended = change(amendVehicle(state, event), { rules: { ...rules, policy }, amendedPolicy });
  if (waitsForAmendment(state) && isAnotherRequest(state, amended)) return startAfresh(amended, event.at);
  // Its rhythm begins now.
  const { pollInterval, withdrawPollInterval } = event.policy;
  return pollInterval === undefined && withdrawPollInterval === undefined
    ? amended
    : pollAgain(amended, event.at);
}

/** What is amended of the vehicle itself. */
export function amendVehicle<S extends ActivationState>(state: S, event: EventOf<'amended'>): S {
  const { at, brand, fleet, tags } = event;
  const { vehicle } = state;
  const amended = {
    ...vehicle,
    brand: brand ?? vehicle.brand,
    fleet: fleet ?? vehicle.fleet,
    tags: withTags(vehicle.tags, tags),
  };
  // Another carmaker has said nothing yet.
  const asked = amended.brand === vehicle.brand ? {} : { eligibility: null, eligibilityAt: null };
  // What a person says of a tag is not of the rules any more.
  const tagsByRules = (state.tagsByRules ?? []).filter((key) => !(key in tags));
  const isMoved = amended.fleet !== vehicle.fleet;
  const changed = change(state, {
    vehicle: amended,
    tagsByRules,
    ...asked,
    // Other people have the turn now, and nobody has told them.
    ...(isMoved && { fleetSince: at, topics: {} }),
  });
  const moved = isMoved ? `, and moved it to the fleet ${amended.fleet}` : '';
  return record(changed, 'person', at, `amended the request${by(event)}${moved}`);
}

/** Whether the request is another one now, and has the tags that its brand needs: then it may be sent again. */
function isAnotherRequest({ vehicle: before }: Running, { vehicle, rules }: Running): boolean {
  if (vehicle.brand !== before.brand) return true;
  const keys = Object.keys({ ...before.tags, ...vehicle.tags });
  return (
    keys.some((key) => before.tags[key] !== vehicle.tags[key]) &&
    missingTags(rules, vehicle.tags).length === 0
  );
}

/** Whether the clearance was refused for something in the request itself. */
function waitsForAmendment({ clearance, rules, parked }: Running): boolean {
  const { status, reason } = clearance;
  if (!parked || (status !== 'rejected' && status !== 'error')) return false;
  return matchReason(rules, status, reason).retry.kind === 'amend';
}

export function absorbAcknowledged<S extends ActivationState>(state: S, event: EventOf<'acknowledged'>): S {
  const { at, until } = event;
  const topics = Object.fromEntries(
    Object.entries(state.topics).map(([key, topic]) => [key, { ...topic, silentUntil: until }]),
  );
  const day = new Date(until).toISOString();
  return record(change(state, { topics }), 'person', at, `acknowledged until ${day}${by(event)}`);
}

/** A person wants what was changed in the catalogue or in the configuration to count here as well. */
export function askedAnew<S extends ActivationState>(state: S, event: EventOf<'refresh-asked'>): S {
  return record(state, 'person', event.at, `asked to read the rules anew${by(event)}`);
}

/** A person says that the cause is mended. */
export function tryAgain<S extends ActivationState>(
  state: S,
  event: EventOf<'retry-asked' | 'resume-asked'>,
): S {
  return record(state, 'person', event.at, `asked to try again${by(event)}`);
}

/**
 * For so long what the carmaker has said of the vehicle's eligibility counts, whoever asks to try again: its calls are for all
 * vehicles, and it learns of a vehicle within hours or days. Milliseconds.
 */
const ELIGIBILITY_COUNTS = 3_600_000;

/** From when on the carmaker is asked again; null: when the vehicle goes on. */
export function eligibilityCountsUntil({ eligibilityAt, rules }: Running): number | null {
  return eligibilityAt === null ? null : eligibilityAt + ELIGIBILITY_COUNTS / rules.speed;
}

/** A person had a say: waiting is over, and counting begins again. One that leaves is looked at, never submitted. */
export function startAfresh(state: Running, at: number): Running {
  const { isDisabled: _, ...own } = state.ownClearance ?? {};
  const known = state.ownClearance?.isDisabled ? { ownClearance: own as OwnClearance } : {};
  const isKnown = at < (eligibilityCountsUntil(state) ?? 0);
  const eligibility = isKnown ? {} : { eligibility: null, eligibilityAt: null };
  const topics = topicsAfresh(state);
  const data = lookedForAnew(state.data, at);
  const counts = {
    data,
    resubmissions: 0,
    repeats: {},
    countsSince: at,
    topics,
    ...triedNow(state, at),
  } as const;
  const fresh = change(state, { parked: null, ...counts, ...eligibility, ...known });
  // It is over: trying again means submitting again.
  const mayBeSubmitted = !isOpen(fresh.clearance.status) && !state.defleet && !mayStillShow(state, at);
  if (!mayBeSubmitted) return change(fresh, { needsRead: true });
  return change(fresh, { ownClearance: null, sent: knownAtRequest(fresh) });
}

/**
 * What a person knows who asks to try again is no answer to that: only what is newer is. Where a webhook alone has told of an end,
 * its record is not known yet.
 */
function knownAtRequest({
  sent,
  clearance: { status, confirmed, changedAt, rows },
}: Running): SentRequest | null {
  if (sent === null || !hasEnded(status)) return sent;
  if (!confirmed) return { ...sent, isOver: true };
  if (changedAt === null) {
    // No row has a time: their number tells what is newer. A request that was taken has counted none, and the list may lag.
    const isUncounted = sent.seen?.any === true && sent.seen.rows === undefined;
    if (rows === undefined || isUncounted) return sent;
    return { ...sent, seen: { any: true, newest: sent.seen?.newest ?? null, rows } };
  }
  const newest = Math.max(changedAt, sent.seen?.newest ?? changedAt);
  return { ...sent, seen: { any: true, newest } };
}

/** Whether our clearance is only not seen: a list that lags must not make a second one. */
function mayStillShow(
  { clearance, ownClearance: own, sent, absentSince, rules }: Running,
  at: number,
): boolean {
  if (clearance.status !== 'absent' || own === null) return false;
  return at < Math.max(sent?.at ?? 0, absentSince ?? 0) + rules.policy.lostAfter;
}
