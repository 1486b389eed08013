import { setTimeout } from 'node:timers/promises';
import type { Seen, Snapshot } from './snapshot';

/** Milliseconds. */
const TIMES = {
  /** Between the end of one and the beginning of the next. */
  pause: 20_000,
  /** One so old is good enough for whoever looks, */
  fresh: 15_000,
  /** and one so old is shown at once, while the next is read. */
  usable: 60_000,
};

/** A picture that took long is taken less often: the server is asked a fifth of the time. */
const REST = 4;

/**
 * The newest snapshot of this process, for all who look. One is read at a time; where the server is away, the old one stays, and
 * says how old it is.
 */
export class Snapshots {
  #newest: Snapshot | null = null;
  #problem: string | null = null;
  #underWay: Promise<void> | null = null;

  /**
   * @param read reads one.
   * @param now milliseconds since 1970.
   * @param longestRest after one that took long, in milliseconds. @default as long as it takes to leave the server alone
   */
  constructor(
    private readonly read: () => Promise<Snapshot>,
    private readonly now: () => number = Date.now,
    private readonly longestRest: number = Number.POSITIVE_INFINITY,
  ) {}

  /** The newest; null where none was read yet. */
  get newest(): Seen | null {
    const snapshot = this.#newest;
    return snapshot && { snapshot, age: Math.max(0, this.now() - snapshot.at), problem: this.#problem };
  }

  /** Reads one, or waits for the one that is being read. It is told whether that failed, and the old one stays. */
  refresh(): Promise<void> {
    this.#underWay ??= this.#take().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  /**
   * For whoever looks now and then: one that is fresh as it is, an older one while the next is read, and nothing of long ago where
   * the server answers.
   *
   * @throws what reading threw, where there is none at all.
   */
  async look(): Promise<Seen> {
    const known = this.newest;
    if (known && known.age < this.#scaled(TIMES.fresh)) return known;
    const reading = this.refresh();
    if (known && known.age < this.#scaled(TIMES.usable)) {
      reading.catch(() => undefined);
      return known;
    }
    await reading.catch((error: unknown) => {
      if (!this.#newest) throw error;
    });
    return this.newest as Seen;
  }

  /**
   * Reads one after the other.
   *
   * @returns a function that stops it, and waits for the one that is under way.
   */
  keep(told: {
    readonly read: (snapshot: Snapshot) => void;
    readonly failed: (error: unknown) => void;
    /** Waits so many milliseconds, or until the signal says stop. */
    readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  }): () => Promise<void> {
    const { wait = (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }) } = told;
    const stopping = new AbortController();
    const rounds = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        await this.refresh().then(() => {
          if (this.#newest) told.read(this.#newest);
        }, told.failed);
        await wait(this.#scaled(TIMES.pause), stopping.signal).catch(() => undefined);
      }
    };
    const ended = rounds();
    return () => {
      stopping.abort();
      return ended;
    };
  }

  #scaled(time: number): number {
    return Math.max(time, Math.min(REST * (this.#newest?.duration ?? 0), this.longestRest));
  }

  async #take(): Promise<void> {
    try {
      this.#newest = await this.read();
      this.#problem = null;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }
}
