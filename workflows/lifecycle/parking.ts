import { cut } from './limits';
import { record } from './record';
import { type ActivationState, change, type Parked } from './state';

/** How long a command that failed for good waits for a person before it is tried again by itself. */
const FAILED_PAUSE = 6 * 3_600_000;

/** The same of a vehicle that leaves: its access should be over. What changes nothing waits for longer (`repeats.ts`). */
const LEAVING_PAUSE = 15 * 60_000;

/** That pause at the speed of this activation, in milliseconds. */
export function pauseOf({ rules, defleet }: ActivationState): number {
  return (defleet ? LEAVING_PAUSE : FAILED_PAUSE) / (rules?.speed ?? 1);
}

/** Waits for a person, or until the time that is given. */
export function park(
  state: ActivationState,
  at: number,
  { until = null, ...why }: Pick<Parked, 'why' | 'owner' | 'action' | 'until' | 'failed'>,
): ActivationState {
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
  { parked, clearance, ownClearance: own }: ActivationState,
  reason: string | null,
): Partial<ActivationState> {
  const { status } = clearance;
  const isByReason =
    own !== null && parked?.failed === undefined && (status === 'rejected' || status === 'error');
  return parked && isByReason && reason !== clearance.reason ? { parked: null } : {};
}
