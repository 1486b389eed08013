import { Context } from '@temporalio/activity';

/** What one attempt of an activity knows of itself. */
export interface Attempt {
  /** By the worker that runs the workflow task, and forgotten with it. */
  readonly isLocal: boolean;
  /** 1 is the first. */
  readonly attempt: number;
  /** What an earlier attempt has written down; undefined where it left nothing. */
  readonly heartbeatDetails: unknown;
  /** Writes something down for the next attempt. */
  heartbeat(details: unknown): void;
}

/** Temporal's own. Asked for at the beginning of an attempt. */
export function temporalAttempt(): Attempt {
  const { info, heartbeat } = Context.current();
  const { isLocal, attempt, heartbeatDetails } = info;
  return { isLocal, attempt, heartbeatDetails, heartbeat };
}
