import { matchReason } from '../../src/domain/reason';
import type { ActivationState } from '../../workflows/lifecycle/state';
import { DAY } from './clock';

/** Longer than this nobody may be left without a word: the slowest ladder begins after five days. */
const LONGEST = 12 * DAY;

/**
 * What is known to be silent still, until the step that gives whose turn it is one home (docs/testing.md). Empty it
 * there: each line is a kind of state in which nobody's turn it is, for as long as it lasts.
 */
export const KNOWN: Readonly<Record<string, (state: ActivationState) => boolean>> = {
  'a word that we do not know': ({ clearance }) => clearance.status === 'unknown',
  'a withdrawal that somebody else began': ({ clearance, defleet }) =>
    !defleet && (clearance.status === 'revoking' || clearance.status === 'canceling'),
};

/** Approved, and nothing more to do. */
export function isQuiet({
  ownClearance: own,
  clearance,
  defleet,
  parked,
  deadline,
  inFlight,
}: ActivationState): boolean {
  return own !== null && clearance.status === 'approved' && !defleet && !parked && !deadline && !inFlight;
}

/** Every activation that is not quiet has an owner, or a time by which it gets one. */
export class Silence {
  /** Since when nobody's turn it is. */
  #since: number | null = null;

  constructor(private readonly complain: (what: string) => void) {}

  decided(state: ActivationState, at: number, hasTold: boolean): void {
    const before = this.#since;
    const isKnown = Object.values(KNOWN).some((is) => is(state));
    const isSomebodys = hasTold || hasOwner(state) || isFine(state) || isSilenced(state, at);
    this.#since = isKnown || isSomebodys ? null : (before ?? at);
    if (this.#since === null || at < this.#since + LONGEST) return;
    const days = Math.round((at - this.#since) / DAY);
    this.complain(`nobody's turn, and nobody was told, for ${days} days: ${state.clearance.status}`);
    this.#since = null;
  }
}

function hasOwner({ parked, rules, clearance }: ActivationState): boolean {
  if (parked) return parked.owner !== 'nobody';
  const { status, reason } = clearance;
  if (!rules || !reason || (status !== 'pending' && status !== 'rejected' && status !== 'error'))
    return false;
  return matchReason(rules, status, reason).owner !== 'nobody';
}

/** Approved, whether its data flows or is looked for. */
function isFine({ ownClearance: own, clearance, defleet, parked, ended, data }: ActivationState): boolean {
  if (ended) return true;
  const isApproved = own !== null && clearance.status === 'approved' && !defleet && !parked;
  return isApproved && data?.answer !== 'lost';
}

function isSilenced({ topics }: ActivationState, at: number): boolean {
  return Object.values(topics).some(({ silentUntil }) => silentUntil > at - LONGEST);
}
