import { isDeepStrictEqual } from 'node:util';
import { observationOf } from '../../activities/observation';
import { submitTogether } from '../../activities/submission';
import type { Clearance } from '../../src/domain/clearance';
import type { Rules } from '../../src/domain/rules';
import type { ClearanceProvider, FirstData, WithdrawAnswer } from '../../src/providers/provider';
import { ProviderError } from '../../src/providers/provider-error';
import type { LifecycleEvent } from '../../workflows/events';
import type { decide as Decide, Decision } from '../../workflows/lifecycle';
import {
  type ActivationState,
  begin,
  type Command,
  type CommandType,
  type SubmitResult,
  type Vehicle,
} from '../../workflows/state';
import { type Clock, MINUTE, SECOND } from './clock';
import type { Line, Reply } from './line';
import type { SimulatedProvider } from './provider';
import type { Random } from './random';
import { VIN, type World } from './world';

export type Decider = typeof Decide;

/** Hears of everything that the shell does. */
export interface Witness {
  decided(before: ActivationState, event: LifecycleEvent, decision: Decision): void;
  attempted(command: CommandType, state: ActivationState): void;
  complain(what: string): void;
}

interface Running {
  readonly command: CommandType;
  readonly startedAt: number;
  attempt: number;
  waiting: boolean;
  stopped: boolean;
  over: boolean;
}

type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;
export type Message = Untimed<LifecycleEvent>;

/**
 * A thin copy of the workflow and of what Temporal does for it: one loop, one timer, commands with retries, and a
 * fresh run now and then. It stands for workflows/activation.ts and commands.ts, which need a server.
 */
export class Shell {
  state: ActivationState;
  restarts = 0;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #provider: SimulatedProvider;
  readonly #line: Line;
  readonly #rules: Rules;
  readonly #decide: Decider;
  readonly #witness: Witness;
  #running: Running | null = null;
  #timer = 0;
  #isAwaiting = false;

  constructor(
    parts: {
      clock: Clock;
      random: Random;
      world: World;
      provider: SimulatedProvider;
      line: Line;
      rules: Rules;
    },
    decide: Decider,
    witness: Witness,
  ) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#provider = parts.provider;
    this.#line = parts.line;
    this.#rules = parts.rules;
    this.#decide = decide;
    this.#witness = witness;
    this.state = begin({ vin: VIN, brand: parts.world.brand }, 'high-mobility', parts.clock.now);
  }

  start(): void {
    this.#clock.after(5 * SECOND, () => this.#beginActivation());
  }

  /** The first activity: the rules, and the submission where that comes first. */
  #beginActivation(): void {
    const rules = this.#rules;
    const started = { type: 'started', rules, submission: null } as const;
    const first = this.#decide(this.state, { ...started, at: this.state.startedAt });
    if (!first.commands.includes('submit')) {
      this.tell(started);
      return;
    }
    this.#witness.attempted('submit', this.state);
    this.#submit(first.state.vehicle, (reply) => {
      if ('value' in reply) this.tell({ ...started, submission: reply.value });
      else this.#clock.after(SECOND, () => this.tell({ ...started, submission: 'unknown' }));
    });
  }

  tell(message: Message): void {
    if (this.state.ended) return;
    const event = { ...message, at: this.#clock.now } as LifecycleEvent;
    const before = this.state;
    const decision = this.#decide(before, event);
    this.state = decision.state;
    this.#witness.decided(before, event, decision);
    for (const command of decision.commands) this.#run(command);
    if (!this.state.inFlight && !this.state.ended && this.#random.chance(0.02)) this.#continueAsNew();
    this.#setTimer();
  }

  /** A fresh run gets the state as JSON. */
  #continueAsNew(): void {
    const carried = JSON.parse(JSON.stringify(this.state)) as ActivationState;
    if (!isDeepStrictEqual(carried, this.state)) this.#witness.complain('the state does not survive JSON');
    this.state = carried;
    this.restarts += 1;
  }

  /** One timer: setting it forgets the one before. */
  #setTimer(): void {
    const timer = ++this.#timer;
    const { wake, ended } = this.state;
    if (!wake || ended) return;
    this.#clock.at(wake.at, () => {
      if (timer === this.#timer) this.tell({ type: 'deadline-reached' });
    });
  }

  #run(command: Command): void {
    if (command === 'stop-submitting') this.#stop();
    else if (command === 'read-rules') {
      this.#clock.after(SECOND, () => this.tell({ type: 'rules-read', rules: this.#rules }));
    } else this.#begin(command);
  }

  #begin(command: CommandType): void {
    if (this.#running) this.#witness.complain(`${command} while ${this.#running.command} is in flight`);
    this.#running = {
      command,
      startedAt: this.#clock.now,
      attempt: 0,
      waiting: false,
      stopped: false,
      over: false,
    };
    this.#attempt(this.#running);
  }

  #attempt(running: Running): void {
    running.attempt += 1;
    running.waiting = false;
    this.#witness.attempted(running.command, this.state);
    this.#ask(running.command, (reply) => {
      if ('value' in reply) this.#finish(running, reply.value);
      else this.#retry(running, reply.error);
    });
  }

  /** One attempt of the activity, which answers with an event. */
  #ask(command: CommandType, done: (reply: Reply<Message>) => void): void {
    const provider = this.#provider;
    const line = this.#line;
    const told =
      <T>(toEvent: (value: T) => Message) =>
      (reply: Reply<T>): void =>
        done('value' in reply ? { value: toEvent(reply.value) } : reply);
    if (command === 'submit') {
      this.#submit(
        this.state.vehicle,
        told((result) => ({ type: 'submitted', result })),
      );
    } else if (command === 'withdraw') {
      const toEvent = told((answer: WithdrawAnswer) => ({ type: 'withdrawn', answer }));
      line.call(() => provider.withdraw(), toEvent);
    } else if (command === 'check-data') {
      const toEvent = told((answer: FirstData) => ({ type: 'data-checked', answer }));
      line.call(() => provider.firstData(), toEvent);
    } else {
      const toEvent = told((clearance: Clearance | null) => ({
        type: 'observed',
        source: 'poll',
        clearance: clearance && observationOf(clearance),
      }));
      line.call(() => provider.read(), toEvent);
    }
  }

  /** The real activity, over the simulated line. */
  #submit(vehicle: Vehicle, done: (reply: Reply<SubmitResult>) => void): void {
    const provider = this.#provider;
    const line = this.#line;
    const part: Pick<ClearanceProvider, 'list' | 'submit'> = {
      list: async () => {
        const clearance = await line.ask(() => provider.read());
        return clearance ? [clearance] : [];
      },
      submit: async () => [await line.ask(() => provider.submit())],
    };
    this.#isAwaiting = true;
    const passenger = { vehicle, sendBy: Number.POSITIVE_INFINITY };
    void submitTogether(part, [passenger])
      .catch((error: unknown) => [error as Error])
      .then(([result]): Reply<SubmitResult> => {
        if (result instanceof ProviderError) return { error: result };
        if (!result || result instanceof Error) throw result;
        return { value: result };
      })
      .then((reply) => {
        this.#isAwaiting = false;
        done(reply);
      });
  }

  /** Whether promises have to go on before time does. */
  get isAwaiting(): boolean {
    return this.#isAwaiting;
  }

  #retry(running: Running, error: ProviderError): void {
    const { command, attempt, startedAt } = running;
    // A cancelled activity is not repeated, whatever its last attempt came to.
    if (running.stopped) {
      this.#finish(running, { type: 'submission-stopped' });
      return;
    }
    const wait = error.retryAfter ?? Math.min(2 * SECOND * 2 ** (attempt - 1), 5 * MINUTE);
    const patience = command === 'check-data' ? 2 * MINUTE : (this.state.rules?.policy.patience ?? 0);
    const isLast = command === 'check-data' && attempt >= 3;
    if (!error.retryable || isLast || this.#clock.now + wait > startedAt + patience) {
      const { message, next } = error;
      this.#finish(running, { type: 'command-failed', command, message, next });
      return;
    }
    running.waiting = true;
    this.#clock.after(wait, () => {
      if (!running.over && !running.stopped) this.#attempt(running);
    });
  }

  /** An attempt that runs is waited for; one that waits for its turn never comes. */
  #stop(): void {
    const running = this.#running;
    if (running?.command !== 'submit') {
      this.#witness.complain('stop-submitting with no submission in flight');
      return;
    }
    running.stopped = true;
    if (running.waiting) this.#clock.after(0, () => this.#finish(running, { type: 'submission-stopped' }));
  }

  #finish(running: Running, message: Message): void {
    running.over = true;
    this.#running = null;
    this.tell(message);
  }
}
