import { CAN_CANCEL_PENDING, DOCUMENTED_REASONS, STELLANTIS, VW_GROUP } from '../domain/facts';
import { type Clock, DAY, HOUR, MINUTE } from './clock';
import type { Random } from './random';
import { type Book, statusOf } from './records';
import type { World } from './world';

type Change = (
  book: Book,
  status: 'pending' | 'approved' | 'rejected' | 'revoked',
  reason: string | null,
) => void;

/** A reason that lasts until somebody mends it, or the carmaker's patience ends. "OEM guides, Clearance lifecycle". */
interface Obstacle {
  readonly reason: string;
  readonly patience: number;
}

const UNHEARD_OF = 'the moon is in the wrong house';

/** What a carmaker makes of a request, and of an access that it has given. */
export class Carmaker {
  /** Set by the owner of the vehicle. */
  mended = false;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #world: World;
  readonly #change: Change;

  constructor(clock: Clock, random: Random, world: World, change: Change) {
    this.#clock = clock;
    this.#random = random;
    this.#world = world;
    this.#change = change;
  }

  /** A request has come in: decides what will become of it. */
  consider(book: Book): void {
    const random = this.#random;
    const fate = random.next();
    const takes = random.chance(0.4) ? random.between(MINUTE, 12 * HOUR) : random.between(HOUR, 25 * DAY);
    if (fate < 0.1) this.#tellReasons(book, 30 * DAY);
    else if (fate < 0.35 && !this.mended) this.#block(book);
    else if (fate < 0.6) {
      this.#tellReasons(book, takes);
      this.#after(takes, book, 'pending', () => this.reject(book, this.#reasonOf('rejected')));
    } else {
      this.#tellReasons(book, takes);
      this.#after(takes, book, 'pending', () => this.approve(book));
    }
  }

  approve(book: Book): void {
    this.#change(book, 'approved', null);
    const random = this.#random;
    const later = random.between(MINUTE, 30 * DAY);
    const fate = random.next();
    if (fate < 0.15) this.#after(later, book, 'approved', () => this.#change(book, 'revoked', null));
    else if (fate < 0.2)
      this.#after(later, book, 'approved', () => this.reject(book, this.#reasonOf('rejected')));
    else if (fate < 0.3) this.#after(later, book, 'approved', () => this.#flap(book, random.between(1, 5)));
  }

  reject(book: Book, reason: string | null): void {
    this.#change(book, 'rejected', reason);
    // Some carmakers change their mind.
    if (!this.#random.chance(0.05)) return;
    this.#after(this.#random.between(MINUTE, DAY), book, 'rejected', () => this.approve(book));
  }

  /** Back and forth within minutes. */
  #flap(book: Book, times: number): void {
    const back =
      statusOf(book) === 'approved' ? this.#random.pick(['pending', 'rejected'] as const) : 'approved';
    this.#change(book, back, null);
    if (times > 0 || back !== 'approved') {
      this.#after(this.#random.between(1_000, 20 * MINUTE), book, back, () => this.#flap(book, times - 1));
    }
  }

  #block(book: Book): void {
    const { reason, patience } = this.#obstacle();
    const since = this.#clock.now;
    const look = (): void => {
      if (statusOf(book) !== 'pending') return;
      if (this.mended)
        this.#after(this.#random.between(HOUR, DAY), book, 'pending', () => this.approve(book));
      else if (this.#clock.now >= since + patience) this.reject(book, reason);
      else this.#after(12 * HOUR, book, 'pending', look);
    };
    this.#after(this.#random.between(MINUTE, DAY), book, 'pending', () => {
      this.#change(book, 'pending', reason);
      look();
    });
  }

  #obstacle(): Obstacle {
    const { brand } = this.#world;
    if (brand === 'ford') return { reason: 'consent assignment missing', patience: 10 * DAY };
    if ((VW_GROUP as readonly string[]).includes(brand) && this.#random.chance(0.6)) {
      return { reason: 'privacy mode is enabled', patience: 15 * DAY };
    }
    if (brand === 'mercedes-benz') return { reason: 'VIN activation timeout', patience: 4 * DAY };
    const knownForNoData = ([...STELLANTIS, ...CAN_CANCEL_PENDING] as readonly string[]).includes(brand);
    return { reason: knownForNoData ? 'no data received' : UNHEARD_OF, patience: 10 * DAY };
  }

  /** Reasons on a pending clearance come and go. */
  #tellReasons(book: Book, within: number): void {
    for (let left = this.#random.between(0, 3); left > 0; left--) {
      const reason = this.#random.chance(0.3) ? null : this.#reasonOf('pending');
      this.#after(this.#random.between(MINUTE, within), book, 'pending', () =>
        this.#change(book, 'pending', reason),
      );
    }
  }

  #reasonOf(status: 'pending' | 'rejected'): string | null {
    const { brand } = this.#world;
    const texts = DOCUMENTED_REASONS.filter(([on, , brands]) => on === status && brands.includes(brand));
    return this.#random.pick([UNHEARD_OF, null, ...texts.map(([, text]) => text)]);
  }

  /** Only if the clearance still stands as it does at this moment of the plan. */
  #after(wait: number, book: Book, status: string, job: () => void): void {
    this.#clock.after(wait, () => {
      if (statusOf(book) === status) job();
    });
  }
}
