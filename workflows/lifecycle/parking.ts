import { hasReasonRules } from '../../src/domain/status';
import { cut } from './limits';
import { record } from './record';
import { change, type Parked, type Running } from './state';

/** How long a command that failed for good waits for a person before it is tried again by itself. */
const FAILED_PAUSE = 6 * 3_600_000;

/** The same of a vehicle that leaves: its access should be over. What changes nothing waits for longer (`repeats.ts`). */
const LEAVING_PAUSE = 15 * 60_000;

/** That pause at the speed of this activation, in milliseconds. */
export function pauseOf({ rules, defleet }: Running): number {
  return (defleet ? LEAVING_PAUSE : FAILED_PAUSE) / rules.speed;
}

/** Waits for a person, or until the time that is given. */
export function park(
  state: Running,
  at: number,
  { until = null, ...why }: Pick<Parked, 'why' | 'owner' | 'action' | 'until' | 'failed'>,
): Running {
  const goesOn = until === null ? {} : { until };
  const parked = {
    since: at,
    kind: 'parked',
    ladder: 'support',
    ...why,
    why: cut(why.why),
    ...goesOn,
  } as const;
  return record(change(state, { parked }), 'activation', at, `parked: ${why.why}`);
}

/**
 * When the policy gives up a pending clearance: counted from when it became ours, or a person last had a say. One that was there
 * long before is not given up in the moment that it is taken over.
 */
export function givesUpAt({
  clearance,
  ownClearance: own,
  startedAt,
  countsSince,
  rules,
}: Running): number | null {
  const { giveUp } = rules.policy;
  if (!giveUp || !own || clearance.status !== 'pending') return null;
  return Math.max(own.since, startedAt, countsSince ?? 0) + giveUp.after;
}

/** What waits for a person by its reason, and has another reason now, is judged by that. */
export function judgedAnew(
  { parked, clearance, ownClearance: own }: Running,
  reason: string | null,
): Partial<Pick<Running, 'parked'>> {
  const { status } = clearance;
  const isByReason = own !== null && parked?.failed === undefined && parked?.inVain === undefined;
  return parked && isByReason && hasReasonRules(status) && reason !== clearance.reason
    ? { parked: null }
    : {};
}

type Turn = Pick<Parked, 'owner' | 'action' | 'ladder'>;

/** Whose turn it is when the policy gives up a pending clearance by waiting for a person. */
export function pendingTooLong({ owner, action, ladder }: Turn): Turn {
  if (owner !== 'nobody') return { owner, action, ladder };
  return {
    owner: 'operations',
    action: 'Decide what becomes of the vehicle: retry to wait for as long again, or defleet it.',
    ladder: 'support',
  };
}

/** The same when a rule has sent a vehicle again as often as it says: nothing more happens by itself. */
export function sentInVain({ owner, action, ladder }: Turn): Turn {
  if (owner !== 'carmaker' && owner !== 'nobody') return { owner, action: `${action} Then confirm.`, ladder };
  return {
    owner: 'provider-support',
    action: 'Ask why the refusal stays though the vehicle was sent again. Then retry, or defleet it.',
    ladder: 'support',
  };
}
