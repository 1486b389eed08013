import type { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../../activities';
import type { Attempt } from '../../../activities/attempt';
import { settlePromises } from '../clock';
import type { ActivityTask, AttemptWorker } from './activity-task';
import { type AttemptFailure, attemptFailureOf } from './failure';
import type { Command, ExternalEvent, Outcome } from './history';
import { handedOver, Nondeterminism, replayed } from './replay';
import type { LocalCall, VirtualRun } from './virtual-run';
import type { VirtualTemporal } from './virtual-temporal';
import type { StartedTask, VirtualWorkflow } from './virtual-workflow';

/** A worker answers before its task times out, when a local activity takes longer (Temporal's core: 80 % of it). */
const HEARTBEAT = 8_000;
const LOCAL_ATTEMPT = 60_000;

/** A run in the memory of a worker, and how far into the history it has come. */
interface Cached {
  readonly run: VirtualRun;
  readonly number: number;
  position: number;
}

/** What a worker has in its hands. */
interface AtWork {
  readonly workflow: VirtualWorkflow;
  readonly cached: Cached;
  task: StartedTask;
  commands: Command[];
  /** Local activities that run. */
  readonly running: Set<number>;
  isOver: boolean;
}

/** A worker process: all that is in here is lost when it dies. */
export class Worker implements AttemptWorker {
  isAlive = true;
  readonly #temporal: VirtualTemporal;
  readonly #activities: Activities;
  readonly #cache = new Map<VirtualWorkflow, Cached>();
  #attempt: Attempt | null = null;

  /** @param make its activities; called with what tells them of their attempt. */
  constructor(temporal: VirtualTemporal, make: (worker: Worker, attempt: () => Attempt) => Activities) {
    this.#temporal = temporal;
    this.#activities = make(this, () => {
      if (!this.#attempt) throw new Error('An activity asks for its attempt too late');
      return this.#attempt;
    });
  }

  /** A workflow task has come. */
  async take(workflow: VirtualWorkflow): Promise<void> {
    const task = workflow.beginTask();
    if (!task) return;
    if (this.#temporal.happens('lost-task')) return;
    if (this.#temporal.happens('doubled-task')) this.#temporal.doubles(workflow, task);
    if (this.#dies('before-task')) return;
    const cached = await this.#cachedRun(workflow);
    if (!cached) return;
    const events = handedOver(workflow.history, cached.position);
    const work = { workflow, cached, task, commands: [], running: new Set<number>(), isOver: false };
    await this.#activate(work, events);
  }

  /** The run in memory; of a workflow that it has not, it is made again from the history. */
  async #cachedRun(workflow: VirtualWorkflow): Promise<Cached | null> {
    const known = this.#cache.get(workflow);
    if (known?.number === workflow.run) return known;
    try {
      const { run, position } = await replayed(workflow, () => this.#temporal.createRun(workflow));
      const cached = { run, number: workflow.run, position };
      this.#cache.set(workflow, cached);
      if (position > 1) this.#temporal.replays += 1;
      return cached;
    } catch (error) {
      if (!(error instanceof Nondeterminism)) throw error;
      this.#temporal.witness.complain(error.message);
      return null;
    }
  }

  async #activate(work: AtWork, events: readonly ExternalEvent[]): Promise<void> {
    work.cached.run.activate(events, work.task);
    await settlePromises();
    await this.#proceed(work);
  }

  /** Everything that could go on has gone on: begins local activities, or answers the server. */
  async #proceed(work: AtWork): Promise<void> {
    if (!this.isAlive || work.isOver) return;
    const { run } = work.cached;
    work.commands.push(...run.commands.splice(0));
    const isFirst = work.running.size === 0;
    const locals = run.locals.splice(0);
    for (const local of locals) this.#beginLocal(work, local, 1);
    if (run.bug) this.#failed(work, run.bug);
    else if (work.running.size === 0) this.#answer(work);
    else if (isFirst) this.#heartbeatLater(work);
    if (locals.length > 0) await settlePromises();
  }

  #beginLocal(work: AtWork, local: LocalCall, attempt: number): void {
    work.running.add(local.id);
    const { clock } = this.#temporal;
    let isOver = false;
    const ended = (outcome: { readonly result: unknown } | AttemptFailure): void => {
      if (isOver) return;
      isOver = true;
      clock.after(0, () => this.#localEnded(work, local, attempt, outcome));
    };
    void this.#execute(local, {
      isLocal: true,
      attempt,
      heartbeatDetails: undefined,
      heartbeat: () => {},
    }).then(ended);
    // A query is answered with the task, which is given again at once.
    if (this.#temporal.happens('early-report')) {
      clock.after(this.#temporal.delay(), () => this.#answerQuery(work, local));
    }
    clock.after(LOCAL_ATTEMPT, () => {
      if (isOver || !this.isAlive) return;
      const failure = { message: 'activity StartToClose timeout', stopped: false, next: null, wait: null };
      ended({
        failure: { ...failure, mayPass: true, told: null, endedAt: null },
        nonRetryable: false,
        nextRetryDelay: null,
      });
    });
  }

  #localEnded(
    work: AtWork,
    local: LocalCall,
    attempt: number,
    ended: { readonly result: unknown } | AttemptFailure,
  ): Promise<void> | undefined {
    if (!this.isAlive || work.isOver) return undefined;
    const { clock } = this.#temporal;
    if (!('result' in ended)) {
      const { retry } = local.how;
      const mayRetry = retry && !ended.nonRetryable && attempt < (retry.attempts ?? Number.POSITIVE_INFINITY);
      if (mayRetry) {
        const wait = Math.min(retry.first * 2 ** (attempt - 1), retry.longest);
        clock.after(ended.nextRetryDelay ?? wait, () => {
          if (!this.isAlive || work.isOver) return undefined;
          this.#beginLocal(work, local, attempt + 1);
          return settlePromises();
        });
        return undefined;
      }
    }
    work.running.delete(local.id);
    const outcome: Outcome = 'result' in ended ? ended : { failure: ended.failure };
    const at = clock.now;
    work.commands.push({ type: 'marker', id: local.id, at, outcome });
    const hear = (): Promise<void> => {
      work.cached.run.resolveLocal(local.id, outcome, at);
      return settlePromises().then(() => this.#proceed(work));
    };
    if (!this.#temporal.happens('early-report')) return hear();
    return this.#goOn(work)?.then(hear);
  }

  /**
   * The task is answered, and the next is begun at once: what came meanwhile is handed over. Undefined where the worker
   * has lost the task.
   */
  #goOn(work: AtWork): Promise<void> | undefined {
    const { workflow, cached } = work;
    if (!this.#complete(work, true)) return undefined;
    const next = workflow.beginTask();
    if (!next) return undefined;
    work.task = next;
    work.commands = [];
    cached.run.activate(handedOver(workflow.history, cached.position), next);
    return settlePromises();
  }

  #answerQuery(work: AtWork, local: LocalCall): Promise<void> | undefined {
    if (!this.isAlive || work.isOver || !work.running.has(local.id)) return undefined;
    return this.#goOn(work)?.then(() => {
      this.#heartbeatLater(work);
      return this.#proceed(work);
    });
  }

  /** The task is answered in time. */
  #heartbeatLater(work: AtWork): void {
    const { task } = work;
    this.#temporal.clock.at(task.at + HEARTBEAT, () => {
      if (!this.isAlive || work.isOver || work.task !== task || work.running.size === 0) return undefined;
      const goingOn = this.#goOn(work);
      if (!goingOn) return undefined;
      if (this.#dies('while-kept')) return undefined;
      return goingOn.then(() => {
        this.#heartbeatLater(work);
        return this.#proceed(work);
      });
    });
  }

  #answer(work: AtWork): void {
    const { cached, workflow } = work;
    const { run } = cached;
    if (this.#dies('before-answer')) return;
    const close = this.#temporal.closeOf(run);
    if (close) work.commands.push(close);
    work.isOver = true;
    if (!this.#complete(work, false)) return;
    if (close) this.#cache.delete(workflow);
    else if (this.#temporal.happens('eviction')) this.#cache.delete(workflow);
    this.#dies('after-answer');
  }

  #complete({ workflow, cached, task, commands }: AtWork, goesOn: boolean): boolean {
    const { run } = cached;
    const decisions = run.decisions.splice(0);
    const before = workflow.history.length;
    workflow.decided += decisions.length;
    if (!workflow.completeTask(task, commands, goesOn)) {
      workflow.decided -= decisions.length;
      this.#cache.delete(workflow);
      return false;
    }
    // The task's own end and its commands; what was buffered comes with the next.
    cached.position = before + 1 + commands.length;
    this.#temporal.taskDone(workflow, { run, decisions, commands, task, goesOn });
    return true;
  }

  #failed(work: AtWork, bug: unknown): void {
    work.isOver = true;
    this.#cache.delete(work.workflow);
    this.#temporal.witness.complain(`a workflow task fails: ${bug instanceof Error ? bug.message : bug}`);
  }

  attempt(
    { command }: ActivityTask,
    attempt: number,
    heartbeat: (details: unknown) => void,
    heartbeatDetails: unknown,
  ): Promise<{ readonly result: unknown } | AttemptFailure> {
    return this.#execute(command, { isLocal: false, attempt, heartbeatDetails, heartbeat });
  }

  /** Never settles when the worker dies meanwhile. */
  #execute(
    { activity, args }: Pick<LocalCall, 'activity' | 'args'>,
    attempt: Attempt,
  ): Promise<{ readonly result: unknown } | AttemptFailure> {
    const { witness } = this.#temporal;
    witness.attempted(activity, args, attempt);
    this.#attempt = attempt;
    const call = this.#activities[activity] as (...all: readonly unknown[]) => Promise<unknown>;
    const running = call(...args);
    const endedAt = (): number => this.#temporal.clock.now;
    this.#attempt = null;
    return new Promise((resolve) => {
      running.then(
        (value) => {
          if (this.isAlive) resolve({ result: { value, endedAt: endedAt() } });
        },
        (error: unknown) => {
          if (!this.isAlive) return;
          try {
            const failure = attemptFailureOf(error, endedAt());
            witness.failed?.(activity, (error as ApplicationFailure).type ?? '');
            resolve(failure);
          } catch {
            witness.complain(`${activity} fails with a bug: ${(error as Error).stack}`);
          }
        },
      );
    });
  }

  #dies(where: 'before-task' | 'while-kept' | 'before-answer' | 'after-answer'): boolean {
    if (!this.isAlive) return true;
    if (!this.#temporal.happens(where)) return false;
    this.#temporal.crash(this);
    return true;
  }
}
