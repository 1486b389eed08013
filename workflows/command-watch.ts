import type { UnderWay } from './engine';

/**
 * Knows whether a workflow task has a command (docs/decisions/0009-messages-are-signals.md). While a local activity takes
 * long, its worker has the workflow task repeated. Where that task and the one before it have no command, a replay takes
 * both for one: what was heard in the first is told at the time of the second, with its suggestion of a fresh run, something
 * else may be decided, and the history cannot be replayed.
 *
 * Steps are counted and not tasks, of which workflow code knows nothing: several steps may be in one task, but no step in two.
 */
export interface CommandWatch {
  /** A message, a timer or a result was heard: a step begins. */
  heard(): void;
  /** A command was given that stays. */
  given(): void;
  /** A timer is begun, which is a command; taken away within the same step it is none. */
  ofTimer(timer: UnderWay<void>): UnderWay<void>;
  /** A local activity is under way. */
  during<T>(work: Promise<T>): Promise<T>;
  /**
   * Asked once for each step, when everything was decided: whether it needs a command, because a local activity is under way,
   * and neither it nor the step before has one. What a local activity brings is never asked for: it may be heard at another
   * moment in a replay.
   */
  isMissing(): boolean;
}

export function createCommandWatch(): CommandWatch {
  let localCalls = 0;
  let step = 0;
  let lastCommand = Number.NEGATIVE_INFINITY;
  let isAsked = false;
  return {
    heard: () => {
      step += 1;
      isAsked = false;
    },
    given: () => {
      lastCommand = step;
    },
    ofTimer: (timer) => {
      const [begun, before] = [step, lastCommand];
      lastCommand = step;
      const stop = (): void => {
        timer.stop();
        lastCommand = begun < step ? step : before;
      };
      return { ...timer, stop };
    },
    during: async (work) => {
      localCalls += 1;
      try {
        return await work;
      } finally {
        localCalls -= 1;
        // It may be heard in a task of its own.
        step += 1;
      }
    },
    isMissing: () => {
      if (isAsked) return false;
      isAsked = true;
      return localCalls > 0 && lastCommand < step - 1;
    },
  };
}
