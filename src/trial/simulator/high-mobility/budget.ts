const WINDOW = 60_000;

/**
 * A limit of calls in any minute. It counts on the simulated clock: a demonstration whose days pass in seconds
 * would otherwise meet the limit hundreds of times more often than real life does.
 */
export class Budget {
  private calls: number[] = [];

  constructor(private readonly perMinute: number) {}

  /** Takes one call at a simulated time. Returns null, or how many seconds to wait when there is none left. */
  take(now: number): number | null {
    this.calls = this.calls.filter((call) => call > now - WINDOW);
    const oldest = this.calls[0];
    if (oldest !== undefined && this.calls.length >= this.perMinute) {
      return Math.ceil((oldest + WINDOW - now) / 1_000);
    }
    this.calls.push(now);
    return null;
  }
}
