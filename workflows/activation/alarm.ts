import type { ActivationState } from '../lifecycle/state';
import type { Engine, UnderWay } from './engine';
import type { Inbox, Work } from './inbox';

/** Milliseconds: the shortest wait. */
const A_MOMENT = 1;

/**
 * The one timer of an activation. Its summary in the Temporal UI says whom we wait for. It is not taken away at the
 * end: the server forgets it with the workflow.
 */
export interface Alarm {
  /**
   * Moves it. A wait that has not changed costs the server nothing; null takes it away.
   *
   * @param isHeard whether it is sure in which workflow task this is decided. Else a replay may decide it in the task before,
   * where the timer that is not needed any more has not been started, or has not fired: it is taken away with what is heard
   * next.
   */
  set(deadline: ActivationState['deadline'], isHeard: boolean): void;
}

/**
 * @param inbox told of the deadline at its time, and at once where it is over: by the time of what was decided last, because
 * what has been heard since is not the same in a replay.
 * @param ring what the deadline is.
 */
export function createAlarm(engine: Engine, inbox: Inbox, ring: Work): Alarm {
  let waiting: ActivationState['deadline'] = null;
  let timer: UnderWay<void> | null = null;
  const left: UnderWay<void>[] = [];

  function start(deadline: NonNullable<ActivationState['deadline']>): UnderWay<void> {
    const own = engine.sleep(Math.max(deadline.at - engine.now(), A_MOMENT), `Waiting for ${deadline.for}`);
    const inTurn = (at: number) => {
      // It may have been moved since it fired.
      if (timer !== own) return null;
      timer = null;
      waiting = null;
      return ring(at);
    };
    // Told to stop, it has nothing to say.
    own.result.then(
      () => inbox.hear(inTurn, deadline.at),
      () => undefined,
    );
    return own;
  }

  return {
    set(deadline, isHeard) {
      if (isHeard) for (const one of left.splice(0)) one.stop();
      if (deadline?.at === waiting?.at && deadline?.for === waiting?.for) return;
      if (timer && isHeard) timer.stop();
      else if (timer) left.push(timer);
      timer = null;
      waiting = deadline;
      if (!deadline) return;
      if (deadline.at > inbox.time) {
        timer = start(deadline);
        return;
      }
      waiting = null;
      inbox.follow(ring);
    },
  };
}
