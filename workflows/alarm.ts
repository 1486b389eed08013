import type { Engine, UnderWay } from './engine';
import type { ActivationState } from './state';

/** Milliseconds: the shortest wait. */
const A_MOMENT = 1;

/**
 * The one timer of an activation. Its summary in the Temporal UI says whom we wait for. It is not taken away at the
 * end: the server forgets it with the workflow.
 */
export interface Alarm {
  /** Moves it. A wait that has not changed costs the server nothing; null takes it away. */
  set(wake: ActivationState['wake']): void;
}

/**
 * @param time of what was decided last: whether a deadline is over must not depend on what has been heard since.
 * @param ring called at the deadline.
 * @param ringNow called where that is over already.
 */
export function createAlarm(
  engine: Engine,
  time: () => number,
  ring: () => void,
  ringNow: () => void,
): Alarm {
  let waiting: ActivationState['wake'] = null;
  let timer: UnderWay<void> | null = null;

  return {
    set(wake) {
      if (wake?.at === waiting?.at && wake?.for === waiting?.for) return;
      if (waiting) timer?.stop();
      waiting = wake;
      if (!wake) return;
      if (wake.at <= time()) {
        waiting = null;
        ringNow();
        return;
      }
      timer = engine.sleep(Math.max(wake.at - engine.now(), A_MOMENT), `Waiting for ${wake.for}`);
      const rung = (): void => {
        waiting = null;
        ring();
      };
      // Told to stop, it has nothing to say.
      timer.result.then(rung, () => undefined);
    },
  };
}
