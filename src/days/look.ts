import { dayOf, type KeptDay } from '../../workflows/contract/days';
import type { DayKeeper } from './keeper';
import { SHOWN_DAYS } from './trend';

/** Days are counted every hour: what was read so long ago is good enough. Milliseconds. */
const FRESH = 300_000;

/** The last days, for all who ask this process: read once for all, and not again for some minutes, whether that failed or not. */
export class DayLook {
  #known: { readonly at: number; readonly days: Promise<ReadonlyMap<string, KeptDay> | null> } | null = null;

  /** @param now milliseconds since 1970. */
  constructor(
    private readonly keeper: Pick<DayKeeper, 'read'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Null where they could not be read: nothing waits for a trend. */
  look(): Promise<ReadonlyMap<string, KeptDay> | null> {
    const at = this.now();
    if (this.#known && at - this.#known.at < FRESH) return this.#known.days;
    const before = this.#known?.days ?? Promise.resolve(null);
    const days = this.keeper.read(dayOf(at), SHOWN_DAYS + 1).catch(() => before);
    this.#known = { at, days };
    return days;
  }
}
