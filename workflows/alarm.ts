import { CancellationScope, sleep } from '@temporalio/workflow';
import type { ActivationState } from './state';

/**
 * The one timer of an activation. Its summary in the Temporal UI says whom we wait for. It is not taken away at the
 * end: the server forgets it with the workflow.
 */
export interface Alarm {
  /** Moves it. A deadline that has not moved costs the server nothing; null takes it away. */
  set(wake: ActivationState['wake']): void;
}

/** @param ring called at the deadline; at once where that is over. */
export function createAlarm(ring: () => void): Alarm {
  let at: number | null = null;
  let timer = new CancellationScope();

  async function wait(milliseconds: number, summary: string): Promise<void> {
    await sleep(milliseconds, { summary });
    at = null;
    ring();
  }

  return {
    set(wake) {
      if ((wake?.at ?? null) === at) return;
      if (at !== null) timer.cancel();
      at = wake?.at ?? null;
      if (!wake) return;
      const rest = wake.at - Date.now();
      if (rest <= 0) {
        at = null;
        ring();
        return;
      }
      timer = new CancellationScope();
      // Told to stop, it has nothing to say.
      timer.run(() => wait(rest, `Waiting for ${wake.for}`.slice(0, 200))).catch(() => undefined);
    },
  };
}
