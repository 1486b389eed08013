import type { Clock } from '../clock';
import { type AttemptFailure, timedOut } from './failure';
import type { Command, Outcome } from './history';

type Scheduled = Extract<Command, { type: 'schedule-activity' }>;

/** One attempt is given up after this long (workflows/activation/temporal-engine.ts). */
const ATTEMPT = 60_000;

/** What an attempt writes down leaves its worker no more often than this; when it fails, at once. */
const HEARTBEATS = 30_000;

/** Who executes attempts. */
export interface AttemptRunner {
  readonly clock: Clock;
  /** Runs `begin` once a worker is there. */
  queue(begin: (worker: AttemptWorker) => void): void;
}

export interface AttemptWorker {
  readonly isAlive: boolean;
  /** Runs one attempt; never settles where the worker dies. */
  attempt(
    task: ActivityTask,
    number: number,
    heartbeat: (details: unknown) => void,
    details: unknown,
  ): Promise<{ readonly result: unknown } | AttemptFailure>;
}

/** An activity of the queue, as the server keeps it: attempts, their waits, what was written down, and its end. */
export class ActivityTask {
  readonly command: Scheduled;
  readonly #runner: AttemptRunner;
  readonly #done: (outcome: Outcome) => void;
  readonly #scheduledAt: number;
  #attempts = 0;
  #state: 'queued' | 'running' | 'waiting' | 'over' = 'queued';
  #worker: AttemptWorker | null = null;
  #isStopped = false;
  /** What the attempts have written down, as the server has it once their worker tells it. */
  #details: unknown;
  /** What has reached the server for sure: the first of an attempt at once, the others when it is time again. */
  #sent: unknown;
  #sentAt = Number.NEGATIVE_INFINITY;
  #last: AttemptFailure | null = null;

  constructor(command: Scheduled, runner: AttemptRunner, done: (outcome: Outcome) => void) {
    this.command = command;
    this.#runner = runner;
    this.#done = done;
    this.#scheduledAt = runner.clock.now;
    this.#enqueue();
    const { patience } = command.how;
    if (patience !== undefined) runner.clock.after(patience, () => this.#endTime());
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** WAIT_CANCELLATION_COMPLETED: an attempt that runs is waited for, the next one does not come. */
  stop(): void {
    if (this.#state === 'over') return;
    this.#isStopped = true;
    if (this.#state !== 'running') this.#fail(timedOut('The activity was cancelled').failure);
  }

  /** The workflow is over: nobody waits any more. */
  abandon(): void {
    this.#state = 'over';
  }

  /** Its worker has died. @param keepsDetails whether what the attempt wrote down last had left it. */
  workerDied(worker: AttemptWorker, keepsDetails: boolean): void {
    if (this.#state !== 'running' || this.#worker !== worker || keepsDetails) return;
    if (this.#runner.clock.now < this.#sentAt + HEARTBEATS) this.#details = this.#sent;
  }

  #enqueue(): void {
    this.#state = 'queued';
    this.#runner.queue((worker) => {
      if (this.#state === 'queued') this.#begin(worker);
    });
  }

  #begin(worker: AttemptWorker): void {
    this.#attempts += 1;
    const number = this.#attempts;
    this.#state = 'running';
    this.#worker = worker;
    this.#sent = this.#details;
    this.#sentAt = Number.NEGATIVE_INFINITY;
    const isCurrent = (): boolean => this.#state === 'running' && this.#attempts === number;
    const heartbeat = (details: unknown): void => {
      if (isCurrent() && worker.isAlive) this.#beat(details);
    };
    this.#runner.clock.after(ATTEMPT, () => {
      if (isCurrent()) this.#attemptFailed(timedOut('activity StartToClose timeout'));
    });
    void worker.attempt(this, number, heartbeat, this.#details).then((outcome) => {
      if (!isCurrent()) return;
      if ('result' in outcome) this.#finish(outcome);
      else this.#attemptFailed(outcome);
    });
  }

  #beat(details: unknown): void {
    this.#details = JSON.parse(JSON.stringify(details));
    const { now } = this.#runner.clock;
    if (now < this.#sentAt + HEARTBEATS) return;
    this.#sent = this.#details;
    this.#sentAt = now;
  }

  #attemptFailed(failed: AttemptFailure): void {
    this.#last = failed;
    const { retry, patience } = this.command.how;
    const { now } = this.#runner.clock;
    const isTold = retry?.unless?.includes(failed.failure.code ?? '') ?? false;
    if (
      this.#isStopped ||
      failed.nonRetryable ||
      isTold ||
      !retry ||
      this.#attempts >= (retry.attempts ?? Infinity)
    ) {
      this.#fail(failed.failure);
      return;
    }
    const backoff = Math.min(retry.first * 2 ** (this.#attempts - 1), retry.longest);
    const wait = failed.nextRetryDelay ?? backoff;
    if (patience !== undefined && now + wait > this.#scheduledAt + patience) {
      this.#fail(failed.failure);
      return;
    }
    this.#state = 'waiting';
    this.#runner.clock.after(wait, () => {
      if (this.#state === 'waiting') this.#enqueue();
    });
  }

  #endTime(): void {
    if (this.#state === 'over') return;
    const words = 'activity ScheduleToClose timeout';
    const isStopped = this.#isStopped;
    this.#isStopped = false;
    this.#fail(this.#last?.failure ?? timedOut(words).failure);
    this.#isStopped = isStopped;
  }

  #fail(failure: AttemptFailure['failure']): void {
    this.#finish({ failure: this.#isStopped ? { ...failure, stopped: true } : failure });
  }

  #finish(outcome: Outcome): void {
    this.#state = 'over';
    this.#done(outcome);
  }
}
