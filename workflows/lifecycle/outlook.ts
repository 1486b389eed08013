import { isHeld } from '../../src/domain/status';
import { eligibilityCountsUntil } from './absorb-message';
import type { MessageEvent } from './intake';
import type { ActivationState } from './state';
import { outlookOfResume } from './suspension';

/**
 * What comes of a message that was taken, in one sentence. Only what is so: nothing is called done that is to come.
 *
 * @param before the state that it met.
 */
export function outlook(state: ActivationState, event: MessageEvent, before = state): string {
  const isResumed = event.type === 'resume-asked' && before.suspended && !state.defleet;
  const says = isResumed ? outlookOfResume(before) : outlookFreely(state, event);
  return state.trouble && CALLS.includes(event.type) ? `${says} ${IN_TROUBLE}` : says;
}

/** What is asked for so needs a call to the provider. */
const CALLS: readonly MessageEvent['type'][] = ['defleet-asked', 'stay-asked', 'retry-asked', 'resume-asked'];
const IN_TROUBLE =
  'The provider is in trouble now: it is tried again, and goes on by itself when that is over.';

function outlookFreely(state: ActivationState, event: MessageEvent): string {
  switch (event.type) {
    case 'defleet-asked':
      return outlookOfDefleet(state);
    case 'stay-asked':
      return 'The vehicle stays: its clearance is read, and it goes on from there.';
    case 'suspend-asked':
      return 'The provider is asked to switch the access off; the record is read back.';
    case 'retry-asked':
    case 'resume-asked':
      return state.defleet
        ? 'The clearance is read, and ending the access goes on.'
        : outlookOfRetry(state, event);
    case 'amended':
      return outlookOfAmendment(state, event);
    case 'acknowledged':
      return 'Nobody is reminded of this before that time. News is told all the same.';
    case 'data-seen':
      return state.data === null
        ? `The vehicle is ${state.clearance.status} as far as is known here: its record is looked at.`
        : 'It is written down that data flows.';
    case 'refresh-asked':
      return outlookOfRefresh(state);
    case 'message-refused':
      return event.problem;
  }
}

function outlookOfAmendment(
  { parked, clearance, vehicle }: ActivationState,
  { fleet, tags, brand }: Extract<MessageEvent, { type: 'amended' }>,
): string {
  const moved = fleet == null ? '' : `It belongs to the fleet ${vehicle.fleet} from now on. `;
  if (brand === null && Object.keys(tags).length === 0)
    return moved === '' ? 'It counts from now on.' : moved.trim();
  if (parked) return `${moved}It goes into the next submission.`;
  return isHeld(clearance.status)
    ? `${moved}The clearance stays as it was asked for: the provider is told with the next submission.`
    : `${moved}It counts from now on.`;
}

function outlookOfRetry(state: ActivationState, { at }: MessageEvent): string {
  const until =
    state.rules && state.rules.policy.eligibility === 'blocking' ? eligibilityCountsUntil(state) : null;
  if (until !== null && at < until && state.eligibility !== 'eligible') {
    return `The carmaker has said "${state.eligibility}" within the hour; it can be asked again from ${new Date(until).toISOString()}.`;
  }
  return 'The clearance is read, and submitted again if it has ended.';
}

function outlookOfRefresh({ inFlight }: ActivationState): string {
  return inFlight === null
    ? 'The rules are read anew, and count from now on.'
    : 'The rules are read anew as soon as what is under way at the provider has come back.';
}

function outlookOfDefleet({ clearance, rules, ownClearance: own, sent }: ActivationState): string {
  switch (clearance.status) {
    case 'pending':
      return rules?.brand.canCancelPending
        ? 'The pending clearance will be cancelled as soon as the provider allows it.'
        : 'This brand cannot cancel a pending clearance: it will be revoked the moment it is approved.';
    case 'approved':
    case 'unknown':
      return 'The clearance will be withdrawn; the end is read back at the provider.';
    case 'revoking':
    case 'canceling':
      return 'The provider is ending the clearance already; its end is read back.';
    case 'absent':
      return own || sent
        ? 'A clearance may still come to light: it will be withdrawn, and its end is read back.'
        : 'Nothing is submitted any more: the record is read, and where nothing is open the activation ends.';
    default:
      return `The record says ${clearance.status}: it is read once more, and where nothing is open the activation ends.`;
  }
}
