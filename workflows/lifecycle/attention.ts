import { matchReason } from '../../src/domain/reason';
import type { ReasonRule, Rules } from '../../src/domain/rules';
import { hasReasonRules, isLeaving } from '../../src/domain/status';
import type { Notice } from '../contract/notice';
import type { ActivationState, Running, Topic } from './state';

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
}

/** Who has to act from a level of the ladder on; 0 is before anybody was told. */
interface Turn {
  readonly level: number;
  readonly owner: string;
  readonly action: string;
}

/** What there is to do. */
interface Subject {
  readonly topic: string;
  readonly kind: Notice['kind'];
  readonly ladder: string;
  /** By their levels, lowest first. */
  readonly turns: readonly [Turn, ...Turn[]];
  readonly until?: number | null;
}

/** Who has to act now, on what, since when and until when. Null: there is nothing to do, or the activation has ended. */
export function attentionOf(state: ActivationState): Attention | null {
  return state.rules && !state.ended ? toldOf(state) : null;
}

/** The same, and what is told once of an end that nobody here has asked for. */
export function toldOf(state: Running): Attention | null {
  const subject = subjectOf(state);
  if (!subject) return null;
  const { topic, kind, ladder, turns, until = null } = subject;
  const known = state.topics[topic];
  const turn = turns.findLast(({ level }) => level <= (known?.level ?? 0)) ?? turns[0];
  const isSomebodys = turn.owner !== 'nobody';
  return {
    topic,
    kind,
    ladder,
    until,
    owner: isSomebodys ? turn.owner : null,
    action: turn.action,
    since: isSomebodys && known ? sinceOf(known, turn, state.rules.policy.ladders[ladder]) : null,
  };
}

/** Whether a retry can help now, and why not. Null: it can. */
export function whyNoRetry(state: ActivationState): string | null {
  const { rules, ended, defleet, parked, clearance, data } = state;
  if (ended) return 'The activation has ended.';
  if (!rules) return 'The activation has only just begun.';
  if (defleet) return 'The vehicle is leaving: it is not submitted again, and its access is ended by itself.';
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
  return data?.answer === 'lost' || data?.answer === 'not-yet'
    ? null
    : 'It is approved: there is nothing to try again.';
}

function sinceOf(topic: Topic, { level }: Turn, ladder: Rules['policy']['ladders'][string] = []): number {
  const after = ladder[level - 1]?.after ?? 0;
  return level === 0 ? topic.since : Math.min(topic.since + after, topic.notifiedAt);
}

function subjectOf(state: Running): Subject | null {
  const { parked, clearance, defleet, data, ownClearance: own, ended, rules } = state;
  if (parked) {
    const { kind, owner, action, ladder, why, failed, inVain } = parked;
    // The words of one trouble may be others each time.
    const topic = `${kind}: ${failed ?? inVain ?? why}`;
    return { topic, kind, ladder, turns: withSomebody({ level: 0, owner, action }) };
  }
  if (defleet) return ended ? null : LEAVING;
  const { status, reason } = clearance;
  if (own && hasReasonRules(status)) {
    const rule = matchReason(rules, status, reason);
    const topic = `${status}: ${rule.id}`;
    return {
      topic,
      kind: 'reminder',
      ladder: rule.ladder,
      turns: turnsOf(rule, ended),
      until: untilOf(state, rule),
    };
  }
  if (own && status === 'approved') {
    if (data?.answer === 'lost') return DATA_LOST;
    return data?.answer === 'not-yet' ? NO_DATA : null;
  }
  if (status === 'unknown') return UNKNOWN_STATUS;
  if (isLeaving(status)) return own ? ENDING : EARLIER_ENDING;
  return own ? UNSEEN : SUBMITTING;
}

/** Nobody's turn it is for no longer than until the first level: after that the provider's support has to say something. */
function withSomebody(turn: Turn): readonly [Turn, ...Turn[]] {
  return turn.owner === 'nobody' ? [turn, ASK] : [turn];
}

function turnsOf({ owner, action, later }: ReasonRule, ended: boolean): readonly [Turn, ...Turn[]] {
  const first: Turn = { level: 0, owner, action };
  if (later && later.length > 0) return [first, ...later];
  return ended ? [first] : withSomebody(first);
}

/** When the carmaker, by its own clock, or the policy gives up a pending clearance: whichever comes first. */
function untilOf(
  { clearance, ownClearance: own, reasonSince, rules }: Running,
  { patience }: ReasonRule,
): number | null {
  if (!own || clearance.status !== 'pending') return null;
  const { giveUp } = rules.policy;
  const ends = [
    ...(giveUp ? [own.since + giveUp.after] : []),
    // Of a clearance that was there before the provider's own time is the earlier one.
    ...(patience === undefined ? [] : [sinceWhen(clearance, reasonSince) + patience]),
  ];
  return ends.length > 0 ? Math.min(...ends) : null;
}

/** Since when the carmaker's clock runs: by the provider's time where the reason was there before we knew it. */
function sinceWhen({ since, changedAt }: Running['clearance'], reasonSince: number | null): number {
  const seen = reasonSince ?? since;
  return Math.min(seen, changedAt ?? seen);
}

const ASK: Turn = {
  level: 1,
  owner: 'provider-support',
  action: "Ask the provider's support why nothing happens to this vehicle.",
};
const NOT_YET: Turn = { level: 0, owner: 'nobody', action: 'Nothing to do yet.' };

const LEAVING: Subject = {
  topic: 'leaving',
  kind: 'reminder',
  ladder: 'waiting',
  turns: [
    NOT_YET,
    {
      level: 1,
      owner: 'provider-support',
      action: 'The vehicle leaves the fleet and its access has not ended yet: find out why.',
    },
  ],
};
const DATA_LOST: Subject = {
  topic: 'data lost',
  kind: 'data-lost',
  ladder: 'consent',
  turns: [
    {
      level: 0,
      owner: 'fleet-manager',
      action:
        "Give consent for this vehicle again in the carmaker's portal, and have its privacy mode turned off.",
    },
  ],
};
const NO_DATA: Subject = {
  topic: 'no data',
  kind: 'reminder',
  ladder: 'driving',
  turns: [
    NOT_YET,
    {
      level: 1,
      owner: 'driver',
      action: 'Drive the vehicle where there is mobile reception, with its privacy mode off.',
    },
  ],
};
const UNKNOWN_STATUS: Subject = {
  topic: 'unknown status',
  kind: 'reminder',
  ladder: 'support',
  turns: [
    {
      level: 0,
      owner: 'provider-support',
      action: 'Find out what the status of this vehicle means: we do not know the word.',
    },
  ],
};
/** The provider is ending an access, and nobody here has asked for it. */
const ENDING: Subject = {
  topic: 'ending',
  kind: 'reminder',
  ladder: 'waiting',
  turns: [
    NOT_YET,
    {
      level: 1,
      owner: 'provider-support',
      action: 'Find out who ends the access to this vehicle, and why it does not end.',
    },
  ],
};
const EARLIER_ENDING: Subject = {
  topic: 'earlier ending',
  kind: 'reminder',
  ladder: 'waiting',
  turns: [
    NOT_YET,
    {
      level: 1,
      owner: 'provider-support',
      action: 'Find out why an earlier access to this vehicle does not end: it is submitted after that.',
    },
  ],
};
/** What was taken is not seen in the list, or its end is not confirmed. */
const UNSEEN: Subject = { topic: 'unseen', kind: 'reminder', ladder: 'waiting', turns: [NOT_YET, ASK] };
/** The topic of a submission that has not come through: over with it. */
export const NOT_SUBMITTED = 'submitting';

const SUBMITTING: Subject = {
  topic: NOT_SUBMITTED,
  kind: 'reminder',
  ladder: 'waiting',
  turns: [NOT_YET, { ...ASK, owner: 'operations', action: 'Find out why the vehicle is not submitted.' }],
};
