import { applicationKey, applicationOf } from '../../src/domain/application';
import type { Audience } from '../../src/domain/audience';
import type { Rules } from '../../src/domain/rules';
import type { Notice } from '../contract/notice';
import { type Attention, letterFor, toldOf } from './attention';
import { LIMITS } from './limits';
import { record } from './record';
import { isBounded } from './repeats';
import { change, type Running, type Topic } from './state';
import { NOT_SUBMITTED } from './subjects';

type Ladder = Rules['policy']['ladders'][string];

const NEW_TOPIC = { level: 0, notifiedAt: 0, silentUntil: 0 } as const;

/**
 * Tells people whose turn it is (`attention.ts`): each level of the ladder once when its age comes, the highest that is due, and
 * again in the level's rhythm until the next. Sets `state.deadline` where that is sooner than the plan's own deadline.
 */
export function escalate(state: Running, now: number): { state: Running; notices: Notice[] } {
  const subject = toldOf(state);
  const ladder = subject && state.rules.policy.ladders[subject.ladder];
  if (!subject || !ladder) return { state, notices: [] };
  const kept = state.topics[subject.topic];
  // Once is no reminder: what we look for no more before the first level is somebody's turn all the same.
  if (!subject.isWatched && kept && kept.level > 0) return { state, notices: [] };
  // Other rules may have given the ladder fewer levels.
  const before = kept && kept.level > ladder.length ? { ...kept, level: ladder.length } : kept;
  let topic: Topic = before ?? { since: now, ...NEW_TOPIC };
  if (isLookedAt(state, before, now)) return { state, notices: [] };
  const isDue = dueOf(topic, ladder) <= now;
  if (isDue) {
    const { isDone: _, ...known } = topic;
    topic = { ...known, level: levelDue(topic, ladder, now), notifiedAt: now };
  }
  const known =
    topic === before ? state : change(state, { topics: withTopic(state.topics, subject.topic, topic) });
  if (!isDue) return { state: wakeBy(known, dueOf(topic, ladder)), notices: [] };
  const notice = noticeOf(known, ladder, topic, now);
  const note = `decided to tell the ${notice.audience === 'owner' ? notice.owner : notice.audience} (level ${topic.level})`;
  const told = record(change(known, { noticeCount: known.noticeCount + 1 }), 'activation', now, note);
  return { state: wakeBy(told, dueOf(topic, ladder)), notices: [notice] };
}

/** The record is read just now, or when the rules are: whether there is something new to tell it says. */
function isLookedAt(state: Running, topic: Topic | undefined, now: number): boolean {
  const { inFlight, inFlightSince, needsRead } = state;
  const isNext = inFlight === 'read-rules' && needsRead;
  const isNow = inFlight === 'read' && inFlightSince === now;
  return (isNext || isNow) && (!topic || topic.isDone === true);
}

/** How long what is under way may last: a question that is good to know a few minutes, others as long as the policy says. */
function comesBackBy({ inFlight, inFlightSince, rules }: Running): number {
  if (inFlight === null) return Number.POSITIVE_INFINITY;
  return isBounded(inFlight) ? inFlightSince + rules.policy.patience : inFlightSince;
}

/** The topics with this one, which is then the newest; the oldest go when there are too many. */
function withTopic(topics: Running['topics'], key: string, topic: Topic): Running['topics'] {
  const { [key]: _, [NOT_SUBMITTED]: _over, ...others } = topics;
  return Object.fromEntries([...Object.entries(others), [key, topic] as const].slice(-LIMITS.topics));
}

/** When somebody has to be told next. */
function dueOf(topic: Topic, ladder: Ladder): number {
  const next = ladder[topic.level];
  const every = ladder[topic.level - 1]?.every;
  if (next && topic.isDone) return topic.silentUntil;
  const due = Math.min(
    next ? topic.since + next.after : Number.POSITIVE_INFINITY,
    every ? topic.notifiedAt + every : Number.POSITIVE_INFINITY,
  );
  return Math.max(due, topic.silentUntil);
}

/** The highest level whose age has come: of several that are due at once one is told. */
function levelDue({ since, level, isDone }: Topic, ladder: Ladder, now: number): number {
  const next = isDone ? Math.min(level + 1, ladder.length) : level;
  return Math.max(next, ladder.findLastIndex(({ after }) => since + after <= now) + 1);
}

function noticeOf(state: Running, ladder: Ladder, { level, since }: Topic, now: number): Notice {
  const { vehicle, clearance, startedAt, noticeCount } = state;
  const { vin, brand, fleet, externalId } = vehicle;
  // With the level that is told now it is somebody's turn.
  const told = toldOf(state) as Attention;
  const { kind, owner, action } = told;
  return {
    // An activation numbers its notices: a replay or a retry gives the same id, a new one never does.
    id: `notice-${applicationKey(vehicle)}-${vin}-${startedAt}-${noticeCount + 1}`,
    kind,
    vin,
    ...applicationOf(vehicle),
    brand,
    fleet,
    externalId,
    status: clearance.status,
    reason: clearance.reason,
    level,
    audience: audienceOf(ladder[level - 1]?.audience ?? 'owner', owner),
    owner: owner ?? 'nobody',
    action,
    letter: letterFor(state, told),
    since: new Date(since).toISOString(),
    at: new Date(now).toISOString(),
  };
}

/** Those whom we cannot reach: operations hears, and turns to them. */
const OUT_OF_REACH: readonly (string | null)[] = ['provider-support', 'carmaker', 'nobody', null];

/** Whom to tell. What is the turn of somebody whom no notice can reach goes to operations. */
function audienceOf(audience: Audience, owner: string | null): Audience {
  if (owner === 'provider-support' || owner === 'operations') return 'operations';
  return audience === 'owner' && OUT_OF_REACH.includes(owner) ? 'operations' : audience;
}

/**
 * No second timer: the one that is open rings at the sooner of the two deadlines. While a command is under way there is one only
 * for who has to be told before it must come back.
 */
function wakeBy(state: Running, due: number): Running {
  if (state.ended || due === Number.POSITIVE_INFINITY || due > comesBackBy(state)) return state;
  if (state.deadline && state.deadline.at <= due) return state;
  return change(state, { deadline: { at: due, for: state.deadline?.for ?? waitedFor(toldOf(state)) } });
}

function waitedFor(attention: Attention | null): string {
  return attention?.owner ? `the ${attention.owner.replace('-', ' ')}: ${attention.action}` : 'the next step';
}
