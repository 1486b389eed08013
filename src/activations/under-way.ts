import type { WorkflowExecutionDescription } from '@temporalio/client';

/** What only Temporal knows of what an activation is doing now. Times are ISO 8601. */
export interface UnderWay {
  /** Calls that have not come back, oldest first. */
  readonly calls: readonly PendingCall[];
  /** A step of the workflow itself that fails again and again; null where none does. */
  readonly failingTask: { readonly attempt: number; readonly since: string | null } | null;
  /** What Temporal reports of it (`TemporalReportedProblems`): a fault of the program. */
  readonly problems: readonly string[];
}

interface PendingCall {
  readonly command: string;
  readonly attempt: number;
  /** Why the last attempt failed; null where none has. */
  readonly problem: string | null;
  readonly nextAttemptAt: string | null;
}

type Time = { readonly seconds?: unknown } | null | undefined;

/** Reads it out of what the server describes: no worker is asked. */
export function underWayIn({ raw, searchAttributes }: WorkflowExecutionDescription): UnderWay {
  const task = raw.pendingWorkflowTask;
  const attempt = task?.attempt ?? 0;
  const problems = searchAttributes?.['TemporalReportedProblems'] ?? [];
  return {
    calls: (raw.pendingActivities ?? []).map((call) => ({
      command: call.activityType?.name ?? 'unknown',
      attempt: call.attempt ?? 1,
      problem: call.lastFailure?.message ?? null,
      nextAttemptAt: call.lastFailure ? isoOf(call.scheduledTime) : null,
    })),
    failingTask: attempt > 1 ? { attempt, since: isoOf(task?.originalScheduledTime) } : null,
    problems: problems.map(String),
  };
}

function isoOf(time: Time): string | null {
  const seconds = Number(time?.seconds ?? 0);
  return seconds > 0 ? new Date(seconds * 1_000).toISOString() : null;
}
