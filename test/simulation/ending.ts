import type { ActivationState } from '../../workflows/lifecycle/state';
import { type Row, wordOf } from './books';
import { type Clock, DAY } from './clock';
import type { SimulatedProvider } from './provider';

/** By the policy of every life. */
const LOST_AFTER = DAY;

/** An activation ends only when nothing is open at the provider: by the provider's books, and by what it has shown. */
export class Endings {
  /** The life ended on what the provider showed, and no client could know better. */
  leftBehindByFault = false;
  #isEnded = false;
  readonly #clock: Clock;
  readonly #provider: SimulatedProvider;
  readonly #complain: (what: string) => void;

  constructor(clock: Clock, provider: SimulatedProvider, complain: (what: string) => void) {
    this.#clock = clock;
    this.#provider = provider;
    this.#complain = complain;
  }

  /** Looked at once, when the end is decided: what comes after it, while somebody is still being told, is another life. */
  ended(state: ActivationState): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const { clearance, defleet } = state;
    const isFinal = clearance.status === 'rejected' || clearance.status === 'error';
    if (!defleet && !isFinal) this.#complain(`ended as ${clearance.status}, and nobody asked for it`);
    this.#checkProof(state);
    this.#checkTruth(clearance.status);
  }

  /** Somebody must have looked since the wish was known, and have been shown nothing open. */
  #checkProof({ defleet }: ActivationState): void {
    const { lastProof } = this.#provider;
    if (!lastProof) this.#complain('ended, and no list has ever shown that nothing is open');
    else if (defleet && lastProof.askedAt < defleet.at) {
      this.#complain('ended without a reading after the wish to leave that showed nothing open');
    }
  }

  /** What the provider's books say, whatever it has shown. */
  #checkTruth(believed: string): void {
    for (const row of this.#provider.books.open) {
      if (this.#mustBeKnown(row)) {
        this.#complain(`ended as ${believed}, but the provider holds a clearance that is ${wordOf(row)}`);
      } else this.leftBehindByFault = true;
    }
  }

  #mustBeKnown(row: Row): boolean {
    const { books, lastShown, lastTrue, emptyLists, emptySince, falseDenials } = this.#provider;
    const { now } = this.#clock;
    const since = books.openSince(row) ?? 0;
    if (lastShown && !lastShown.isEmptyByFault && since <= lastShown.asOf) return true;
    // One that was shown open is not gone by a list that is empty for no reason, but where a DELETE has said the same, or where
    // all have been empty for as long as an absence has to last.
    const wasSeen = lastTrue !== null && since <= lastTrue.asOf && falseDenials === 0;
    if (wasSeen && (emptySince <= 1 || now < lastTrue.askedAt + LOST_AFTER)) return true;
    const isFresh = row.isOurs && (row.entries[0]?.at ?? 0) > now - LOST_AFTER && row.hiddenUntil > now;
    // Where the list before its POST was empty for no reason, an old record is taken for the answer.
    return isFresh && !(books.rows.length > 1 && emptyLists > 0);
  }
}
