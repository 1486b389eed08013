import type { MessageKind } from '../../workflows/contract/messages';
import { hasEnded, isHeld, isLeaving } from '../domain/status';
import type { ActivationRow } from './reports';

/** What would become of a message, as far as the state that lists show tells it: the activation itself decides. */
export interface Foreseen {
  readonly outcome: 'would-be-taken' | 'would-be-refused' | 'ended';
  /** What would happen, or why not: one sentence. */
  readonly says: string;
}

/** @param brand that an amendment would give it. */
export function foresee(kind: MessageKind, row: ActivationRow, brand?: string): Foreseen {
  if (row.execution !== 'RUNNING') {
    return { outcome: 'ended', says: 'Its activation has ended: there is nothing left to do.' };
  }
  return FORESEEN[kind](row, brand);
}

const taken = (says: string): Foreseen => ({ outcome: 'would-be-taken', says });
const refused = (says: string): Foreseen => ({ outcome: 'would-be-refused', says });

const FORESEEN: Readonly<Record<MessageKind, (row: ActivationRow, brand?: string) => Foreseen>> = {
  retry({ leaving, status }) {
    if (leaving !== null) return refused('It is leaving: it is not submitted again.');
    if (hasEnded(status)) return taken(`It is looked at, and submitted again (it is ${status}).`);
    return taken(`It is looked at now (it is ${status}).`);
  },
  stay({ leaving }) {
    if (leaving === null) return refused('It is not leaving: there is nothing to take back.');
    return leaving === 'final'
      ? refused('Its access is being ended: that cannot be taken back.')
      : taken('It stays, and goes on.');
  },
  suspend({ leaving, step, status }) {
    if (leaving !== null) return refused('It is leaving: its access is ended.');
    if (step === 'suspended') return refused('It is paused already.');
    return status === 'approved'
      ? taken('Its access is paused, where the provider can.')
      : refused(`Its clearance is ${status}: only an access that is given can be paused.`);
  },
  resume({ step, inTrouble }) {
    if (step === 'suspended') return taken('It is paused, and asked for again.');
    if (step === 'parked') return taken('It is parked, and goes on.');
    return inTrouble
      ? taken('It waits for the provider, and is tried again now.')
      : refused('It is not parked: there is nothing to resume.');
  },
  refresh() {
    return taken('Its rules are read anew.');
  },
  'data-seen'({ status }) {
    if (status === 'approved') return taken('It is written down that data flows.');
    return taken(`It is looked at now (it is ${status}).`);
  },
  acknowledge({ owner }) {
    return taken(owner === null ? 'Nobody has to act for it now.' : `The reminders stop (${owner}).`);
  },
  amend({ status, brand: present }, brand) {
    if (brand !== undefined && brand !== present && (isHeld(status) || isLeaving(status))) {
      return refused(`Its clearance is ${status}: its brand cannot change.`);
    }
    return taken('What it asks for is changed.');
  },
  defleet({ leaving, status }) {
    if (leaving !== null) return taken('It is leaving already: asking again changes nothing.');
    return taken(`Its access is ended (it is ${status}).`);
  },
};
