import type { Engine, UnderWay } from './engine';
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
export function createAlarm(engine: Engine, ring: () => void): Alarm {
  let waiting: ActivationState['wake'] = null;
  let timer: UnderWay<void> | null = null;

  function ringNow(): void {
    waiting = null;
    ring();
  }

  return {
    set(wake) {
      if (wake?.at === waiting?.at && wake?.for === waiting?.for) return;
      if (waiting) timer?.stop();
      waiting = wake;
      if (!wake) return;
      const rest = wake.at - engine.now();
      if (rest <= 0) {
        ringNow();
        return;
      }
      timer = engine.sleep(rest, `Waiting for ${wake.for}`);
      // Told to stop, it has nothing to say.
      timer.result.then(ringNow, () => undefined);
    },
  };
}
