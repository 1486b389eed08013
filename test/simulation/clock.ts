export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What is done at a moment. Time stands still until its promise is fulfilled, where it gives one. */
export type Job = () => void | Promise<void>;

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly job: Job;
}

/** Virtual time: jumps from one job to the next. Jobs of the same moment run in the order of their making. */
export class Clock {
  now: number;
  /** Jobs that have run. */
  ran = 0;
  #order = 0;
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #heap: Entry[] = [];

  readonly #settled: () => Promise<void> | undefined;

  /** @param settled time stands still until its promise is fulfilled, after each job; for work outside of the process. */
  constructor(start: number, settled: () => Promise<void> | undefined = () => undefined) {
    this.now = start;
    this.#settled = settled;
  }

  /** Runs a job at a time; one that is over counts as now. */
  at(time: number, job: Job): void {
    const entry = { at: Math.max(time, this.now), order: this.#order++, job };
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Entry)) break;
      heap[index] = heap[parent] as Entry;
      index = parent;
    }
    heap[index] = entry;
  }

  after(milliseconds: number, job: Job): void {
    this.at(this.now + milliseconds, job);
  }

  /** Resolves at a later time, and time stands still until what waits for it has gone on. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      this.after(milliseconds, () => {
        this.#waiting.delete(reject);
        resolve();
        return settlePromises();
      });
    });
  }

  /** The end of time: whoever waits still is told so, and leaves nothing behind. */
  async stop(): Promise<void> {
    for (const reject of this.#waiting) reject(new Error('The life is over'));
    await settlePromises();
  }

  /** Runs what is due until `end`, or until `isOver` says so. */
  async run(end: number, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const next = this.#heap[0];
      if (!next || next.at > end) break;
      this.#takeFirst();
      this.now = next.at;
      this.ran += 1;
      const going = next.job();
      if (going !== undefined) await going;
      const outside = this.#settled();
      if (outside !== undefined) await outside;
    }
    if (!isOver()) this.now = Math.max(this.now, end);
  }

  #takeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Lets all promises go on that need nothing from outside. Node comes to the next tick when none can go on any more. */
export function settlePromises(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** Lets the rest of the process have its turn: timers, signals, what comes from outside. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
