import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type CallsCounted, dayOf } from '../../workflows/contract/days';
import { type Application, applicationKey } from '../domain/application';

/** Between two tellings, in milliseconds: a worker that is lost loses what it has called since the last one. */
const PAUSE = 600_000;
/** For how long the sums of a day are remembered, in milliseconds. */
const KEPT = 86_400_000;

type Counts = Record<string, Record<string, Record<string, number>>>;

/** What this worker has called on each day, until it has told of it. */
export class Called {
  readonly #process = randomUUID();
  readonly #days = new Map<string, Counts>();
  readonly #news = new Set<string>();

  /** @param now milliseconds since 1970. */
  constructor(private readonly now: () => number = Date.now) {}

  /** A call has ended, however it did. */
  count(app: Application, { endpoint, brand }: { readonly endpoint: string; readonly brand: string }): void {
    const day = dayOf(this.now());
    const counts = this.#days.get(day) ?? {};
    this.#days.set(day, counts);
    const key = applicationKey(app);
    const ofApplication = counts[key] ?? {};
    counts[key] = ofApplication;
    const ofBrand = ofApplication[brand] ?? {};
    ofApplication[brand] = ofBrand;
    ofBrand[endpoint] = (ofBrand[endpoint] ?? 0) + 1;
    this.#news.add(day);
  }

  /** Tells of the days of which there is news. What could not be told is told the next time. */
  async tell(teller: (report: CallsCounted) => Promise<void>): Promise<void> {
    for (const day of [...this.#news].sort()) {
      const calls = structuredClone(this.#days.get(day) ?? {});
      this.#news.delete(day);
      try {
        await teller({ day, process: this.#process, calls });
      } catch (error) {
        this.#news.add(day);
        throw error;
      }
    }
    // Not at once: where the clock is set back over midnight, a sum that began anew would say less than was told.
    const old = dayOf(this.now() - KEPT);
    for (const day of this.#days.keys()) if (day < old && !this.#news.has(day)) this.#days.delete(day);
  }

  /**
   * Tells every ten minutes, and once more when it is stopped.
   *
   * @returns a function that stops it.
   */
  keepTelling(
    teller: (report: CallsCounted) => Promise<void>,
    failed: (error: unknown) => void,
  ): () => Promise<void> {
    const stopping = new AbortController();
    const told = (): Promise<void> => this.tell(teller).catch(failed);
    const rounds = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        await setTimeout(PAUSE, undefined, { signal: stopping.signal }).catch(() => undefined);
        await told();
      }
    };
    const ended = rounds();
    return () => {
      stopping.abort();
      return ended;
    };
  }
}
