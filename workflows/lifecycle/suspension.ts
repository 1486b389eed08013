import type { SuspendAnswer } from '../../src/providers/provider';
import type { EventOf } from './events';
import { cut, LIMITS } from './limits';
import { park, pauseOf } from './parking';
import { by, record } from './record';
import { type ActivationState, change, type Running } from './state';

/**
 * A pause: a person has the access switched off and keeps the vehicle. It needs a provider whose records can be taken up again
 * (`endsAs: 'removed'`); a resume asks for the access once more.
 */

/** Why an access cannot be paused now; null: it can. */
export function whyNoSuspension(state: ActivationState): string | null {
  const { rules, defleet, suspended, clearance } = state;
  if (defleet) return 'The vehicle is leaving: its access is ended.';
  if (rules && rules.traits.endsAs !== 'removed')
    return 'This provider cannot pause an access. Defleet the vehicle, and activate it again later.';
  if (isPaused(state)) return 'The access is paused already. Resume goes on.';
  if (suspended && clearance.status !== 'approved')
    return `The pause is asked for already, and the clearance is ${clearance.status}: an access that is given is switched off.`;
  return clearance.status === 'approved' && rules
    ? null
    : `The clearance is ${clearance.status}: only an access that is given can be paused.`;
}

export function absorbSuspend(state: Running, event: EventOf<'suspend-asked'>): Running {
  const { at, by: who } = event;
  const suspended = { at, by: who && cut(who, LIMITS.name) };
  const asked = change(state, { suspended, parked: null, repeats: {} });
  return record(asked, 'person', at, `asked to pause the access${by(event)}`);
}

/** Whatever the provider answers, a reading says what has come of it. */
export function absorbSuspended(state: Running, { at, answer }: EventOf<'suspended'>): Running {
  const told = record(state, 'withdraw', at, wordsOf(answer));
  if (answer.outcome !== 'refused') return change(told, { needsRead: true });
  return park(told, at, {
    why: `The provider refused to pause the access: ${answer.detail || 'it gives no reason'}`,
    owner: 'provider-support',
    action:
      'Ask why the access cannot be paused: it is given until then. Then suspend it again; it is also tried by itself, every six hours. Resume takes the pause back.',
    until: at + pauseOf(state),
  });
}

function wordsOf(answer: SuspendAnswer): string {
  return answer.outcome === 'accepted' ? 'disabled' : answer.detail || answer.outcome;
}

/** What comes of a resume of one that is paused, or is to be. */
export function outlookOfResume(paused: ActivationState): string {
  return isPaused(paused)
    ? 'The pause is over: the access is asked for again, through the approval once more.'
    : 'The pause is taken back: the clearance is read, and goes on from there.';
}

/** Whether it is paused, as a reading has shown. */
export function isPaused({ suspended, defleet, clearance, ended }: ActivationState): boolean {
  return Boolean(suspended) && !defleet && !ended && clearance.status === 'revoked' && clearance.confirmed;
}
