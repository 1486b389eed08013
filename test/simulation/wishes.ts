import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import type { Row } from './books';
import { DAY } from './clock';
import type { SimulatedProvider } from './provider';
import type { Decided } from './temporal/virtual-run';

/** A person's word is a wish of its own. */
const OF_PERSONS: readonly LifecycleEvent['type'][] = [
  'retry-asked',
  'resume-asked',
  'amended',
  'stay-asked',
];

/** One wish to submit makes one clearance, and a person is asked once what has become of it. */
export class Wishes {
  readonly #startedAt: number;
  readonly #provider: SimulatedProvider;
  readonly #complain: (what: string) => void;
  readonly #rows: { readonly row: Row; readonly wish: number }[] = [];
  #wish = 0;
  /** How often a person was asked whether a record is of a request, since the last one of which nothing was known. */
  #asked = 0;

  constructor(startedAt: number, provider: SimulatedProvider, complain: (what: string) => void) {
    this.#startedAt = startedAt;
    this.#provider = provider;
    this.#complain = complain;
    provider.onMade = (row) => this.#made(row);
  }

  /** What was sent and not seen goes along; a person who asks again, or a new submission, is another wish. */
  decided({ before, event, decision }: Decided): void {
    // What is submitted at the start the beginning may have sent already: it is the same wish.
    const isAgain = event.type !== 'started' && decision.commands.includes('submit');
    const isNew = isAgain && (before.sent === null || before.ownClearance !== null);
    if (isNew) this.#asked = 0;
    if (isNew || OF_PERSONS.includes(event.type)) this.#wish += 1;
    if (event.type !== 'submitted' || event.result.outcome !== 'found-ended') return;
    this.#asked += 1;
    if (this.#asked > 1) this.#complain('asks a person the same again, though the answer was to try again');
  }

  /** One wish to submit makes one clearance, also when replies are lost and the first has ended meanwhile. */
  #made(row: Row): void {
    const wish = this.#wish;
    const earlier = this.#rows.filter(
      (one) => one.wish === wish && this.#provider.books.rows.includes(one.row),
    );
    this.#rows.push({ row, wish });
    const seen = earlier.filter(
      ({ row: one }) =>
        this.#provider.lists.wasShown(Math.max(one.entries[0]?.at ?? 0, one.hiddenUntil)) &&
        this.#isTellable(one),
    );
    if (seen.length > 0) this.#complain('one wish to submit has made two clearances');
  }

  /** Whether a row can be told from those before it: only by the provider's times. */
  #isTellable(row: Row): boolean {
    const { books, world } = this.#provider;
    const before = books.rows.slice(0, books.rows.indexOf(row));
    const stampOf = ({ entries }: Row): number => entries.at(-1)?.stamp ?? 0;
    const isLater = before.every((one) => stampOf(one) < stampOf(row));
    // Its clock is more than two days behind, coarse times and all: it looks like a record of an earlier life.
    const isFarOff = stampOf(row) <= this.#startedAt - 2 * DAY;
    if (world.timeFormat === 'none') return before.length === 0;
    return !isFarOff && (before.length === 0 || isLater);
  }
}
