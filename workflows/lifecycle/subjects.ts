import { matchReason } from '../../src/domain/reason';
import type { ReasonRule } from '../../src/domain/rules';
import { hasReasonRules, isLeaving } from '../../src/domain/status';
import { fingerprint } from '../contract/fingerprint';
import type { Notice } from '../contract/notice';
import { dataDueAt, dataOf } from './data';
import { givesUpAt } from './parking';
import type { Running } from './state';
import { isPaused } from './suspension';
import { type Trouble, turnOf } from './trouble';

/** What there is to do for an activation, and whose turn that is level by level: `attention.ts` says who has it now. */

/** Who has to act from a level of the ladder on; 0 is before anybody was told. */
export interface Turn {
  readonly level: number;
  readonly owner: string;
  readonly action: string;
}

/** One thing that there is to do. */
export interface Subject {
  readonly topic: string;
  readonly kind: Notice['kind'];
  readonly ladder: string;
  /** By their levels, lowest first. */
  readonly turns: readonly [Turn, ...Turn[]];
  readonly until?: number | null;
  /** Whether we would notice that it is over: else nobody is told of it again and again. @default true */
  readonly isWatched?: boolean;
  /** Nobody whom we know can end the wait: it does not begin anew with each retry. */
  readonly goesOn?: true;
  /** Since when it is somebody's turn, where no ladder counts it. */
  readonly since?: number;
}

/** What there is to do now; null: nothing. */
export function subjectOf(state: Running): Subject | null {
  const { parked, trouble, clearance, defleet, ownClearance: own, ended, rules } = state;
  if (parked) {
    const { kind, owner, action, ladder, why, failed, inVain } = parked;
    // The words of one trouble may be others each time. What waits by another reason is another turn: told from its first level.
    const byWords = () => `${why} (${fingerprint([owner, ladder, action].join('\n'))})`;
    const topic = `${kind}: ${failed ?? inVain ?? byWords()}`;
    return { topic, kind, ladder, turns: withSomebody({ level: 0, owner, action }) };
  }
  if (trouble && trouble.ownSince === null && !ended) return ofTrouble(trouble);
  if (defleet) return ended ? null : LEAVING;
  if (isPaused(state)) return null;
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
      ...(rule.later && { goesOn: true }),
    };
  }
  if (own && status === 'approved') {
    const data = dataOf(state);
    const isWatched = dataDueAt(state) !== null || state.inFlight === 'check-data';
    if (data === 'lost') return { ...DATA_LOST, isWatched };
    return data === 'not-yet' ? { ...NO_DATA, isWatched } : null;
  }
  if (status === 'unknown') return UNKNOWN_STATUS;
  if (isLeaving(status)) return own ? ENDING : EARLIER_ENDING;
  return own ? UNSEEN : SUBMITTING;
}

/** No ladder: it is told once for all vehicles of the application (workflows/notices). */
function ofTrouble(trouble: Trouble): Subject {
  const turn = { level: 0, ...turnOf(trouble) };
  return { topic: 'trouble', kind: 'reminder', ladder: '', turns: [turn], since: trouble.since };
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
function untilOf(state: Running, { patience }: ReasonRule): number | null {
  const { clearance, reasonSince } = state;
  if (clearance.status !== 'pending') return null;
  const givesUp = givesUpAt(state);
  const ends = [
    ...(givesUp === null ? [] : [givesUp]),
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
  action: 'Ask why nothing happens to this vehicle.',
};
const NOT_YET: Turn = { level: 0, owner: 'nobody', action: 'Nothing to do yet.' };

/** The topic of a vehicle that leaves and does not come to its end. */
export const NOT_LEFT = 'leaving';

const LEAVING: Subject = {
  topic: NOT_LEFT,
  kind: 'reminder',
  ladder: 'waiting',
  goesOn: true,
  turns: [
    NOT_YET,
    {
      level: 1,
      owner: 'provider-support',
      action: 'Ask why the access to this vehicle, which leaves the fleet, has not ended.',
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
      action: 'Ask what the status of this vehicle means: we do not know the word.',
    },
  ],
};
/** The provider is ending an access, and nobody here has asked for it. */
const ENDING: Subject = {
  topic: 'ending',
  kind: 'reminder',
  ladder: 'waiting',
  goesOn: true,
  turns: [
    NOT_YET,
    {
      level: 1,
      owner: 'provider-support',
      action: 'Ask who ends the access to this vehicle, and why it does not end.',
    },
  ],
};
const EARLIER_ENDING: Subject = {
  topic: 'earlier ending',
  kind: 'reminder',
  ladder: 'waiting',
  goesOn: true,
  turns: [
    NOT_YET,
    {
      level: 1,
      owner: 'provider-support',
      action: 'Ask why an earlier access to this vehicle does not end: it is submitted after that.',
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
