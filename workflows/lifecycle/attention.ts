import { matchReason } from '../../src/domain/reason';
import type { Rules } from '../../src/domain/rules';
import type { Notice } from '../contract/notice';
import { dataOf } from './data';
import { letterOf } from './letter';
import type { ActivationState, Running, Topic } from './state';
import { subjectOf, type Turn } from './subjects';

/**
 * Whose turn it is: the one home of it. Notices, the view, columns, lists, the API and figures read this and nothing else.
 */
export interface Attention {
  /** Names the topic: the same one goes on where it was. */
  readonly topic: string;
  readonly kind: Notice['kind'];
  /** Who has to act; null: nobody yet, and the first level of the ladder gives it to somebody. */
  readonly owner: string | null;
  /** What that person has to do, as a sentence; what is so while it is nobody's turn. */
  readonly action: string;
  /** Since when it is that person's turn; milliseconds since 1970. */
  readonly since: number | null;
  /** Until when somebody must have acted: then the carmaker, or our own policy, gives up. */
  readonly until: number | null;
  /** The ladder of the policy by which people are told. */
  readonly ladder: string;
  /** Whether we would notice that it is over: else nobody is reminded of it. */
  readonly isWatched: boolean;
}

/** Who has to act now, on what, since when and until when. Null: there is nothing to do, or the activation has ended. */
export function attentionOf(state: ActivationState): Attention | null {
  return state.rules && !state.ended ? toldOf(state) : null;
}

/** The same, and what is told once of an end that nobody here has asked for. */
export function toldOf(state: Running): Attention | null {
  const subject = subjectOf(state);
  if (!subject) return null;
  const { topic, kind, ladder, turns, until = null, since = null, isWatched = true } = subject;
  const known = state.topics[topic];
  const turn = turns.findLast(({ level }) => level <= (known?.level ?? 0)) ?? turns[0];
  const isSomebodys = turn.owner !== 'nobody';
  return {
    topic,
    kind,
    ladder,
    until,
    isWatched,
    owner: isSomebodys ? turn.owner : null,
    action: turn.owner === SUPPORT ? `Write to ${supportOf(state.rules)}. ${turn.action}` : turn.action,
    since: isSomebodys && known ? sinceOf(known, turn, state.rules.policy.ladders[ladder]) : since,
  };
}

const SUPPORT = 'provider-support';

/** What to write to the provider's support, ready to copy, where it is its turn; else null. */
export function letterFor(state: Running, { owner, topic }: Attention): string | null {
  return owner === SUPPORT ? letterOf(state, state.topics[topic]?.since ?? null) : null;
}

/** Whom to write to. Rules of before had no address. */
function supportOf({ support }: Rules): string {
  const written = support?.includes('@')
    ? support
    : `the provider's support${support ? ` (${support})` : ''}`;
  return `${written}, or your contact person there`;
}

const IS_LEAVING = 'The vehicle is leaving: it is not submitted again';

/** Whether a retry can help now, and why not. Null: it can. */
export function whyNoRetry(state: ActivationState): string | null {
  const { rules, ended, defleet, parked, clearance } = state;
  if (ended) return 'The activation has ended.';
  if (!rules) return 'The activation has only just begun.';
  if (defleet)
    return parked
      ? `${IS_LEAVING}. Resume goes on with ending its access.`
      : `${IS_LEAVING}, and its access is ended by itself.`;
  if (state.suspended && !parked) return 'The access is paused: resume asks for it again.';
  const { status, reason } = clearance;
  if (status === 'rejected' || status === 'error') {
    if (parked?.failed) return null;
    const { kind } = matchReason(rules, status, reason).retry;
    if (kind === 'never') return 'Sending it again cannot help: the refusal is final.';
    return kind === 'amend' ? 'The request has to be corrected first: amend it, and it is sent again.' : null;
  }
  if (parked) return null;
  if (status === 'pending')
    return 'While it is pending the provider tries by itself: a retry says that it is done, and looks.';
  if (status !== 'approved') return 'The provider has to finish first: a retry only looks.';
  const data = dataOf(state);
  return data === 'lost' || data === 'not-yet' ? null : 'It is approved: there is nothing to try again.';
}

/**
 * The topics after a person has asked to try again: what people hear begins anew, and no acknowledgement of before counts. Of a
 * wait that goes on by levels the next one comes: who had the turn says that it is done.
 */
export function topicsAfresh(state: ActivationState): ActivationState['topics'] {
  const subject = state.rules && subjectOf(state);
  const topic = subject && state.topics[subject.topic];
  if (!topic || !subject.goesOn) return {};
  const { level } = topic;
  const isNext = level > 0 && subject.turns.some((turn) => turn.level > level);
  return { [subject.topic]: isNext ? { ...topic, silentUntil: 0, isDone: true } : topic };
}

function sinceOf(topic: Topic, { level }: Turn, ladder: Rules['policy']['ladders'][string] = []): number {
  const after = ladder[level - 1]?.after ?? 0;
  return level === 0 ? topic.since : Math.min(topic.since + after, topic.notifiedAt);
}
