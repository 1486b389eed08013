import { BUILT_IN } from '../../../src/catalogue/catalogue';
import type { CatalogueFile } from '../../../src/catalogue/schema';
import type { WithdrawAnswer } from '../../../src/providers/provider';
import type { Command, Observation } from '../../../workflows/lifecycle/state';
import { START, Story, type StoryEvent } from './story';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The carmaker says yes at last where nobody cancels before. */
const APPROVED_AT = START + 5 * DAY;

type Status = Observation['status'];
/** A DELETE that never got an answer: what is left of it when Temporal has given up repeating it. */
type Failure = '429' | '500' | 'nothing';
type Answer = WithdrawAnswer['outcome'] | Failure;

const ANSWERS: readonly Answer[] = [
  'accepted',
  'already-removed',
  'in-transition',
  'not-supported',
  'too-early',
  'absent',
  'refused',
  '429',
  '500',
  'nothing',
];

/** How the clearance stands when the vehicle leaves, and how it came to that. */
const STANDS = {
  'not submitted': () => new Carmaker(null),
  'submit in flight': () => new Carmaker('pending'),
  'absent after submit': () => new Carmaker(null),
  'pending too young': () => new Carmaker('pending'),
  'pending old enough': () => new Carmaker('pending'),
  approved: () => new Carmaker('approved'),
  revoking: () => new Carmaker('revoking'),
  canceling: () => new Carmaker('canceling'),
  rejected: () => new Carmaker('rejected'),
  revoked: () => new Carmaker('revoked'),
  canceled: () => new Carmaker('canceled'),
  error: () => new Carmaker(null),
  unknown: () => new Carmaker('unknown'),
  parked: () => new Carmaker('pending'),
} satisfies Record<string, () => Carmaker>;
type Stand = keyof typeof STANDS;

/** A provider that answers one DELETE as told, and any further one as it should. */
class Carmaker {
  changedAt = START;
  deletes: number[] = [];
  constructor(private status: Status | null) {}

  turnTo(status: Status, at: number): void {
    this.status = status;
    this.changedAt = at;
  }

  read(at: number): Observation | null {
    if (this.status === 'unknown') this.turnTo('approved', at);
    if (this.status === 'pending' && at >= APPROVED_AT) this.turnTo('approved', APPROVED_AT);
    const { status, changedAt } = this;
    if (status === 'revoking') this.turnTo('revoked', at);
    if (status === 'canceling') this.turnTo('canceled', at);
    return status && { status, reason: null, changedAt, createdAt: START };
  }

  delete(answer: Answer, at: number): StoryEvent {
    this.deletes.push(at);
    const given = this.deletes.length === 1 ? answer : 'accepted';
    if (given === '429' || given === '500' || given === 'nothing') {
      return { type: 'command-failed', command: 'withdraw', message: given, next: 'Mend it, then resume.' };
    }
    const pending = this.status === 'pending';
    if (given === 'already-removed' && this.status) this.turnTo(pending ? 'canceled' : 'revoked', at);
    if (given !== 'accepted') return { type: 'withdrawn', answer: { outcome: given, detail: 'its words' } };
    const status = pending ? 'canceling' : 'revoking';
    this.turnTo(status, at);
    return { type: 'withdrawn', answer: { outcome: 'accepted', status } };
  }
}

/** The story up to the moment at which the vehicle leaves. */
function storyUpTo(stand: Stand, brand: string): Story {
  const pending = (): Story => Story.pending({ brand });
  const approved = (): Story => Story.approved({ brand });
  switch (stand) {
    case 'not submitted':
      return new Story({ brand });
    case 'submit in flight':
      return Story.begun({ brand });
    case 'absent after submit':
      return pending().passes('6h').reads(null);
    case 'pending too young':
      return pending().passes('1h');
    case 'pending old enough':
      return aged(pending());
    case 'parked':
      return aged(pending()).tell({ type: 'command-failed', command: 'read', message: '500', next: 'Wait.' });
    case 'unknown':
      return pending().passes('6h').reads('unknown');
    case 'error':
      return Story.begun({ brand }).tell({
        type: 'submitted',
        result: { outcome: 'refused', description: 'no' },
      });
    case 'approved':
      return approved();
    case 'revoking':
      return approved().reads('revoking');
    case 'canceling':
      return pending().passes('6h').reads('canceling');
    // These the webhook says and a read has yet to confirm, or the activation would have ended before.
    case 'rejected':
    case 'canceled':
      return pending().hears(stand);
    case 'revoked':
      return approved().hears(stand);
  }
}

/** Two days later, the last look at the clearance under way. */
function aged(story: Story): Story {
  while (story.now < START + 2 * DAY) {
    story.passes('6h');
    if (story.now < START + 2 * DAY && story.commands.includes('read')) story.reads('pending');
  }
  return story.reads('pending');
}

interface Outcome {
  /** How the activation ends, or that a person is asked. */
  readonly end: Status | 'parked' | 'never';
  /** How many DELETEs were sent, when the first was, and whether a quarter of an hour passed before the second. */
  readonly deletes: number;
  readonly first: 'none' | 'at once' | 'at the next look' | 'after a day' | 'at the approval';
  readonly pause: boolean;
}

function play(brand: string, stand: Stand, answer: Answer, asksTwice: boolean): Outcome & { steps: number } {
  const story = storyUpTo(stand, brand);
  const carmaker: Carmaker = STANDS[stand]();
  const asked = story.now;
  /** What is under way. The submission in flight is told to stop, and never heard of again. */
  const todo: Command[] = story.commands.filter((command) => command === 'read');
  const say = (event: StoryEvent): void => {
    const [command] = story.tell(event).commands;
    if (command === 'stop-asking') stopAsking();
    else if (command) todo.push(command);
  };
  const stopAsking = (): void => {
    todo.splice(todo.indexOf('read'), 1);
    say({ type: 'command-failed', command: 'read', message: 'stopped', next: '', mayPass: true });
  };
  const ask = (): void => say({ type: 'defleet-asked', via: 'defleet', by: 'ops', reason: 'sold' });

  ask();
  if (asksTwice) ask();
  if (stand === 'not submitted') say({ type: 'started', rules: story.rules });
  let steps = 0;
  for (; steps < 100 && !story.state.ended && !story.state.parked; steps++) {
    const command = todo.shift();
    if (command === 'stop-submitting') say({ type: 'submission-stopped' });
    else if (command === 'stop-asking') {
      todo.length = 0;
      say({ type: 'command-failed', command: 'read', message: 'stopped', next: '', mayPass: true });
    } else if (command === 'read')
      say({ type: 'observed', source: 'poll', clearance: carmaker.read(story.now) });
    else if (command === 'withdraw') {
      if (asksTwice) ask();
      say(carmaker.delete(answer, story.now));
    } else if (command || !story.state.deadline) break;
    else todo.push(...story.passes(`${Math.max(0, story.state.deadline.at - story.now)}ms`).commands);
  }
  const withdrawals = story.done.filter((command) => command === 'withdraw').length;
  if (withdrawals !== carmaker.deletes.length) throw new Error(`${withdrawals} withdrawals were asked for`);
  const [first, second] = carmaker.deletes;
  return {
    end: story.state.ended ? story.view.status : story.state.parked ? 'parked' : 'never',
    deletes: carmaker.deletes.length,
    first: first === undefined ? 'none' : momentOf(first, asked),
    pause: first !== undefined && second !== undefined && second - first >= 15 * MINUTE,
    steps,
  };
}

function momentOf(first: number, asked: number): Outcome['first'] {
  if (first >= APPROVED_AT) return 'at the approval';
  if (first === asked) return 'at once';
  return first >= START + DAY ? 'after a day' : 'at the next look';
}

/** What must come of it, by the rules for cancelling and by nothing else. */
function oracle(canCancel: boolean, stand: Stand, answer: Answer): Outcome {
  const nothingToEnd: Partial<Record<Stand, Status>> = {
    'not submitted': 'absent',
    // Somebody else ends it already, or it has ended: that is waited for, and confirmed.
    revoking: 'revoked',
    canceling: 'canceled',
    rejected: 'rejected',
    revoked: 'revoked',
    canceled: 'canceled',
    error: 'error',
  };
  const end = nothingToEnd[stand];
  if (end) return { end, deletes: 0, first: 'none', pause: false };

  const isPending = !['approved', 'unknown', 'absent after submit'].includes(stand);
  const cancels = isPending && canCancel;
  const isYoung = stand === 'submit in flight' || stand === 'pending too young';
  const first = isPending && !canCancel ? 'at the approval' : cancels && isYoung ? 'after a day' : 'at once';
  const gone = cancels ? 'canceled' : 'revoked';
  switch (answer) {
    case 'accepted':
      return { end: gone, deletes: 1, first, pause: false };
    case 'already-removed':
      return { end: stand === 'absent after submit' ? 'absent' : gone, deletes: 1, first, pause: false };
    case 'absent':
      // No proof: the record is read, and asked for again where it is still open.
      return stand === 'absent after submit'
        ? { end: 'absent', deletes: 1, first, pause: false }
        : { end: gone, deletes: 2, first, pause: false };
    case 'in-transition':
    case 'too-early':
      return { end: gone, deletes: 2, first, pause: true };
    case 'not-supported':
      if (stand === 'absent after submit') return { end: 'absent', deletes: 1, first, pause: false };
      // A pending clearance that cannot be cancelled is revoked once it is approved.
      return { end: 'revoked', deletes: 2, first, pause: true };
    default:
      return { end: 'parked', deletes: 1, first, pause: false };
  }
}

const BRANDS = Object.entries<CatalogueFile['brands'][string]>(BUILT_IN.brands);
const COLUMNS = (Object.keys(STANDS) as Stand[]).flatMap((stand) =>
  ANSWERS.map((answer) => ({ stand, answer })),
);

describe('a vehicle that leaves, for every brand, status and answer to DELETE', () => {
  it('is the whole table', () => {
    expect(BRANDS.length).toBeGreaterThan(20);
    expect(COLUMNS.length).toBe(14 * 10);
  });

  it.each(COLUMNS)('$stand, and the answer would be $answer', ({ stand, answer }) => {
    const wanted = BRANDS.map(([brand, { canCancelPending = false }]) => ({
      brand,
      ...oracle(canCancelPending, stand, answer),
    }));
    for (const asksTwice of [false, true]) {
      const played = BRANDS.map(([brand]) => ({ brand, ...play(brand, stand, answer, asksTwice) }));
      expect(played.map(({ steps: _, ...outcome }) => outcome)).toEqual(wanted);
      // Nothing is asked of the provider in a hurry: five days of looks, and a few more for the end.
      if (!asksTwice) expect(Math.max(...played.map(({ steps }) => steps))).toBeLessThan(70);
    }
  });
});
