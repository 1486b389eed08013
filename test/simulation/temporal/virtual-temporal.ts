import type { Activities } from '../../../activities';
import type { Attempt } from '../../../activities/attempt';
import type { Engine } from '../../../workflows/activation/engine';
import type { ActivationInput } from '../../../workflows/contract/messages';
import { decide } from '../../../workflows/lifecycle/lifecycle';
import { type Clock, settlePromises } from '../clock';
import type { AttemptWorker } from './activity-task';
import type { Command } from './history';
import { type Decided, type Decider, VirtualRun } from './virtual-run';
import { type StartedTask, VirtualWorkflow, type WorkflowHost } from './virtual-workflow';
import { Worker } from './worker';

/** What may go wrong between a server and its workers. */
export type Mishap =
  | 'lost-task'
  | 'doubled-task'
  | 'eviction'
  | 'before-task'
  | 'while-kept'
  /** The result of a local activity is in the history before the run hears it, which is with what comes next. */
  | 'early-report'
  | 'before-answer'
  | 'after-answer';

export interface Circumstances {
  /** Whether it goes wrong now. */
  happens(mishap: Mishap): boolean;
  /** How long a task waits for a worker that is there. */
  delay(): number;
  /** How long a worker that has died is away. */
  downtime(): number;
  /** Whether what a dead attempt wrote down last had reached the server. */
  keepsDetails(): boolean;
  /** Whether the server suggests a fresh run to a run with so long a history. */
  suggests(length: number): boolean;
}

/** Nothing goes wrong, and everything is done at once. */
export const CALM: Circumstances = {
  happens: () => false,
  delay: () => 0,
  downtime: () => 0,
  keepsDetails: () => true,
  suggests: () => false,
};

/** A task that the server has accepted. */
export interface TaskDone {
  readonly run: VirtualRun;
  readonly decisions: readonly Decided[];
  readonly commands: readonly Command[];
  readonly task: StartedTask;
  readonly goesOn: boolean;
}

/** Hears of everything that happens. */
export interface Witness {
  complain(what: string): void;
  attempted(activity: keyof Activities, args: readonly unknown[], attempt: Attempt): void;
  /** An attempt has failed. @param code of the error. */
  failed?(activity: keyof Activities, code: string): void;
  taskDone(workflow: VirtualWorkflow, done: TaskDone): void;
}

/** Temporal on virtual time: a server that forgets nothing, and workers that may die. */
export class VirtualTemporal implements WorkflowHost {
  replays = 0;
  crashes = 0;
  readonly clock: Clock;
  readonly witness: Witness;
  readonly workflows: VirtualWorkflow[] = [];
  readonly #circumstances: Circumstances;
  readonly #decider: Decider;
  readonly #engine: (real: Engine) => Engine;
  readonly #make: (worker: Worker, attempt: () => Attempt) => Activities;
  #worker: Worker | null;
  /** All that ever were: one that has lost its task may still be at work. */
  readonly #workers: Worker[] = [];
  #waiting: (() => void | Promise<void>)[] = [];
  /** Told when a worker has died. */
  onDeath: (worker: Worker) => void = () => {};
  /** Told when a workflow has ended. */
  onClosed: (workflow: VirtualWorkflow) => void = () => {};

  constructor(
    parts: {
      readonly clock: Clock;
      readonly witness: Witness;
      readonly circumstances?: Circumstances;
      readonly decider?: Decider;
      readonly engine?: (real: Engine) => Engine;
    },
    make: (worker: Worker, attempt: () => Attempt) => Activities,
  ) {
    this.clock = parts.clock;
    this.witness = parts.witness;
    this.#circumstances = parts.circumstances ?? CALM;
    this.#decider = parts.decider ?? decide;
    this.#engine = parts.engine ?? ((real) => real);
    this.#make = make;
    this.#worker = this.#hire();
  }

  /** The worker that gets the tasks now; null while none is there. */
  get worker(): Worker | null {
    return this.#worker;
  }

  start(input: ActivationInput): VirtualWorkflow {
    const workflow = new VirtualWorkflow(input, this);
    this.workflows.push(workflow);
    return workflow;
  }

  dispatch(workflow: VirtualWorkflow): void {
    this.#whenThere((worker) => worker.take(workflow));
  }

  queue(begin: (worker: AttemptWorker) => void): void {
    this.#whenThere((worker) => {
      begin(worker);
      return settlePromises();
    });
  }

  /** How long something takes on its way. */
  delay(): number {
    return this.#circumstances.delay();
  }

  suggests(length: number): boolean {
    return this.#circumstances.suggests(length);
  }

  happens(mishap: Mishap): boolean {
    return this.#circumstances.happens(mishap);
  }

  /** The worker dies now, with all that it has in its memory and in its hands. */
  crash(worker: Worker): void {
    if (!worker.isAlive) return;
    worker.isAlive = false;
    this.crashes += 1;
    const keepsDetails = this.#circumstances.keepsDetails();
    for (const workflow of this.workflows) workflow.workerDied(worker, keepsDetails);
    this.onDeath(worker);
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.clock.after(this.#circumstances.downtime(), () => this.#comes());
  }

  /** No worker hears of anything any more. */
  close(): void {
    for (const worker of this.#workers) worker.isAlive = false;
  }

  /** The worker hears of a task and is not heard any more: a second worker gets the task, while it still works on it. */
  doubles(workflow: VirtualWorkflow, task: StartedTask): void {
    workflow.cutOff(task);
    if (this.#worker) this.#worker = this.#hire();
  }

  createRun(workflow: VirtualWorkflow): VirtualRun {
    const { input, startedAt, carried, shownAtStart } = workflow;
    return new VirtualRun({
      input,
      startedAt,
      carried,
      shown: shownAtStart,
      decider: this.#decider,
      engine: this.#engine,
    });
  }

  /** The command with which a run ends, as workflows/activation/activation.ts gives it. */
  closeOf({ outcome, failed }: VirtualRun): Command | null {
    if (failed) return { type: 'complete', as: 'failed', message: failed.message };
    if (!outcome) return null;
    const { state, next, heard } = outcome;
    if (next === 'fresh run') return { type: 'continue-as-new', carried: JSON.stringify({ state, heard }) };
    return { type: 'complete', as: state.defleet?.via === 'cancel' ? 'canceled' : 'completed', message: '' };
  }

  taskDone(workflow: VirtualWorkflow, done: TaskDone): void {
    workflow.state = done.run.state;
    this.witness.taskDone(workflow, done);
    if (workflow.closed) this.onClosed(workflow);
  }

  #whenThere(work: (worker: Worker) => void | Promise<void>): void {
    this.clock.after(this.#circumstances.delay(), () => this.#now(work));
  }

  #now(work: (worker: Worker) => void | Promise<void>): void | Promise<void> {
    if (this.#worker) return work(this.#worker);
    this.#waiting.push(() => this.#now(work));
  }

  #hire(): Worker {
    const worker = new Worker(this, this.#make);
    this.#workers.push(worker);
    return worker;
  }

  #comes(): void {
    this.#worker = this.#hire();
    for (const work of this.#waiting.splice(0)) this.clock.after(0, work);
  }
}
