import { settlePromises } from '../clock';
import {
  type Command,
  type ExternalEvent,
  type HistoryEvent,
  isCommand,
  isExternal,
  type TaskStart,
} from './history';
import type { VirtualRun } from './virtual-run';
import type { VirtualWorkflow } from './virtual-workflow';

/** A run that was made again wants something else than it wanted before. */
export class Nondeterminism extends Error {}

/** What has happened since a place of the history, to be handed over with the task that has begun. */
export function handedOver(history: readonly HistoryEvent[], from: number): ExternalEvent[] {
  return history.slice(from).filter(isExternal);
}

/**
 * Makes a run again from its history: everything that happened is handed over task by task, and its commands must be
 * those that are recorded. What was given in a task that was lost is not in the history, and so forgotten.
 *
 * @returns the run, and the place behind its last completed task.
 */
export async function replayed(
  { history, decided }: VirtualWorkflow,
  create: () => VirtualRun,
): Promise<{ run: VirtualRun; position: number }> {
  const run = create();
  run.isReplaying = true;
  let position = 1;
  let events: ExternalEvent[] = [];
  let start: TaskStart | null = null;
  for (let index = 1; index < history.length; index++) {
    const event = history[index] as HistoryEvent;
    if (isExternal(event)) events.push(event);
    else if (event.type === 'task-started') start = event;
    else if (event.type === 'task-completed' && start) {
      // Taken for one that only kept its task: what was told in it is told with the next (Temporal's core).
      if (history[index + 1]?.type === 'task-scheduled') continue;
      run.activate(events, { ...start, at: shownAt(run, start, history, index + 1) });
      await settlePromises();
      const end = await compareTask(run, history, index + 1);
      events = [];
      position = end;
      index = end - 1;
    }
  }
  // What follows from a result that was reported in the last moment is decided again, and nobody has seen it yet.
  run.decisions.splice(0, decided);
  run.isReplaying = false;
  return { run, position };
}

/**
 * The time that a replay shows with a task: its own, or that of the end of a local activity under way, which Temporal's core
 * resolves before it tells of anything.
 */
function shownAt(run: VirtualRun, start: TaskStart, history: readonly HistoryEvent[], from: number): number {
  let shown = start.at;
  for (let index = from; index < history.length; index++) {
    const event = history[index] as HistoryEvent;
    if (!isCommand(event)) break;
    if (event.type === 'marker' && run.locals.some(({ id }) => id === event.id))
      shown = Math.max(shown, event.at);
  }
  return shown;
}

/**
 * Compares the commands of one task. What a run does with a result that was reported in its last moment is in the next
 * task: the run keeps it for that. @returns the place behind them.
 */
async function compareTask(run: VirtualRun, history: readonly HistoryEvent[], from: number): Promise<number> {
  let given = run.commands.splice(0);
  let index = from;
  let isReport = false;
  for (; index < history.length; index++) {
    const recorded = history[index] as HistoryEvent;
    if (!isCommand(recorded)) break;
    isReport = recorded.type === 'marker';
    if (recorded.type === 'marker') {
      if (given.length > 0) throw differs(given[0] as Command, recorded);
      // Local activities without a marker are left: a worker begins them again.
      run.locals = run.locals.filter(({ id }) => id !== recorded.id);
      run.resolveLocal(recorded.id, recorded.outcome, recorded.at, startAfter(history, index));
      await settlePromises();
      given = run.commands.splice(0);
      continue;
    }
    const command = given.shift();
    if (!command || compared(command) !== comparedOnce(recorded)) throw differs(command, recorded);
  }
  if (given.length > 0 && !isReport) throw differs(given[0] as Command, undefined);
  run.commands.unshift(...given);
  return index;
}

/** What Temporal's core compares: not how long a timer is. */
function compared(command: Command): string {
  return JSON.stringify(command.type === 'start-timer' ? { ...command, milliseconds: 0 } : command);
}

const known = new WeakMap<Command, string>();

/** Of what is recorded, which is compared with every replay. */
function comparedOnce(recorded: Command): string {
  const found = known.get(recorded);
  if (found !== undefined) return found;
  const text = compared(recorded);
  known.set(recorded, text);
  return text;
}

function startAfter(history: readonly HistoryEvent[], from: number): TaskStart | null {
  for (let index = from; index < history.length; index++) {
    const event = history[index] as HistoryEvent;
    if (event.type === 'task-started') return event;
  }
  return null;
}

function differs(given: Command | undefined, recorded: Command | undefined): Nondeterminism {
  const words = (command: Command | undefined): string =>
    command ? JSON.stringify(command).slice(0, 300) : 'nothing';
  return new Nondeterminism(`a replay wants ${words(given)}, and the history has ${words(recorded)}`);
}
