/** How long something is remembered, and how much at most. */
export interface ExpiringMapLimits {
  /** Milliseconds. */
  readonly keepFor: number;
  /** Entries; above it the oldest is forgotten first. */
  readonly atMost: number;
  /** Milliseconds of a clock that never goes back. @default the process's own */
  readonly now?: () => number;
}

/** A memory that is bounded in time and in size. An entry's time runs from when it was set. */
export class ExpiringMap<T> {
  // A Map keeps the order of insertion, so the oldest entry is always the first.
  private readonly entries = new Map<string, { readonly value: T; readonly until: number }>();
  private readonly now: () => number;

  constructor(private readonly limits: ExpiringMapLimits) {
    this.now = limits.now ?? (() => performance.now());
  }

  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    return entry && entry.until > this.now() ? entry.value : undefined;
  }

  /** Milliseconds until an entry is forgotten; 0 when there is none. */
  remaining(key: string): number {
    return Math.max(0, (this.entries.get(key)?.until ?? 0) - this.now());
  }

  set(key: string, value: T): void {
    const now = this.now();
    this.entries.delete(key);
    this.entries.set(key, { value, until: now + this.limits.keepFor });
    for (const [oldest, { until }] of this.entries) {
      if (until > now && this.entries.size <= this.limits.atMost) break;
      this.entries.delete(oldest);
    }
  }

  /** Forgets an entry, unless it has another value by now. */
  forget(key: string, value: T): void {
    if (this.entries.get(key)?.value === value) this.entries.delete(key);
  }

  get size(): number {
    return this.entries.size;
  }
}
