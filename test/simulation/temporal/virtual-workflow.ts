import type { ActivationInput } from '../../../workflows/contract/messages';
import type { ActivationState } from '../../../workflows/lifecycle/state';
import type { Clock } from '../clock';
import { ActivityTask, type AttemptRunner, type AttemptWorker } from './activity-task';
import type { Command, ExternalEvent, HistoryEvent, Shown, TaskStart } from './history';

/** A worker that does not answer within this time has lost its workflow task. */
export const TASK_TIMEOUT = 10_000;

/** A workflow task that a worker has begun. */
export interface StartedTask extends TaskStart {
  readonly number: number;
}

export interface WorkflowHost extends AttemptRunner {
  /** A workflow task waits for a worker. */
  dispatch(workflow: VirtualWorkflow): void;
  /** Whether the server suggests a fresh run to a run with so long a history. */
  suggests(length: number): boolean;
}

/** One workflow on the server: what is durable of it. A worker can die at any moment, this cannot. */
export class VirtualWorkflow {
  /** Of the present run. */
  history: HistoryEvent[] = [];
  /** How many decisions of the present run the server has accepted, with the tasks in which they were made. */
  decided = 0;
  /** Number of the present run, from 1. */
  run = 0;
  closed: Extract<Command, { type: 'complete' }> | null = null;
  /** As of the last task that a worker has completed. */
  state: ActivationState | null = null;
  shown: Shown | null = null;
  /** What it showed when the present run began. */
  shownAtStart: Shown | null = null;
  carried: string | null = null;
  readonly startedAt: number;
  readonly input: ActivationInput;
  /** Tasks that were lost or failed, in all runs. */
  lost = 0;
  /** Activities that a run has left behind when it ended. */
  abandoned = 0;
  readonly #host: WorkflowHost;
  readonly #clock: Clock;
  readonly #timers = new Set<number>();
  readonly #activities = new Map<number, ActivityTask>();
  #buffered: ExternalEvent[] = [];
  #task: 'none' | 'scheduled' | StartedTask = 'none';
  #cutOff: StartedTask | null = null;
  #tasks = 0;
  #isCancelRequested = false;
  /** Once it wants a fresh run of a history, it wants it also when that is longer. */
  #isSuggested = false;
  /** Whether the task goes on with the one before, because a local activity does. */
  #isKept = false;

  constructor(input: ActivationInput, host: WorkflowHost) {
    this.input = input;
    this.#host = host;
    this.#clock = host.clock;
    this.startedAt = host.clock.now;
    this.#begin(null);
  }

  /** False when the workflow has ended. */
  signal(name: string, payload: unknown): boolean {
    if (this.closed) return false;
    this.#happened({ type: 'signaled', name, payload });
    return true;
  }

  /** Temporal's own cancellation; asked again it is nothing new. False when the workflow has ended. */
  cancel(): boolean {
    if (this.closed) return false;
    if (!this.#isCancelRequested) this.#happened({ type: 'cancel-requested' });
    this.#isCancelRequested = true;
    return true;
  }

  /** Somebody ends it by force: what it has left behind is nobody's. */
  terminate(): void {
    this.#task = 'none';
    this.closed = { type: 'complete', as: 'terminated', message: 'by force' };
    this.#forget();
  }

  get isCancelRequested(): boolean {
    return this.#isCancelRequested;
  }

  /** Activities that are not over. */
  get underWay(): readonly ActivityTask[] {
    return [...this.#activities.values()];
  }

  get openTimers(): number {
    return this.#timers.size;
  }

  /** Whether nothing waits to be handed to a worker. */
  get isIdle(): boolean {
    return this.#task === 'none';
  }

  workerDied(worker: AttemptWorker, keepsDetails: boolean): void {
    for (const activity of this.#activities.values()) activity.workerDied(worker, keepsDetails);
  }

  /** A worker takes the task that waits; null when there is none any more. */
  beginTask(): StartedTask | null {
    if (this.#task !== 'scheduled' || this.closed) return null;
    const length = this.history.length + 1;
    // Known (decision 9): that it begins to want one while a task is kept is not told apart in a replay.
    if (!this.#isKept) this.#isSuggested ||= this.#host.suggests(length);
    const start = { at: this.#clock.now, length, suggested: this.#isSuggested };
    const task = { ...start, number: ++this.#tasks };
    this.#task = task;
    this.history.push({ type: 'task-started', ...start });
    this.#clock.after(TASK_TIMEOUT, () => this.loseTask(task, 'timed out'));
    return task;
  }

  /** What its worker answers does not arrive any more: the task times out. */
  cutOff(task: StartedTask): void {
    this.#cutOff = task;
  }

  /** The task is given to another worker. Who has had it is refused when it completes it. */
  loseTask(task: StartedTask, why: string): void {
    if (this.#task !== task) return;
    this.lost += 1;
    this.#task = 'none';
    this.history.push({ type: 'task-lost', why });
    this.#flush();
    this.#schedule();
  }

  /**
   * A worker has done a task. False when the server refuses it: another worker has the task, or something has happened
   * that the end of the run would lose.
   *
   * @param goesOn the worker keeps the task, because a local activity runs on: it begins the next at once.
   */
  completeTask(task: StartedTask, commands: readonly Command[], goesOn: boolean): boolean {
    if (this.#task !== task || this.#cutOff === task) return false;
    const close = commands.find(({ type }) => type === 'complete' || type === 'continue-as-new');
    if (close && this.#buffered.length > 0) {
      this.loseTask(task, 'unhandled command');
      return false;
    }
    this.history.push({ type: 'task-completed' });
    // What happens meanwhile (an activity that is stopped at once) is buffered.
    for (const command of commands) this.#obey(command);
    if (close) return true;
    this.#task = 'none';
    const isNews = this.#buffered.length > 0;
    this.#flush();
    this.#isKept = goesOn;
    if (isNews || goesOn) this.#schedule(goesOn);
    return true;
  }

  #obey(command: Command): void {
    this.history.push(command);
    switch (command.type) {
      case 'start-timer':
        this.#startTimer(command.id, command.milliseconds);
        break;
      case 'cancel-timer':
        this.#timers.delete(command.id);
        // It may have fired while the task was done.
        this.#buffered = this.#buffered.filter(
          (event) => event.type !== 'timer-fired' || event.id !== command.id,
        );
        break;
      case 'schedule-activity':
        this.#activities.set(
          command.id,
          new ActivityTask(command, this.#host, (outcome) => {
            this.#activities.delete(command.id);
            this.#happened({ type: 'activity-ended', id: command.id, outcome });
          }),
        );
        break;
      case 'cancel-activity':
        this.#activities.get(command.id)?.stop();
        break;
      case 'show':
        this.shown = command.shown;
        break;
      case 'marker':
        break;
      case 'complete':
        this.#task = 'none';
        this.closed = command;
        this.#forget();
        break;
      case 'continue-as-new':
        this.#forget();
        this.#task = 'none';
        this.#begin(command.carried);
        break;
    }
  }

  #startTimer(id: number, milliseconds: number): void {
    const { run } = this;
    this.#timers.add(id);
    this.#clock.after(milliseconds, () => {
      if (this.run === run && this.#timers.delete(id)) this.#happened({ type: 'timer-fired', id });
    });
  }

  #begin(carried: string | null): void {
    this.run += 1;
    this.carried = carried;
    this.shownAtStart = this.shown;
    this.decided = 0;
    this.#isSuggested = false;
    this.history = [{ type: 'started', carried }];
    // A fresh run is not cancelled yet: Temporal keeps the request with the run that it was for.
    this.#isCancelRequested = false;
    this.#schedule();
  }

  #forget(): void {
    this.#timers.clear();
    this.abandoned += this.#activities.size;
    for (const activity of this.#activities.values()) activity.abandon();
    this.#activities.clear();
  }

  #happened(event: ExternalEvent): void {
    if (typeof this.#task === 'object') this.#buffered.push(event);
    else {
      this.history.push(event);
      this.#schedule();
    }
  }

  #flush(): void {
    this.history.push(...this.#buffered);
    this.#buffered = [];
  }

  #schedule(isTaken = false): void {
    if (this.#task !== 'none' || this.closed) return;
    this.#task = 'scheduled';
    this.history.push({ type: 'task-scheduled' });
    if (!isTaken) this.#host.dispatch(this);
  }
}
