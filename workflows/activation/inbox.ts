import { CallFailed } from '../contract/call-failed';
import type { LifecycleEvent } from '../lifecycle/events';
import { ATTEMPT, type Engine, type Timed } from './engine';

/**
 * One thing to do in its turn.
 *
 * @param at the time of the turn.
 * @returns an event to decide about, or null where it was only to be done.
 */
export type Work = (at: number) => LifecycleEvent | null;

export interface Turn {
  readonly work: Work;
  /** Whether the server wanted a fresh run when this was heard. */
  readonly isFreshRunDue: boolean;
  /** Whether it is sure in which workflow task it is decided; not so for what follows from a local activity, or came with it. */
  readonly isHeard: boolean;
  /** Whether something has come with it that is decided after it, in the same workflow task, for sure. */
  readonly isFollowed: boolean;
}

interface Heard {
  readonly work: Work;
  readonly isFreshRunDue: boolean;
  /** Null where a local activity was under way: its time is then that of the activity's end. */
  readonly at: number | null;
  /** It is not earlier than this. */
  readonly least: number;
  /** How many local activities had been begun: where another came first, it may be decided in the task after this one. */
  readonly holds: number;
}

interface Following {
  readonly work: Work;
  readonly at: number;
}

/**
 * What is heard so soon after the end of a local activity may have come with it: a worker reports the end in a workflow task,
 * and may hear of it only in the next. Milliseconds.
 */
const TOGETHER = 10_000;

/**
 * What an activation has heard and not decided yet, in the one order and with the one time that a replay gives it too.
 *
 * While a local activity is under way, neither is what the SDK says (docs/decisions/0009-messages-are-signals.md): a worker
 * may report its end in one workflow task and hear it in the next, behind the messages of that; a replay hears it where it
 * was reported, and shows messages before it at the time of that end. So nothing is decided while a local activity is under
 * way. What follows from it comes first, at the time at which it says it ended; what was heard meanwhile comes after it, at
 * that time. Each has a turn of its own.
 *
 * One promise for each wait: Temporal's `condition` takes four, and is asked again after whatever happens, which a
 * worker feels with thousands of activations.
 */
export class Inbox {
  /** The time of the turn that was taken last: milliseconds since 1970, on the server's clock but for what is said above. */
  time: number;
  private heard: Heard[] = [];
  private next: Following[] = [];
  private underWay = 0;
  private holds = 0;
  private lastEnd = Number.NEGATIVE_INFINITY;
  private wake: () => void = () => undefined;

  constructor(private readonly engine: Pick<Engine, 'now' | 'isFreshRunDue'>) {
    this.time = engine.now();
  }

  /** Whether there is nothing that could be decided now. */
  get isEmpty(): boolean {
    return this.underWay > 0 || (this.next.length === 0 && this.heard.length === 0);
  }

  /** A workflow task has told something. @param least a time that it is not before, as a timer's. */
  hear(work: Work, least = Number.NEGATIVE_INFINITY): void {
    const { engine, lastEnd } = this;
    const now = engine.now();
    const at = this.underWay > 0 || now < lastEnd + TOGETHER ? null : now;
    this.heard.push({ work, at, least, holds: this.holds, isFreshRunDue: engine.isFreshRunDue() });
    this.wake();
  }

  /** Something that follows from what was decided, whatever has been heard since. */
  follow(work: Work, at = this.time): void {
    this.next.push({ work, at });
    this.wake();
  }

  /** What a local activity comes to. Until then nothing is decided. */
  hold<T>(
    result: Promise<Timed<T>>,
    then: (value: T, at: number) => LifecycleEvent | null,
    otherwise: (error: unknown, at: number) => LifecycleEvent | null,
  ): void {
    const begun = this.time;
    this.underWay += 1;
    this.holds += 1;
    const settle = (work: Work, endedAt: number | null): void => {
      const end = Math.max(begun, endedAt ?? begun);
      this.underWay -= 1;
      this.lastEnd = Math.max(this.lastEnd, end);
      this.follow(work, end);
    };
    result.then(
      ({ value, endedAt }) => settle((at) => then(value, at), endedAt),
      (error) => {
        // One that was given up has not said it.
        const said = error instanceof CallFailed ? error.details.endedAt : null;
        settle((at) => otherwise(error, at), said ?? begun + ATTEMPT);
      },
    );
  }

  /** Resolves when there is something to decide. */
  async filled(): Promise<void> {
    while (this.isEmpty) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** What is to be decided now; its time is `time`. */
  take(): Turn {
    const following = this.next.shift();
    if (following) {
      this.time = Math.max(this.time, following.at);
      return { work: following.work, isFreshRunDue: false, isHeard: false, isFollowed: false };
    }
    const heard = this.heard.shift();
    if (!heard) throw new Error('There is nothing to decide');
    this.time = Math.max(this.time, heard.at ?? this.time, heard.least);
    const isHeard = this.isSure(heard);
    const [next] = this.heard;
    const isFollowed = isHeard && next !== undefined && this.isSure(next);
    return { work: heard.work, isFreshRunDue: heard.isFreshRunDue, isHeard, isFollowed };
  }

  private isSure({ at, holds }: Heard): boolean {
    return at !== null && holds === this.holds;
  }

  /** Everything that was heard, for who takes over. */
  takeAll(): LifecycleEvent[] {
    const events: LifecycleEvent[] = [];
    while (this.heard.length > 0) {
      const event = this.take().work(this.time);
      if (event) events.push(event);
    }
    return events;
  }
}
