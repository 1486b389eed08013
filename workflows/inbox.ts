import type { LifecycleEvent } from './events';

/**
 * What an activation has heard and not decided yet, in order. One promise for each wait: Temporal's `condition` takes
 * four, and is asked again after whatever happens, which a worker feels with thousands of activations.
 */
export class Inbox {
  private events: LifecycleEvent[] = [];
  private failure: { readonly error: unknown } | null = null;
  private wake: () => void = () => undefined;

  get isEmpty(): boolean {
    return this.events.length === 0 && !this.failure;
  }

  put(event: LifecycleEvent): void {
    this.events.push(event);
    this.wake();
  }

  /** What cannot be decided about: the next who takes throws it. */
  fail(error: unknown): void {
    this.failure = { error };
    this.wake();
  }

  /** Nothing to decide, but something has come to an end: whoever waits looks again. */
  poke(): void {
    this.wake();
  }

  /** Resolves when the next is put in. */
  filled(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** Everything there is, which is then decided together. */
  take(): LifecycleEvent[] {
    if (this.failure) throw this.failure.error;
    return this.events.splice(0);
  }
}
