import { CAN_CANCEL_PENDING, DOCUMENTED_REASONS, STELLANTIS, VW_GROUP } from '../domain/facts';
import { type Row, type Word, wordOf } from './books';
import { type Clock, DAY, HOUR, MINUTE } from './clock';
import type { Random } from './random';
import type { World } from './world';

type Change = (row: Row, word: Word, reason: string | null) => void;

/** A reason that lasts until somebody mends it, or the carmaker's patience ends. "OEM guides, Clearance lifecycle". */
interface Obstacle {
  readonly reason: string;
  readonly patience: number;
}

export const UNHEARD_OF = 'the moon is in the wrong house';

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
  consider(row: Row): void {
    const random = this.#random;
    const fate = random.next();
    const takes = random.chance(0.4) ? random.between(MINUTE, 12 * HOUR) : random.between(HOUR, 25 * DAY);
    if (random.chance(this.#world.rows.oddWords)) this.#hold(row);
    if (fate < 0.1) this.#tellReasons(row, 30 * DAY);
    else if (fate < 0.35 && !this.mended) this.#block(row);
    else if (fate < 0.6) {
      this.#tellReasons(row, takes);
      this.#after(takes, row, 'pending', () => this.reject(row, this.#reasonOf('rejected')));
    } else {
      this.#tellReasons(row, takes);
      this.#after(takes, row, 'pending', () => this.approve(row));
    }
  }

  /** A word that no document knows, and what comes after it, if anything. */
  leaveHold(row: Row): void {
    const random = this.#random;
    if (random.chance(0.3)) return;
    this.#after(random.between(HOUR, 20 * DAY), row, 'on hold', () => {
      if (random.chance(0.5)) this.approve(row);
      else this.reject(row, this.#reasonOf('rejected'));
    });
  }

  approve(row: Row): void {
    this.#change(row, 'approved', null);
    const random = this.#random;
    const later = random.between(MINUTE, 30 * DAY);
    const fate = random.next();
    if (fate < 0.15) this.#after(later, row, 'approved', () => this.#change(row, 'revoked', null));
    else if (fate < 0.2)
      this.#after(later, row, 'approved', () => this.reject(row, this.#reasonOf('rejected')));
    else if (fate < 0.3) this.#after(later, row, 'approved', () => this.#flap(row, random.between(1, 5)));
  }

  reject(row: Row, reason: string | null): void {
    this.#change(row, 'rejected', reason);
    // Some carmakers change their mind.
    if (!this.#random.chance(0.05)) return;
    this.#after(this.#random.between(MINUTE, DAY), row, 'rejected', () => this.approve(row));
  }

  /** Back and forth within minutes. */
  #flap(row: Row, times: number): void {
    const back =
      wordOf(row) === 'approved' ? this.#random.pick(['pending', 'rejected'] as const) : 'approved';
    this.#change(row, back, null);
    if (times > 0 || back !== 'approved') {
      this.#after(this.#random.between(1_000, 20 * MINUTE), row, back, () => this.#flap(row, times - 1));
    }
  }

  #hold(row: Row): void {
    this.#after(this.#random.between(MINUTE, 10 * DAY), row, 'pending', () => {
      this.#change(row, 'on hold', null);
      this.leaveHold(row);
    });
  }

  #block(row: Row): void {
    const { reason, patience } = this.#obstacle();
    const since = this.#clock.now;
    const look = (): void => {
      if (wordOf(row) !== 'pending') return;
      if (this.mended) this.#after(this.#random.between(HOUR, DAY), row, 'pending', () => this.approve(row));
      else if (this.#clock.now >= since + patience) this.reject(row, reason);
      else this.#after(12 * HOUR, row, 'pending', look);
    };
    this.#after(this.#random.between(MINUTE, DAY), row, 'pending', () => {
      this.#change(row, 'pending', reason);
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
  #tellReasons(row: Row, within: number): void {
    for (let left = this.#random.between(0, 3); left > 0; left--) {
      const reason = this.#random.chance(0.3) ? null : this.#reasonOf('pending');
      this.#after(this.#random.between(MINUTE, within), row, 'pending', () =>
        this.#change(row, 'pending', reason),
      );
    }
  }

  #reasonOf(status: 'pending' | 'rejected'): string | null {
    const { brand } = this.#world;
    const texts = DOCUMENTED_REASONS.filter(([on, , brands]) => on === status && brands.includes(brand));
    return this.#random.pick([UNHEARD_OF, null, ...texts.map(([, text]) => text)]);
  }

  /** Only if the clearance still stands as it does at this moment of the plan. */
  #after(wait: number, row: Row, status: string, job: () => void): void {
    this.#clock.after(wait, () => {
      if (wordOf(row) === status) job();
    });
  }
}
