import type { ActivationState } from '../../workflows/state';
import { wordOf } from './books';
import { type Clock, DAY } from './clock';
import type { SimulatedProvider } from './provider';

/** By the policy of every life. */
const LOST_AFTER = DAY;

/** An activation ends only when nothing is open at the provider: by the provider's books, and by what it has shown. */
export class Endings {
  /** The life ended on what the provider showed, and no client could know better. */
  leftBehindByFault = false;
  readonly #clock: Clock;
  readonly #provider: SimulatedProvider;
  readonly #complain: (what: string) => void;

  constructor(clock: Clock, provider: SimulatedProvider, complain: (what: string) => void) {
    this.#clock = clock;
    this.#provider = provider;
    this.#complain = complain;
  }

  closed(as: string, state: ActivationState): void {
    if (as === 'failed') {
      this.#complain('the workflow has failed');
      return;
    }
    const { clearance, defleet } = state;
    const isFinal = clearance.status === 'rejected' || clearance.status === 'error';
    if (!defleet && !isFinal) this.#complain(`ended as ${clearance.status}, and nobody asked for it`);
    this.#checkProof(state);
    this.#checkTruth(clearance.status);
  }

  /** Somebody must have looked since the wish was known, and have been shown nothing open. */
  #checkProof({ defleet }: ActivationState): void {
    const { lastShown } = this.#provider;
    if (!lastShown) this.#complain('ended, and the provider was never asked');
    else if (lastShown.anyOpen) this.#complain('ended, and the last reading showed an open clearance');
    else if (defleet && lastShown.askedAt < defleet.at) {
      this.#complain('ended without a reading after the wish to leave');
    }
  }

  /** What the provider's books say, whatever it has shown. */
  #checkTruth(believed: string): void {
    const { books, lastShown } = this.#provider;
    for (const row of books.open) {
      const since = books.openSince(row) ?? 0;
      const wasShown = lastShown !== null && since <= lastShown.asOf && !lastShown.isEmptyByFault;
      const isFresh = row.isOurs && (row.entries[0]?.at ?? 0) > this.#clock.now - LOST_AFTER;
      if (wasShown || (isFresh && row.hiddenUntil > this.#clock.now)) {
        this.#complain(`ended as ${believed}, but the provider holds a clearance that is ${wordOf(row)}`);
      } else this.leftBehindByFault = true;
    }
  }
}
