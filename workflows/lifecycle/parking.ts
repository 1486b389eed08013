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

/** A refusal that waits for a person by its reason, and has another reason now, is judged by that. */
export function judgedAnew(
  { parked, clearance, ownClearance: own }: Running,
  reason: string | null,
): Partial<Pick<Running, 'parked'>> {
  const { status } = clearance;
  const isByReason =
    own !== null && parked?.failed === undefined && (status === 'rejected' || status === 'error');
  return parked && isByReason && reason !== clearance.reason ? { parked: null } : {};
}
