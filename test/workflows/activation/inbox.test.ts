import { ATTEMPT } from '../../../workflows/activation/engine';
import { Inbox, type Work } from '../../../workflows/activation/inbox';
import { CallFailed } from '../../../workflows/contract/call-failed';
import type { LifecycleEvent } from '../../../workflows/lifecycle/events';
import { timedOut } from '../../simulation/temporal/failure';

const SECOND = 1_000;

/** A clock that the test sets, and an inbox on it. Works say what they are, and note at what time they were decided. */
class Desk {
  now = 0;
  isFreshRunDue = false;
  readonly inbox: Inbox;
  /** What was decided, as `what time`, in seconds; with a `?` where the workflow task is not sure. */
  readonly decided: string[] = [];
  private decidedNow = '';

  constructor() {
    this.inbox = new Inbox({ now: () => this.now, isFreshRunDue: () => this.isFreshRunDue });
  }

  work(what: string): Work {
    return (at) => {
      this.decidedNow = `${what} ${at / SECOND}`;
      return null;
    };
  }

  /** A call by the worker itself; what ends it, `endedAt` by its worker's clock. */
  call(what: string): { ends(endedAt: number): Promise<void>; breaks(error: unknown): Promise<void> } {
    let resolve!: (value: { value: string; endedAt: number }) => void;
    let reject!: (error: unknown) => void;
    const result = new Promise<{ value: string; endedAt: number }>((...given) => ([resolve, reject] = given));
    const told =
      (how: string) =>
      (_: unknown, at: number): LifecycleEvent | null =>
        this.work(`${what} ${how}`)(at);
    this.inbox.hold(result, told('ended'), told('failed'));
    return {
      ends: async (endedAt) => {
        resolve({ value: what, endedAt });
        await settled();
      },
      breaks: async (error) => {
        reject(error);
        await settled();
      },
    };
  }

  decideAll(): string[] {
    const before = this.decided.length;
    while (!this.inbox.isEmpty) {
      const turn = this.inbox.take();
      turn.work(this.inbox.time);
      this.decided.push(this.decidedNow.concat(turn.isHeard ? '' : '?'));
    }
    return this.decided.slice(before);
  }
}

const failure = (told: { endedAt?: number }): CallFailed =>
  new CallFailed('timed out', { ...timedOut('timed out').failure, ...told });

async function settled(): Promise<void> {
  for (let turns = 0; turns < 4; turns += 1) await null;
}

describe('what an activation hears', () => {
  test('is decided in the order and at the time in which it came', () => {
    const desk = new Desk();
    desk.now = 5 * SECOND;
    desk.inbox.hear(desk.work('retry'));
    desk.now = 6 * SECOND;
    desk.inbox.hear(desk.work('defleet'));
    expect(desk.decideAll()).toEqual(['retry 5', 'defleet 6']);
  });

  test('comes after what follows from the turn before it', () => {
    const desk = new Desk();
    desk.inbox.hear(desk.work('retry'));
    desk.inbox.follow(desk.work('rules'));
    expect(desk.decideAll()).toEqual(['rules 0?', 'retry 0']);
  });

  test('has a time that never goes back', () => {
    const desk = new Desk();
    desk.inbox.hear(desk.work('timer'), 7 * SECOND);
    desk.now = 3 * SECOND;
    desk.inbox.hear(desk.work('retry'));
    expect(desk.decideAll()).toEqual(['timer 7', 'retry 7']);
  });
});

describe('while a call by the worker itself is under way', () => {
  test('nothing is decided; its result comes first, at the time of its end, and then what was heard meanwhile', async () => {
    const desk = new Desk();
    const call = desk.call('read');
    desk.now = 2 * SECOND;
    desk.inbox.hear(desk.work('retry'));
    expect(desk.inbox.isEmpty).toBe(true);
    desk.now = 5 * SECOND;
    await call.ends(4 * SECOND);
    expect(desk.decideAll()).toEqual(['read ended 4?', 'retry 4?']);
  });

  test('and a second one, all wait for both', async () => {
    const desk = new Desk();
    const [first, second] = [desk.call('read'), desk.call('notify')];
    desk.inbox.hear(desk.work('retry'));
    await second.ends(3 * SECOND);
    expect(desk.inbox.isEmpty).toBe(true);
    await first.ends(5 * SECOND);
    expect(desk.decideAll()).toEqual(['notify ended 3?', 'read ended 5?', 'retry 5?']);
  });

  test('what is heard within ten seconds of its end may have come with it, and has its time', async () => {
    const desk = new Desk();
    const call = desk.call('read');
    await call.ends(4 * SECOND);
    desk.now = 13 * SECOND;
    desk.inbox.hear(desk.work('retry'));
    desk.now = 14 * SECOND;
    desk.inbox.hear(desk.work('defleet'));
    expect(desk.decideAll()).toEqual(['read ended 4?', 'retry 4?', 'defleet 14']);
  });

  test('a result that says an earlier time than its call is of that time', async () => {
    const desk = new Desk();
    desk.now = 9 * SECOND;
    desk.inbox.hear(desk.work('retry'));
    desk.decideAll();
    const call = desk.call('read');
    await call.ends(2 * SECOND);
    expect(desk.decideAll()).toEqual(['read ended 9?']);
  });
});

describe('a call by the worker itself that fails', () => {
  test('is of the time that it says', async () => {
    const desk = new Desk();
    const call = desk.call('read');
    await call.breaks(failure({ endedAt: 2 * SECOND }));
    expect(desk.decideAll()).toEqual(['read failed 2?']);
  });

  test.each([
    ['was given up by Temporal', failure({})],
    ['broke off without a word', new Error('cancelled')],
  ])('and %s is of the end of its time, and so is what was heard until then', async (_how, error) => {
    const desk = new Desk();
    const call = desk.call('read');
    desk.now = 61 * SECOND;
    desk.inbox.hear(desk.work('retry'));
    await call.breaks(error);
    expect(desk.decideAll()).toEqual([`read failed ${ATTEMPT / SECOND}?`, `retry ${ATTEMPT / SECOND}?`]);
  });
});

test('who takes over gets everything that was heard, with its time', () => {
  const desk = new Desk();
  const event = (at: number): LifecycleEvent => ({ type: 'deadline-reached', at });
  desk.now = SECOND;
  desk.inbox.hear(event);
  desk.now = 2 * SECOND;
  desk.inbox.hear(() => null);
  desk.inbox.hear(event);
  expect(desk.inbox.takeAll()).toEqual([event(SECOND), event(2 * SECOND)]);
  expect(desk.inbox.isEmpty).toBe(true);
});

test('a turn says whether the server wanted a fresh run when it was heard', () => {
  const desk = new Desk();
  desk.isFreshRunDue = true;
  desk.inbox.hear(desk.work('retry'));
  desk.isFreshRunDue = false;
  desk.inbox.hear(desk.work('defleet'));
  expect([desk.inbox.take().isFreshRunDue, desk.inbox.take().isFreshRunDue]).toEqual([true, false]);
});
