import { defaultPayloadConverter } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import { MESSAGES, type MessageKind, signalOf } from '../../workflows/contract/messages';

type HistoryEvent = NonNullable<History['events']>[number];

/** Where to cut a history off so that the code can go on. */
export interface ResetPoint {
  /** A WorkflowTaskCompleted: what is before it stays, it and all that follows goes. */
  readonly eventId: number;
  /** The first WorkflowTaskCompleted whose outcome the code does not make. */
  readonly badEventId: number;
  /** What people had asked after the point, and the activation had taken; in their order. */
  readonly messages: readonly TakenAfter[];
}

/** A message that was taken in the part that goes. */
interface TakenAfter {
  readonly name: MessageKind;
  /** What was sent with it, without what says when it counts: it was taken in its time. */
  readonly request: Readonly<Record<string, unknown>>;
}

/**
 * Finds the newest point of a history up to which the code can go, by replaying beginnings of it. Null when all of it
 * replays, or when not even its beginning does.
 *
 * Workflow tasks without a command directly before the bad one go as well: what follows them can be replayed in
 * another order than it was carried out (sdk-rust#1146).
 *
 * @param replays whether the code goes through this beginning of the history.
 */
export async function findResetPoint(
  { events }: History,
  replays: (beginning: History) => Promise<boolean>,
): Promise<ResetPoint | null> {
  const all = events ?? [];
  const tasks = all.flatMap((event, index) => (event.workflowTaskCompletedEventAttributes ? [index] : []));
  /** Everything up to the outcome of a task, and what happened until the next one. */
  const until = (task: number): History => ({ events: all.slice(0, tasks[task + 1] ?? all.length) });
  if (tasks.length === 0 || (await replays({ events: all }))) return null;

  // The first task with which it fails: with it, every longer beginning fails as well.
  let [low, high] = [0, tasks.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (await replays(until(middle))) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return null;
  const bad = low;
  while (low > 1 && !hasCommand(all, tasks[low - 1] as number)) low -= 1;
  const from = tasks[low] as number;
  return {
    eventId: idOf(all[from]),
    badEventId: idOf(all[tasks[bad] as number]),
    messages: [
      // What came after the bad task was never taken: its sender has not been told so.
      ...all.slice(from, tasks[bad]).flatMap((event) => signalIn(event) ?? []),
      ...all.slice(from).flatMap((event) => updateIn(event) ?? []),
    ],
  };
}

/** Whether a completed workflow task has led to anything: each event that it made names it. */
function hasCommand(events: readonly HistoryEvent[], task: number): boolean {
  const id = idOf(events[task]);
  return events.slice(task + 1).some((event) => madeBy(event) === id);
}

function madeBy(event: HistoryEvent): number | null {
  for (const [key, value] of Object.entries(event)) {
    if (!key.endsWith('EventAttributes') || !value) continue;
    const { workflowTaskCompletedEventId: id } = value as { workflowTaskCompletedEventId?: unknown };
    if (id) return Number(id);
  }
  return null;
}

function signalIn({ workflowExecutionSignaledEventAttributes: signal }: HistoryEvent): TakenAfter | null {
  return messageOf(signal?.signalName, signal?.input);
}

function updateIn(event: HistoryEvent): TakenAfter | null {
  const input = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
  return messageOf(input?.name, input?.args);
}

function messageOf(
  name: unknown,
  args: { payloads?: readonly unknown[] | null } | null | undefined,
): TakenAfter | null {
  const known = MESSAGES.find((one) => signalOf(one) === name);
  if (known === undefined) return null;
  const [payload] = args?.payloads ?? [];
  const sent = payload
    ? defaultPayloadConverter.fromPayload<Record<string, unknown> | null>(payload as never)
    : null;
  const { id: _id, sentAt: _sentAt, notAfter: _notAfter, ...request } = sent ?? {};
  return { name: known, request };
}

function idOf(event: HistoryEvent | undefined): number {
  return Number(event?.eventId ?? 0);
}
