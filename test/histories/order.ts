import type { History } from '@temporalio/common/lib/proto-utils';

type Event = NonNullable<History['events']>[number];

const LOCAL = 'core_local_activity';
/** Clocks of a worker and of a server on one machine, and whole seconds: in milliseconds. */
const APART = 2_000;

/**
 * What in a history can be replayed in another order than it was carried out (sdk-rust#1146,
 * docs/decisions/0009-messages-are-signals.md): an update, or a workflow task without a command that is followed by one
 * for which no event is the cause. Such a task was scheduled for an update, also where the update was refused and left no
 * event. A local activity that takes long has its workflow tasks repeated in the same way, and is no such cause: its
 * marker comes later.
 *
 * @returns a sentence for each, with the event's id; none when the history cannot meet the fault.
 */
export function misorderable({ events }: History): string[] {
  const all = events ?? [];
  return all.flatMap((event, index) => {
    const id = String(event.eventId);
    if (isOfUpdate(event)) return [`event ${id} is of an update`];
    const next = all[index + 1];
    const isBare = event.workflowTaskCompletedEventAttributes && next?.workflowTaskScheduledEventAttributes;
    if (!isBare || isHeartbeat(event, all.slice(index + 2))) return [];
    return [
      `event ${id} completes a workflow task without a command, and the next was scheduled for an update`,
    ];
  });
}

function isOfUpdate(event: Event): boolean {
  return Boolean(
    event.workflowExecutionUpdateAdmittedEventAttributes ??
      event.workflowExecutionUpdateAcceptedEventAttributes ??
      event.workflowExecutionUpdateRejectedEventAttributes ??
      event.workflowExecutionUpdateCompletedEventAttributes,
  );
}

/**
 * Whether a local activity was under way: its end comes later, or its worker was lost, or the history ends before. A
 * worker that keeps nothing begins it again with each task, and then the next task with a command is that of its end.
 */
function isHeartbeat({ eventTime }: Event, later: readonly Event[]): boolean {
  const next = later.find(isCommand);
  if (next?.markerRecordedEventAttributes?.markerName === LOCAL) return true;
  const end = later.findIndex(
    (event) =>
      event.workflowTaskTimedOutEventAttributes ??
      event.workflowTaskFailedEventAttributes ??
      (scheduledAt(event) <= Number(eventTime?.seconds ?? 0) * 1_000 + APART || undefined),
  );
  if (end >= 0) return true;
  return !later.some((event) => event.workflowTaskCompletedEventAttributes);
}

/** Whether a workflow task has made the event: such an event names it. */
function isCommand(event: Event): boolean {
  return Object.values(event).some(
    (attributes) =>
      Number((attributes as { workflowTaskCompletedEventId?: unknown })?.workflowTaskCompletedEventId) > 0,
  );
}

/** When the local activity of a marker was scheduled, by its worker's clock. */
function scheduledAt({ markerRecordedEventAttributes: marker }: Event): number {
  const data = marker?.markerName === LOCAL && marker.details?.['data']?.payloads?.[0]?.data;
  if (!data) return Number.POSITIVE_INFINITY;
  const { original_schedule_time: time } = JSON.parse(Buffer.from(data).toString());
  return time ? time.seconds * 1_000 + time.nanos / 1e6 : 0;
}
