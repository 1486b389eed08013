/** setTimeout turns anything longer than this (24.8 days) into 1 ms. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

interface Task {
  readonly due: number;
  readonly run: (at: number) => void;
  cancelled: boolean;
}

/**
 * The simulator's time: it starts at the real time and runs `speed` times as fast. It also keeps what is due
 * later, on one timer. A task is told the moment at which it was due, so that a record stays exact however
 * fast the clock runs. All times are milliseconds since 1970.
 */
export class Clock {
  private readonly start = Date.now();
  private readonly realStart = performance.now();
  private readonly tasks: Task[] = [];
  private skipped = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @throws RangeError when the speed is not a positive number. */
  constructor(readonly speed: number) {
    if (!(speed > 0 && Number.isFinite(speed))) {
      throw new RangeError(`the speed must be a positive number, it is ${speed}`);
    }
  }

  now(): number {
    return Math.floor(this.start + this.skipped + (performance.now() - this.realStart) * this.speed);
  }

  /** The time of those who call, whose clock runs as usual, with what was skipped. */
  calendar(): number {
    return Math.floor(this.start + this.skipped + (performance.now() - this.realStart));
  }

  /** Runs a task at a simulated moment (in the past: as soon as possible). Returns what cancels it. */
  at(due: number, run: (at: number) => void): () => void {
    const task: Task = { due, run, cancelled: false };
    this.tasks.splice(this.firstAfter(due), 0, task);
    this.arm();
    return () => {
      task.cancelled = true;
    };
  }

  /** Runs what is due, in order, and returns the time now. */
  catchUp(): number {
    const now = this.now();
    for (let task = this.tasks[0]; task && task.due <= now; task = this.tasks[0]) {
      this.tasks.shift();
      if (!task.cancelled) task.run(task.due);
    }
    this.arm();
    return now;
  }

  /** Jumps forward by simulated milliseconds and runs what became due. */
  advance(milliseconds: number): void {
    this.skipped += milliseconds;
    this.catchUp();
  }

  /** Forgets everything that is due later. */
  stop(): void {
    this.tasks.length = 0;
    clearTimeout(this.timer);
  }

  private arm(): void {
    clearTimeout(this.timer);
    const next = this.tasks[0];
    if (!next) return;
    const wait = Math.max(0, Math.ceil((next.due - this.now()) / this.speed));
    this.timer = setTimeout(() => this.catchUp(), Math.min(wait, LONGEST_TIMEOUT));
    this.timer.unref();
  }

  /** Where a task belongs: behind all that are due at the same time or earlier. */
  private firstAfter(due: number): number {
    let [low, high] = [0, this.tasks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.tasks[middle] as Task).due <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
