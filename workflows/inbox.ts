import type { Engine } from './engine';
import type { LifecycleEvent } from './events';

/**
 * One thing to do in its turn.
 *
 * @param at when it was heard; for what follows from a decision, the time of that.
 * @returns an event to decide about, or null where it was only to be done.
 */
export type Work = (at: number) => LifecycleEvent | null;

/** What is decided together: what one workflow task has told, or what followed from a decision. */
export interface Turn {
  /** When it was heard, by the engine's time; null for what followed from the turn before. */
  readonly at: number | null;
  readonly works: readonly Work[];
  /** Whether the server wanted a fresh run when it was heard. */
  readonly isFreshRunDue: boolean;
}

interface Heard {
  readonly at: number;
  readonly work: Work;
  readonly isFreshRunDue: boolean;
  /** Messages of one workflow task are decided together; a result has a turn of its own. */
  readonly isMessage: boolean;
}

/**
 * What an activation has heard and not decided yet, in the one order that a replay has too. A worker may report the result
 * of a local activity in a workflow task before the workflow hears it, in the next one, behind the messages that came with
 * it; a replay hears it where it was reported, before them (docs/decisions/0009-messages-are-signals.md). So nothing is
 * decided while a local activity is under way, what follows from it comes first, and what was heard meanwhile comes after
 * it, task by task.
 *
 * One promise for each wait: Temporal's `condition` takes four, and is asked again after whatever happens, which a
 * worker feels with thousands of activations.
 */
export class Inbox {
  private heard: Heard[] = [];
  private next: Work[] = [];
  private underWay = 0;
  private wake: () => void = () => undefined;

  constructor(private readonly engine: Pick<Engine, 'now' | 'isFreshRunDue'>) {}

  /** Whether there is nothing that could be decided now. */
  get isEmpty(): boolean {
    return this.underWay > 0 || (this.next.length === 0 && this.heard.length === 0);
  }

  /** A message. Null: one that says nothing. */
  told(event: LifecycleEvent | null): void {
    this.hear(() => event, true);
  }

  /** A timer that has fired, or the result of an activity of the queue. */
  came(work: Work): void {
    this.hear(work, false);
  }

  /** Something that follows from what was decided, whatever has been heard since. */
  first(work: Work): void {
    this.next.push(work);
    this.wake();
  }

  /** What a local activity comes to. Until then nothing is decided. */
  hold<T>(
    result: Promise<T>,
    then: (value: T, at: number) => LifecycleEvent | null,
    otherwise: (error: unknown, at: number) => LifecycleEvent | null,
  ): void {
    this.underWay += 1;
    const settle = (work: Work): void => {
      this.underWay -= 1;
      this.first(work);
    };
    result.then(
      (value) => settle((at) => then(value, at)),
      (error) => settle((at) => otherwise(error, at)),
    );
  }

  private hear(work: Work, isMessage: boolean): void {
    const { engine } = this;
    this.heard.push({ at: engine.now(), work, isFreshRunDue: engine.isFreshRunDue(), isMessage });
    this.wake();
  }

  /** Resolves when there is something to decide. */
  async filled(): Promise<void> {
    while (this.isEmpty) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** What is to be decided together now. */
  take(): Turn {
    if (this.next.length > 0) return { at: null, works: this.next.splice(0), isFreshRunDue: false };
    const [first] = this.heard;
    if (!first) throw new Error('There is nothing to decide');
    const isOther = ({ at, isMessage }: Heard): boolean => !first.isMessage || !isMessage || at !== first.at;
    const end = this.heard.findIndex((one, index) => index > 0 && isOther(one));
    const together = this.heard.splice(0, end < 0 ? this.heard.length : end);
    const isFreshRunDue = together.some((one) => one.isFreshRunDue);
    return { at: first.at, works: together.map(({ work }) => work), isFreshRunDue };
  }

  /** Everything that was heard, for who takes over. */
  takeAll(): LifecycleEvent[] {
    return this.heard.splice(0).flatMap(({ at, work }) => work(at) ?? []);
  }
}
