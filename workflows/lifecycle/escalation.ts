import { applicationKey, applicationOf } from '../../src/domain/application';
import { matchReason } from '../../src/domain/reason';
import type { Rules } from '../../src/domain/rules';
import { hasReasonRules } from '../../src/domain/status';
import type { Notice } from '../contract/notice';
import { LIMITS } from './limits';
import { record } from './record';
import { isBounded } from './repeats';
import { change, type Running, type Topic } from './state';

type Ladder = Rules['policy']['ladders'][string];

/** What people have to hear of now. */
interface Subject {
  /** Names the topic: the same subject again goes on where it was. */
  readonly key: string;
  readonly kind: Notice['kind'];
  readonly owner: string;
  readonly action: string;
  readonly ladder: string;
}

const NEW_TOPIC = { level: 0, notifiedAt: 0, silentUntil: 0 } as const;

/**
 * Tells people: each level of the subject's ladder once when its age comes, and again in the level's rhythm
 * until the next. Sets `state.deadline` where that is sooner than the plan's own deadline.
 */
export function escalate(state: Running, now: number): { state: Running; notices: Notice[] } {
  const subject = subjectOf(state);
  const ladder = subject && state.rules.policy.ladders[subject.ladder];
  if (!subject || !ladder) return { state, notices: [] };
  const before = state.topics[subject.key];
  let topic: Topic = before ?? { since: now, ...NEW_TOPIC };
  let told = state;
  const notices: Notice[] = [];
  while (dueOf(topic, ladder) <= now) {
    const level = isNextLevelDue(topic, ladder, now) ? topic.level + 1 : topic.level;
    topic = { ...topic, level, notifiedAt: now };
    const notice = noticeOf(told, subject, ladder, topic, now);
    notices.push(notice);
    const note = `decided to tell the ${notice.audience === 'owner' ? notice.owner : notice.audience} (level ${level})`;
    told = record(change(told, { noticeCount: told.noticeCount + 1 }), 'activation', now, note);
  }
  const known =
    topic === before ? told : change(told, { topics: withTopic(told.topics, subject.key, topic) });
  return { state: wakeBy(known, dueOf(topic, ladder), subject), notices };
}

/** How long what is under way may last: a question that is good to know a few minutes, others as long as the policy says. */
function comesBackBy({ inFlight, inFlightSince, rules }: Running): number {
  if (inFlight === null) return Number.POSITIVE_INFINITY;
  return isBounded(inFlight) ? inFlightSince + rules.policy.patience : inFlightSince;
}

/** The topics with this one, which is then the newest; the oldest go when there are too many. */
function withTopic(topics: Running['topics'], key: string, topic: Topic): Running['topics'] {
  const { [key]: _, ...others } = topics;
  return Object.fromEntries([...Object.entries(others), [key, topic] as const].slice(-LIMITS.topics));
}

/** What there is to tell, if anything. */
function subjectOf(state: Running): Subject | null {
  const { parked, clearance, defleet, data, ownClearance: own } = state;
  if (parked) {
    const { kind, owner, action, ladder, why, failed, inVain } = parked;
    // The words of one trouble may be others each time.
    return { key: `${kind}: ${failed ?? inVain ?? why}`, kind, owner, action, ladder };
  }
  if (defleet) return state.ended ? null : LEAVING;
  const { status, reason } = clearance;
  if (own && hasReasonRules(status)) {
    const { id, owner, action, ladder } = matchReason(state.rules, status, reason);
    return { key: `${status}: ${id}`, kind: 'reminder', owner, action, ladder };
  }
  if (status !== 'approved') return null;
  if (data?.answer === 'lost') return DATA_LOST;
  return data?.answer === 'not-yet' ? NO_DATA : null;
}

const LEAVING: Subject = {
  key: 'leaving',
  kind: 'reminder',
  owner: 'provider-support',
  action: 'The vehicle leaves the fleet and its access has not ended yet: find out why.',
  ladder: 'waiting',
};
const DATA_LOST: Subject = {
  key: 'data lost',
  kind: 'data-lost',
  owner: 'fleet-manager',
  action:
    "Give consent for this vehicle again in the carmaker's portal, and have its privacy mode turned off.",
  ladder: 'consent',
};
const NO_DATA: Subject = {
  key: 'no data',
  kind: 'reminder',
  owner: 'driver',
  action: 'Drive the vehicle where there is mobile reception, with its privacy mode off.',
  ladder: 'driving',
};

/** When somebody has to be told next. */
function dueOf(topic: Topic, ladder: Ladder): number {
  const next = ladder[topic.level];
  const every = ladder[topic.level - 1]?.every;
  const due = Math.min(
    next ? topic.since + next.after : Number.POSITIVE_INFINITY,
    every ? topic.notifiedAt + every : Number.POSITIVE_INFINITY,
  );
  return Math.max(due, topic.silentUntil);
}

function isNextLevelDue(topic: Topic, ladder: Ladder, now: number): boolean {
  const next = ladder[topic.level];
  return next !== undefined && topic.since + next.after <= now;
}

function noticeOf(
  { vehicle, clearance, startedAt, noticeCount: told }: Running,
  { kind, owner, action }: Subject,
  ladder: Ladder,
  { level, since }: Topic,
  now: number,
): Notice {
  const { vin, brand, fleet, externalId } = vehicle;
  return {
    // An activation numbers its notices: a replay or a retry gives the same id, a new one never does.
    id: `notice-${applicationKey(vehicle)}-${vin}-${startedAt}-${told + 1}`,
    kind,
    vin,
    ...applicationOf(vehicle),
    brand,
    fleet,
    externalId,
    status: clearance.status,
    reason: clearance.reason,
    level,
    audience: ladder[level - 1]?.audience ?? 'owner',
    owner,
    action,
    since: new Date(since).toISOString(),
    at: new Date(now).toISOString(),
  };
}

/**
 * No second timer: the one that is open rings at the sooner of the two deadlines. While a command is under way there is one only
 * for who has to be told before it must come back.
 */
function wakeBy(state: Running, due: number, { owner, action }: Subject): Running {
  if (state.ended || due === Number.POSITIVE_INFINITY || due > comesBackBy(state)) return state;
  if (state.deadline && state.deadline.at <= due) return state;
  const waiting = state.deadline?.for ?? `the ${owner.replace('-', ' ')}: ${action}`;
  return change(state, { deadline: { at: due, for: waiting } });
}
