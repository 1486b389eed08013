import type { Notice } from '../../workflows/contract/notice';
import { toldOf } from '../../workflows/lifecycle/attention';
import type { ActivationState, Running } from '../../workflows/lifecycle/state';
import { viewOf } from '../../workflows/lifecycle/view';
import type { Decided } from './temporal/virtual-run';

/** What a text says, and when it is so. */
const CLAIMS: readonly { readonly says: RegExp; readonly isSo: (state: Running) => boolean }[] = [
  { says: /\bby itself\b|without anybody asking/, isSo: goesOnByItself },
  { says: /\bresume\b/, isSo: ({ parked }) => parked !== null },
  { says: /then confirm\b|\bretry\b/i, isSo: ({ defleet }) => defleet === null },
  { says: /leaves the fleet/, isSo: ({ defleet }) => defleet !== null },
  {
    says: /submitted after that/,
    isSo: ({ ownClearance: own, defleet }) => own === null && defleet === null,
  },
  { says: /neither approved this vehicle nor/, isSo: ({ clearance }) => clearance.status === 'pending' },
  { says: /we do not know the word/, isSo: ({ clearance }) => clearance.status === 'unknown' },
  // Nobody is told that there is nothing to do.
  { says: /\bnothing\b(?! happens)/i, isSo: () => false },
];

const KINDS: Readonly<Partial<Record<Notice['kind'], (state: Running) => boolean>>> = {
  parked: ({ parked }) => parked?.kind === 'parked',
  drift: ({ parked }) => parked?.kind === 'drift',
  'data-lost': ({ clearance, data }) => clearance.status === 'approved' && data?.answer === 'lost',
};

/** A notice's text is true of the state at its time, and says what the view says. */
export class Truth {
  constructor(private readonly complain: (what: string) => void) {}

  decided({ decision: { state, notices } }: Decided): void {
    if (state.rules) for (const notice of notices) this.#check(notice, state);
  }

  #check(notice: Notice, state: Running): void {
    const { owner, action, audience, kind, letter } = notice;
    const wrong = (what: string): void => this.complain(`a notice to the ${audience} ${what}: ${action}`);
    const told = toldOf(state);
    if (told?.action !== action || (told.owner ?? 'nobody') !== owner) wrong('is not what there is to do');
    // Its facts are not asked for.
    if (!state.ended && viewOf({ ...state, history: [] }).owner !== owner)
      wrong(`says ${owner}, and the view another one`);
    const { status, reason } = state.clearance;
    if (notice.status !== status || notice.reason !== reason)
      wrong(`says ${notice.status}, and it is ${status}`);
    for (const { says, isSo } of CLAIMS)
      if (says.test(action) && !isSo(state)) wrong(`says what is not so (${says})`);
    if (KINDS[kind]?.(state) === false) wrong(`is of the kind ${kind}, which is not so`);
    const isSupports = owner === 'provider-support';
    if (isSupports && audience !== 'operations') wrong("tells of the support's turn, and not operations");
    if (isSupports !== (typeof letter === 'string')) wrong('has a letter, or none, and should not');
    if (letter && ![state.vehicle.vin, status, reason ?? ''].every((word) => letter.includes(word)))
      wrong('has a letter that does not say what it is about');
  }
}

/** Without a person: it is tried again at a time, or the provider tries by itself. */
function goesOnByItself({ parked, clearance, trouble, deadline, inFlight }: ActivationState): boolean {
  if (parked) return (parked.until ?? null) !== null;
  return clearance.status === 'pending' || Boolean(trouble) || deadline !== null || inFlight !== null;
}
