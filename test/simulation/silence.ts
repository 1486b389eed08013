import { type Attention, attentionOf } from '../../workflows/lifecycle/attention';
import type { ActivationState } from '../../workflows/lifecycle/state';
import { DAY } from './clock';

/** Longer than this nobody may be left without a word: the slowest ladder begins after five days. */
const LONGEST = 12 * DAY;

/** Approved, and nothing more to do. */
export function isQuiet({
  ownClearance: own,
  clearance,
  defleet,
  parked,
  deadline,
  inFlight,
  suspended,
}: ActivationState): boolean {
  if (suspended && !defleet && !parked && clearance.status === 'revoked') return true;
  return own !== null && clearance.status === 'approved' && !defleet && !parked && !deadline && !inFlight;
}

/** Every activation that is not quiet has an owner, or a time by which it gets one. */
export class Silence {
  /** Since when nobody's turn it is. */
  #since: number | null = null;

  /** What somebody was told about. */
  readonly #heard = new Set<string>();

  constructor(private readonly complain: (what: string) => void) {}

  decided(state: ActivationState, at: number, hasTold: boolean): void {
    const before = this.#since;
    const attention = attentionOf(state);
    if (attention && hasTold) this.#heard.add(attention.topic);
    const isFine = !attention || this.#isInHand(attention, state);
    if (!attention && !isNobodys(state))
      this.complain(`whose turn it is says nothing: ${state.clearance.status}`);
    this.#since = hasTold || isFine || isSilenced(state, at) ? null : (before ?? at);
    if (this.#since === null || at < this.#since + LONGEST) return;
    const days = Math.round((at - this.#since) / DAY);
    this.complain(`nobody's turn, or nobody was told, for ${days} days: ${state.clearance.status}`);
    this.#since = null;
  }

  /** Somebody has the turn and has heard of it. A carmaker is told nothing, and a trouble is told once for all vehicles. */
  #isInHand({ topic, owner, isWatched }: Attention, { topics }: ActivationState): boolean {
    // What is asked for no more is shown, and nobody is reminded of it.
    if (!isWatched) return true;
    // It begins anew.
    if (topics[topic]?.level === 0) this.#heard.delete(topic);
    return topic === 'trouble' || owner === 'carmaker' || (owner !== null && this.#heard.has(topic));
  }
}

/** Where nobody has to do anything: it has ended or not begun, or it is approved and its data flows, or nobody asks for it. */
function isNobodys({
  rules,
  ended,
  ownClearance: own,
  clearance,
  defleet,
  parked,
  data,
  suspended,
}: ActivationState): boolean {
  if (ended || !rules) return true;
  // Somebody wants it so.
  if (suspended && !defleet && !parked && clearance.status === 'revoked') return true;
  const isApproved = own !== null && clearance.status === 'approved' && !defleet && !parked;
  return isApproved && data?.answer !== 'lost' && data?.answer !== 'not-yet';
}

function isSilenced({ topics }: ActivationState, at: number): boolean {
  return Object.values(topics).some(({ silentUntil }) => silentUntil > at - LONGEST);
}
