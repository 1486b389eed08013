import type { Activities } from '../../../activities';
import type { Call, Engine, UnderWay } from '../../../workflows/activation/engine';
import { type ActivationRun, createRun, type RunOutcome } from '../../../workflows/activation/shell';
import { CallFailed } from '../../../workflows/contract/call-failed';
import type { ActivationInput } from '../../../workflows/contract/messages';
import { MESSAGES, signalOf } from '../../../workflows/contract/messages';
import { begin } from '../../../workflows/lifecycle/begin';
import type { LifecycleEvent } from '../../../workflows/lifecycle/events';
import type { Decision, decide } from '../../../workflows/lifecycle/lifecycle';
import { claimed, readMessage } from '../../../workflows/lifecycle/read-message';
import type { ActivationState } from '../../../workflows/lifecycle/state';
import type { Command, ExternalEvent, Outcome, Shown, TaskStart } from './history';

export type Decider = typeof decide;

/** One decision of the lifecycle, as the auditor sees it. */
export interface Decided {
  readonly before: ActivationState;
  readonly event: LifecycleEvent;
  readonly decision: Decision;
  /** It is decided together with what comes next. */
  readonly isMoreToCome: boolean;
}

/** A local activity that is asked for. */
export interface LocalCall {
  readonly id: number;
  readonly activity: keyof Activities;
  readonly how: Call;
  readonly args: readonly unknown[];
}

/** What a run is made of. */
export interface RunParts {
  readonly input: ActivationInput;
  /** When the workflow was started, by its first run. */
  readonly startedAt: number;
  /** What an earlier run has handed on (`Carried`), as JSON. */
  readonly carried: string | null;
  readonly shown: Shown | null;
  readonly decider: Decider;
  readonly engine: (real: Engine) => Engine;
}

/** What a run hands on to a fresh one. */
export interface Carried {
  readonly state: ActivationState;
  readonly heard: readonly LifecycleEvent[];
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A run of the real shell in the memory of a worker: what Temporal's SDK does for workflow code, without a sandbox. */
export class VirtualRun {
  /** Commands that were given since somebody took them. */
  commands: Command[] = [];
  locals: LocalCall[] = [];
  decisions: Decided[] = [];
  outcome: RunOutcome | null = null;
  /** Whether it is made again from a history. */
  isReplaying = false;
  /** Thrown by workflow code: the task fails. */
  bug: unknown = null;
  /** The workflow fails: a CallFailed went through. */
  failed: CallFailed | null = null;
  #now = 0;
  #start: TaskStart = { at: 0, length: 0, suggested: false };
  /** As workflows/activation/temporal-engine.ts learns it: with a message or a timer, never with a local activity's result. */
  #isFreshRunDue = false;
  #ids = 0;
  #hasBegun = false;
  #hasCommand = false;
  #shown: Shown | null;
  #run: ActivationRun | null = null;
  readonly #waiting = new Map<number, Waiting>();
  readonly #parts: RunParts;
  readonly #decider: Decider;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#shown = parts.shown;
    this.#decider = (state, event, isMoreToCome = false) => {
      const decision = parts.decider(state, event, isMoreToCome);
      this.decisions.push({ before: state, event, decision, isMoreToCome });
      return decision;
    };
  }

  get state(): ActivationState | null {
    return this.#run?.state ?? null;
  }

  /** Hands over what has happened since the last task, all together: messages first, as Temporal's core sorts them. */
  activate(events: readonly ExternalEvent[], start: TaskStart): void {
    this.#start = start;
    this.#now = start.at;
    const isFirst = this.#run === null;
    const run = this.#run ?? this.#create();
    for (const event of events) {
      if (event.type !== 'signaled') continue;
      this.#heard();
      run.tell((at) => this.#eventOf(event, at));
    }
    for (const event of events) {
      if (event.type === 'cancel-requested') run.tell((at) => this.#cancellation(at));
      else if (event.type === 'timer-fired') {
        this.#heard();
        this.#settle(event.id, { result: undefined });
      } else if (event.type === 'activity-ended') this.#settle(event.id, event.outcome);
    }
    if (isFirst) this.#live(run);
  }

  get isFreshRunDue(): boolean {
    return this.#isFreshRunDue;
  }

  #heard(): void {
    this.#isFreshRunDue ||= this.#start.suggested;
  }

  /**
   * A local activity has come to its end within the task.
   *
   * @param next what a replay shows already with it: what the next task was told.
   */
  resolveLocal(id: number, outcome: Outcome, at: number, next: TaskStart | null = null): void {
    if (next) this.#start = { ...next, length: this.#start.length };
    this.#now = Math.max(this.#now, at);
    this.#settle(id, outcome);
  }

  #create(): ActivationRun {
    const { input, carried, engine } = this.#parts;
    const known = carried === null ? null : (JSON.parse(carried) as Carried);
    const state = known?.state ?? begin(input, this.#parts.startedAt);
    this.#run = createRun(engine(this.#engine()), state, this.#decider);
    for (const event of known?.heard ?? []) this.#run.tell(() => event);
    return this.#run;
  }

  #live(run: ActivationRun): void {
    run.live().then(
      (outcome) => {
        this.outcome = outcome;
      },
      (error: unknown) => {
        if (error instanceof CallFailed) this.failed = error;
        else this.bug = error;
      },
    );
  }

  /** As workflows/activation/handlers.ts does it. */
  #eventOf({ name, payload }: Extract<ExternalEvent, { type: 'signaled' }>, at: number): LifecycleEvent {
    const kind = MESSAGES.find((one) => signalOf(one) === name);
    if (kind) return readMessage(kind, payload, at);
    if (name === 'clearanceChanged') return claimed(payload as Parameters<typeof claimed>[0], at);
    const { clearance, begun = null } = payload as {
      clearance: Extract<LifecycleEvent, { type: 'observed' }>['clearance'];
      begun?: number | null;
    };
    return { type: 'observed', at, source: 'sweep', clearance, begun };
  }

  #cancellation(at: number): LifecycleEvent {
    const by = 'Temporal (UI or CLI)';
    return { type: 'defleet-asked', at, via: 'cancel', by, reason: 'Request Cancellation' };
  }

  #engine(): Engine {
    return {
      now: () => this.#now,
      sleep: (milliseconds, summary) => this.#sleep(milliseconds, summary),
      call: (activity, how, ...args) => this.#call(activity, how, args) as UnderWay<never>,
      publish: (state) => this.#publish(state),
      isFreshRunDue: () => this.#isFreshRunDue,
      wasBegunBefore: (messages) => this.#start.length > 3 + messages,
      isDoneAgain: () => this.isReplaying,
    };
  }

  #sleep(milliseconds: number, summary: string): UnderWay<void> {
    const id = ++this.#ids;
    this.#hasCommand = true;
    this.commands.push({ type: 'start-timer', id, milliseconds, summary });
    return {
      result: this.#wait(id) as Promise<void>,
      stop: () => {
        const waiting = this.#waiting.get(id);
        if (!waiting) return;
        this.#waiting.delete(id);
        this.commands.push({ type: 'cancel-timer', id });
        waiting.reject(new Error('The timer was cancelled'));
      },
    };
  }

  #call(activity: keyof Activities, how: Call, args: readonly unknown[]): UnderWay<unknown> {
    const id = ++this.#ids;
    if (how.by === 'here') this.#hasBegun = true;
    else this.#hasCommand = true;
    if (how.by === 'here') this.locals.push({ id, activity, how, args });
    else this.commands.push({ type: 'schedule-activity', id, activity, how, args });
    let stopped = false;
    return {
      result: this.#wait(id),
      stop: () => {
        if (stopped || how.by === 'here' || !this.#waiting.has(id)) return;
        stopped = true;
        this.commands.push({ type: 'cancel-activity', id });
      },
    };
  }

  #wait(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #settle(id: number, outcome: Outcome): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if ('result' in outcome) waiting.resolve(outcome.result);
    else {
      const { message, ...details } = outcome.failure;
      waiting.reject(new CallFailed(message, details));
    }
  }

  /** As workflows/activation/temporal-engine.ts: a turn that begins a local activity has a command. */
  #publish({ clearance, vehicle }: ActivationState): void {
    const always = this.#hasBegun && !this.#hasCommand;
    this.#hasBegun = false;
    this.#hasCommand = false;
    const shown = {
      status: clearance.status,
      reason: clearance.reason?.slice(0, 200) ?? null,
      brand: vehicle.brand,
    };
    const before = this.#shown;
    if (
      before?.status === shown.status &&
      before.reason === shown.reason &&
      before.brand === shown.brand &&
      !always
    )
      return;
    this.#shown = shown;
    this.commands.push({ type: 'show', shown });
  }
}
