import { CancellationScope, sleep } from '@temporalio/workflow';
import type { ActivationState } from './state';

/**
 * The one timer of an activation. Its summary in the Temporal UI says whom we wait for. It is not taken away at the
 * end: the server forgets it with the workflow.
 */
export interface Alarm {
  /** Moves it. A wait that has not changed costs the server nothing; null takes it away. */
  set(wake: ActivationState['wake']): void;
}

/** @param ring called at the deadline; at once where that is over. */
export function createAlarm(ring: () => void): Alarm {
  let waiting: ActivationState['wake'] = null;
  let timer: CancellationScope | null = null;

  function ringNow(): void {
    waiting = null;
    ring();
  }

  return {
    set(wake) {
      if (wake?.at === waiting?.at && wake?.for === waiting?.for) return;
      if (waiting) timer?.cancel();
      waiting = wake;
      if (!wake) return;
      const rest = wake.at - Date.now();
      if (rest <= 0) {
        ringNow();
        return;
      }
      timer = new CancellationScope();
      // Told to stop, it has nothing to say.
      timer
        .run(() => sleep(rest, { summary: `Waiting for ${wake.for}`.slice(0, 200) }))
        .then(ringNow, () => undefined);
    },
  };
}
