import type { Clearance } from '../../src/domain/clearance';
import type { Clock } from './clock';
import { VIN, type World } from './world';

type Status = Clearance['status'];

interface Entry {
  readonly status: Status;
  readonly reason: string | null;
  /** The provider's time. */
  readonly stamp: number;
  /** When it happened, on the true clock. */
  readonly at: number;
}

/** One clearance in the provider's books: what happened to it, oldest first. */
export interface Book {
  readonly entries: Entry[];
  /** Nobody can see it before this time: a write that is lost for a while. */
  readonly hiddenUntil: number;
  /** Asked for in this life, not before it. */
  readonly isOurs: boolean;
}

const OPEN: readonly Status[] = ['pending', 'approved', 'revoking', 'canceling'];

/** The provider's books about one VIN: a resubmission opens a new one. */
export class Records {
  readonly books: Book[] = [];
  readonly #clock: Clock;
  readonly #world: World;

  constructor(clock: Clock, world: World) {
    this.#clock = clock;
    this.#world = world;
  }

  get current(): Book | undefined {
    return this.books.at(-1);
  }

  get status(): Status {
    return statusOf(this.current);
  }

  get isOpen(): boolean {
    return OPEN.includes(this.status);
  }

  get isHidden(): boolean {
    return (this.current?.hiddenUntil ?? 0) > this.#clock.now;
  }

  open(status: Status, reason: string | null, { isOurs = true, hiddenFor = 0 } = {}): Book {
    const book = { entries: [], hiddenUntil: this.#clock.now + hiddenFor, isOurs };
    this.books.push(book);
    this.write(book, status, reason);
    return book;
  }

  write(book: Book, status: Status, reason: string | null): void {
    const { now } = this.#clock;
    const exact = now + this.#world.skew;
    const stamp = this.#world.wholeSeconds ? Math.floor(exact / 1_000) * 1_000 : exact;
    book.entries.push({ status, reason, stamp, at: now });
  }

  /** What a reader is shown, by a copy of the books that is this old. */
  show(oldBy: number): Clearance | null {
    const time = this.#clock.now - oldBy;
    for (let index = this.books.length - 1; index >= 0; index--) {
      const book = this.books[index] as Book;
      if (book.hiddenUntil > this.#clock.now) continue;
      const entries = book.entries.filter(({ at }) => at <= time);
      const last = entries.at(-1);
      if (!last) continue;
      const changelog = entries.map(({ status, reason, stamp }) => ({ status, reason, at: stamp }));
      return {
        vin: VIN,
        status: last.status,
        reason: last.reason,
        brand: this.#world.brand,
        tags: {},
        changelog,
        newestChange: last.stamp,
      };
    }
    return null;
  }
}

export function statusOf(book: Book | undefined): Status {
  return book?.entries.at(-1)?.status ?? 'absent';
}
