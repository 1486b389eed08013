import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const { EventType } = temporal.api.enums.v1;
type Event = temporal.api.history.v1.IHistoryEvent;

/** What one workflow has asked of the server. */
export interface Transactions {
  readonly events: number;
  /** Writes of the workflow's state: each is a transaction of the server's database. */
  readonly transitions: number;
  readonly workflowTasks: number;
  readonly activityTasks: number;
  readonly timers: number;
  /** What Temporal Cloud would bill (Temporal Cloud Actions). */
  readonly actions: number;
}

/** Counts what a workflow has asked for, all its runs' events from its history. */
export async function transactionsOf(client: Client, workflowId: string): Promise<Transactions> {
  const handle = client.workflow.getHandle(workflowId);
  const { events } = await handle.fetchHistory();
  const counted = countEvents(events ?? []);
  const { raw } = await handle.describe();
  const told = Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0);
  // The server that skips time does not tell: then by the rule.
  return told > 0 ? { ...counted, transitions: told } : counted;
}

/**
 * Counts by the events alone. An event that something outside begins is a transition of its own; what a workflow
 * task decides is written with the task's completion. Each further attempt of an activity is two: it fails, it begins.
 */
export function countEvents(events: readonly Event[]): Transactions {
  const count = (...types: readonly number[]): number =>
    events.filter(({ eventType }) => types.includes(Number(eventType))).length;
  const attempts = events.reduce(
    (sum, { activityTaskStartedEventAttributes: started }) => sum + Math.max(0, (started?.attempt ?? 1) - 1),
    0,
  );
  const activityTasks = count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED);
  const timers = count(EventType.EVENT_TYPE_TIMER_STARTED);
  return {
    events: events.length,
    transitions: count(...OF_THEIR_OWN) + 2 * attempts,
    workflowTasks: count(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED),
    activityTasks: activityTasks + attempts,
    timers,
    actions: activityTasks + attempts + timers + tasksWithMarkers(events) + count(...BILLED),
  };
}

/** Begun from the outside, or by a worker. */
const OF_THEIR_OWN: readonly number[] = [
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
  EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
  EventType.EVENT_TYPE_TIMER_FIRED,
];

/** Beside activities, timers and local activities. */
const BILLED: readonly number[] = [
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
];

/** All local activities of one workflow task are billed as one. */
function tasksWithMarkers(events: readonly Event[]): number {
  const tasks = events.map(({ markerRecordedEventAttributes: marker }) =>
    String(marker?.workflowTaskCompletedEventId ?? ''),
  );
  return new Set(tasks.filter((task) => task !== '')).size;
}
