import type { Activities } from '../../../activities';
import type { Call } from '../../../workflows/activation/engine';

/** How an activity has failed, in what a workflow is shown of it. */
export interface Failure {
  readonly message: string;
  /** It was told to stop. */
  readonly stopped: boolean;
  readonly next: string | null;
  readonly wait: number | null;
  readonly mayPass: boolean;
  /** The code of its error; absent where none is known. */
  readonly code?: string;
  readonly told: unknown;
  /** When the attempt ended. */
  readonly endedAt: number | null;
}

export type Outcome = { readonly result: unknown } | { readonly failure: Failure };

/** What a search shows of an activation: its search attributes. */
export interface Shown {
  readonly status: string;
  readonly reason: string | null;
  readonly brand: string;
}

/** What happens outside, and is handed to the workflow with its next task. */
export type ExternalEvent =
  | { readonly type: 'signaled'; readonly name: string; readonly payload: unknown }
  | { readonly type: 'cancel-requested' }
  | { readonly type: 'timer-fired'; readonly id: number }
  | { readonly type: 'activity-ended'; readonly id: number; readonly outcome: Outcome };

/** What a workflow wants from the server. A replay has to give the same. */
export type Command =
  | {
      readonly type: 'start-timer';
      readonly id: number;
      readonly milliseconds: number;
      readonly summary: string;
    }
  | { readonly type: 'cancel-timer'; readonly id: number }
  | {
      readonly type: 'schedule-activity';
      readonly id: number;
      readonly activity: keyof Activities;
      readonly how: Call;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'cancel-activity'; readonly id: number }
  | { readonly type: 'show'; readonly shown: Shown }
  | {
      /** The outcome of a local activity, and when it came. */
      readonly type: 'marker';
      readonly id: number;
      readonly at: number;
      readonly outcome: Outcome;
    }
  | {
      readonly type: 'complete';
      readonly as: 'completed' | 'canceled' | 'failed' | 'terminated';
      readonly message: string;
    }
  | { readonly type: 'continue-as-new'; readonly carried: string };

/** One event of a run's history. */
export type HistoryEvent =
  | { readonly type: 'started'; readonly carried: string | null }
  | { readonly type: 'task-scheduled' }
  | ({ readonly type: 'task-started' } & TaskStart)
  | { readonly type: 'task-completed' }
  | { readonly type: 'task-lost'; readonly why: string }
  | ExternalEvent
  | Command;

/** What a worker is told at the beginning of a workflow task. */
export interface TaskStart {
  readonly at: number;
  /** How many events the history holds with this one. */
  readonly length: number;
  /** The server suggests to continue as new. */
  readonly suggested: boolean;
}

const EXTERNAL: Readonly<Record<ExternalEvent['type'], true>> = {
  signaled: true,
  'cancel-requested': true,
  'timer-fired': true,
  'activity-ended': true,
};

export function isExternal(event: HistoryEvent): event is ExternalEvent {
  return event.type in EXTERNAL;
}

const BETWEEN: readonly HistoryEvent['type'][] = [
  'started',
  'task-scheduled',
  'task-started',
  'task-completed',
  'task-lost',
];

export function isCommand(event: HistoryEvent): event is Command {
  return !isExternal(event) && !BETWEEN.includes(event.type);
}
