import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that only run forward, and waiting for some of them. */
export interface LocalClock {
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

const PROCESS_CLOCK: LocalClock = {
  now: () => performance.now(),
  sleep: (milliseconds) => sleep(milliseconds),
};

/**
 * Spreads the calls of this process evenly over each minute. For commands only: workers share budgets, which the
 * server holds for all of them.
 */
export class LocalRateLimiter {
  private readonly gap: number;
  private next = Number.NEGATIVE_INFINITY;
  private last: Promise<void> = Promise.resolve();

  constructor(
    perMinute: number,
    private readonly clock: LocalClock = PROCESS_CLOCK,
  ) {
    this.gap = 60_000 / perMinute;
  }

  /** Waits for the slot of one call: the first that asks is the first that goes. */
  acquire(): Promise<void> {
    this.last = this.last.then(async () => {
      // Looked at again after each wait: meanwhile somebody may have asked for a pause.
      for (let wait = this.wait(); wait > 0; wait = this.wait()) await this.clock.sleep(wait);
      this.next = this.clock.now() + this.gap;
    });
    return this.last;
  }

  /** No slot for so many milliseconds from now: the other side asked for it. */
  closeFor(milliseconds: number): void {
    this.next = Math.max(this.next, this.clock.now() + milliseconds);
  }

  private wait(): number {
    return this.next - this.clock.now();
  }
}
