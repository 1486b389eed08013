import type { ActivationState } from '../../workflows/lifecycle/state';
import { wordOf } from './books';
import { type Clock, DAY } from './clock';
import type { SimulatedProvider } from './provider';
import type { Decided } from './temporal/virtual-run';
import { Told } from './told';

/** By the policy of every life. */
const LOST_AFTER = DAY;

/** An activation ends only when nothing is open at the provider: by the provider's books, and by what it has shown. */
export class Endings {
  /** The life ended on what the provider showed, and no client could know better. */
  leftBehindByFault = false;
  #isEnded = false;
  readonly #startedAt: number;
  readonly #told = new Told();
  readonly #clock: Clock;
  readonly #provider: SimulatedProvider;
  readonly #complain: (what: string) => void;

  constructor(clock: Clock, provider: SimulatedProvider, complain: (what: string) => void) {
    this.#clock = clock;
    this.#startedAt = clock.now;
    this.#provider = provider;
    this.#complain = complain;
  }

  decided({ event, decision: { state } }: Decided): void {
    // What only takes over has sent nothing, also where a worker was lost at the start.
    if (event.type === 'started' && state.isAdopting) return;
    if (!this.#isEnded) this.#told.hear(event, state.defleet !== null);
  }

  /** Looked at once, when the end is decided: what comes after it, while somebody is still being told, is another life. */
  ended(state: ActivationState): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const { clearance, defleet } = state;
    const isFinal = clearance.status === 'rejected' || clearance.status === 'error';
    if (!defleet && state.isAdopting) this.#checkTakeOver(clearance.status);
    else if (!defleet && !isFinal) this.#complain(`ended as ${clearance.status}, and nobody asked for it`);
    if (!defleet && !state.isAdopting && !clearance.reason?.trim())
      this.#complain('ended for good without a word of the provider');
    this.#checkProof(state);
    if (defleet) this.#checkRemoval();
    this.#checkTruth(clearance.status);
  }

  /** Where nothing was there to take over, nothing was submitted either, and a list of this life has shown it. */
  #checkTakeOver(status: string): void {
    const { lastProof } = this.#provider.lists;
    if (!lastProof || lastProof.askedAt < this.#startedAt)
      this.#complain(`ended as ${status}, and nobody has looked whether there is something to take over`);
  }

  /** Somebody must have looked since the wish was known, and have been shown nothing open. */
  #checkProof({ defleet }: ActivationState): void {
    const { lastProof } = this.#provider.lists;
    if (!lastProof) this.#complain('ended, and no list has ever shown that nothing is open');
    else if (defleet && lastProof.askedAt < defleet.at) {
      this.#complain('ended without a reading after the wish to leave that showed nothing open');
    } else if (this.#told.isTooEarly(this.#clock.now, this.#provider.world.isForgetful)) {
      this.#complain(
        'ended on one empty list, though its clearance was there, and nothing else says that it has ended',
      );
    }
  }

  /** At Otonomo a record is left only where its removal was refused for a day. */
  #checkRemoval(): void {
    const { books, lists, otonomo, world } = this.#provider;
    const { rows } = books;
    if (!world.isOtonomo || rows.length === 0 || lists.empty > 0) return;
    const { refusedSince } = otonomo;
    if (refusedSince !== null && this.#clock.now >= refusedSince + LOST_AFTER) return;
    if (rows.some((row) => row.hiddenUntil <= this.#clock.now))
      this.#complain('ended, and its record is there');
  }

  /** What the provider's books say, whatever it has shown. */
  #checkTruth(believed: string): void {
    const { books, lists, unseenSeconds } = this.#provider;
    for (const row of books.open) {
      const since = books.openSince(row) ?? 0;
      const wasShown = lists.wasShown(since);
      const isFresh = row.isOurs && (row.entries[0]?.at ?? 0) > this.#clock.now - LOST_AFTER;
      // Where the list before its POST was empty for no reason, an old record is taken for the answer; where it was sent
      // again because nobody could see it, the record of the second.
      const isDeceived = (books.rows.length > 1 && lists.empty > 0) || unseenSeconds > 0;
      if (wasShown || (isFresh && row.hiddenUntil > this.#clock.now && !isDeceived)) {
        this.#complain(`ended as ${believed}, but the provider holds a clearance that is ${wordOf(row)}`);
      } else this.leftBehindByFault = true;
    }
  }
}
