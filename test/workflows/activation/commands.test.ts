import type { Call, UnderWay } from '../../../workflows/activation/engine';
import { createRun } from '../../../workflows/activation/shell';
import { CallFailed } from '../../../workflows/contract/call-failed';
import { begin } from '../../../workflows/lifecycle/begin';
import type { LifecycleEvent } from '../../../workflows/lifecycle/events';
import type { ActivationState } from '../../../workflows/lifecycle/state';
import { APP } from '../../support/application';
import { START, Story, type StoryEvent } from '../lifecycle/story';
import { BareEngine, NEVER, settled } from './bare-engine';

const DAY = 86_400_000;

/** Keeps how activities are called. */
class Keeping extends BareEngine {
  readonly calls: Call[] = [];

  private reject: (error: Error) => void = () => undefined;

  protected override called(_activity: string, how: Call): UnderWay<unknown> {
    this.calls.push(how);
    if (how.by === 'queue') return NEVER;
    const result = new Promise<never>((_, reject) => {
      this.reject = reject;
    });
    return { result, stop: () => undefined };
  }

  /** What the worker itself was doing cannot get through. */
  fail(): void {
    const details = { stopped: false, mayPass: true, next: null, wait: null, told: null, endedAt: START };
    this.reject(new CallFailed('503', details));
  }
}

/** How the shell has the command carried out that the lifecycle gives for an event. */
async function calledFrom(state: ActivationState, event: StoryEvent): Promise<Call | undefined> {
  const engine = new Keeping();
  engine.rules = state.rules;
  const run = createRun(engine, state);
  run.tell((at) => ({ ...event, at }) as LifecycleEvent);
  void run.live();
  await settled();
  return engine.calls.find(({ by }) => by === 'queue');
}

const LEAVE = { type: 'defleet-asked', via: 'defleet', by: null, reason: null } as const;
const asking = Story.begun({ checkEligibility: 'blocking' }).state;
/** Its check has not been given yet. */
/** A DELETE was sent before. */
const ASKED = { ...Story.approved().state.attempts, withdraw: 1 };
const UNCHECKED = { ...asking, inFlight: null };

describe('how a command is carried out', () => {
  it.each([
    ['a DELETE', Story.approved().state, LEAVE, 'withdraw', 12],
    ['an eligibility check', UNCHECKED, { type: 'deadline-reached' }, 'eligibility', 3],
  ] as const)(
    '%s may wait for its turn for as long as it takes: its tries are counted',
    async (_, state, event, endpoint, attempts) => {
      const call = await calledFrom(state, event);
      expect(call).toMatchObject({ endpoint, retry: { attempts } });
      // 10,000 vehicles that leave on one day wait three hours for the budget as it is by default.
      expect(call?.patience).toBeGreaterThanOrEqual(DAY);
    },
  );
});

it('a look that a vehicle which leaves waits for has few tries, so that DELETE goes on where the list is away', async () => {
  const unread = { ...Story.approved().defleet().state, inFlight: null, needsRead: true, attempts: ASKED };
  const engine = new Keeping();
  engine.rules = unread.rules;
  const run = createRun(engine, unread);
  run.tell((at) => ({ type: 'deadline-reached', at }));
  void run.live();
  await settled();
  expect(engine.calls[0]).toMatchObject({ by: 'here' });
  engine.fail();
  await settled();
  expect(engine.calls.find(({ by }) => by === 'queue')).toMatchObject({ retry: { attempts: 6 } });
});

const { rules } = Story.begun();
const TRACE = { startedAt: START, maySent: false, seen: null };
const FOUND = {
  outcome: 'found',
  clearance: { status: 'approved', reason: null, changedAt: START - 1_000, createdAt: START - DAY },
} as const;

/** Answers the beginning, and keeps what is called after it. */
class Beginning extends BareEngine {
  readonly calls: unknown[][] = [];

  constructor(private readonly answers: Readonly<Record<string, unknown>>) {
    super();
  }

  protected override called(activity: string, { by }: Call, ...args: unknown[]): UnderWay<unknown> {
    this.calls.push([activity, by, ...args]);
    const answer = this.answers[activity];
    if (answer === undefined) return NEVER;
    const failed = answer instanceof Error;
    const result = failed ? Promise.reject(answer) : Promise.resolve({ value: answer, endedAt: START + 400 });
    return { result, stop: () => undefined };
  }
}

/** The first moments of an activation. */
async function beginning(answers: Readonly<Record<string, unknown>>) {
  const engine = new Beginning(answers);
  const run = createRun(engine, begin({ ...APP, vin: 'WBA8E9G50GNT00001', brand: 'bmw' }, START));
  void run.live();
  await settled();
  return { run, state: run.state, calls: () => engine.calls.map(([activity, by]) => `${activity} ${by}`) };
}

describe('the first submission', () => {
  it.each([
    { outcome: 'accepted', status: 'pending', earlierChange: null },
    { outcome: 'refused', description: 'The brand is invalid' },
    FOUND,
  ] as const)('has been made with the rules, and is not made again: %j', async (submission) => {
    const { state, calls } = await beginning({ beginActivation: { rules, trace: TRACE, submission } });
    expect(calls().filter((call) => call.startsWith('submit'))).toEqual([]);
    const told = Story.begun().tell({ type: 'submitted', result: submission }).state;
    expect(state.attempts.submit).toBe(1);
    expect(state.clearance.status).toBe(told.clearance.status);
    expect(state.inFlight).not.toBe('submit');
  });

  it('is not taken for a later one', async () => {
    const submission = { outcome: 'refused', description: 'The brand is invalid' };
    const { run, calls } = await beginning({
      beginActivation: { rules, trace: TRACE, submission },
      notify: null,
      readRules: rules,
    });
    run.tell((at) => ({ type: 'retry-asked', at, by: null }));
    await settled();
    expect(calls().filter((call) => call.startsWith('submit'))).toEqual(['submitClearance queue']);
  });

  it('has read before its wish, and so proves nothing of one that comes with its result', async () => {
    const { state } = await beginning({ beginActivation: { rules, trace: TRACE, submission: FOUND } });
    expect(state.lastReading).toEqual({ begun: START, isOpen: true });
  });

  it('goes to the queue where the worker could not make it, with what is known of it', async () => {
    const told = { ...TRACE, maySent: true, sentAt: START + 100 };
    const details = { stopped: false, mayPass: true, next: null, wait: null, told, endedAt: START + 400 };
    const { calls, state } = await beginning({
      beginActivation: new CallFailed('no reply', details),
      readRules: rules,
    });
    expect(calls()).toEqual(['beginActivation here', 'readRules here', 'submitClearance queue']);
    expect(state.sent).toEqual({ at: START + 100, seen: null });
  });

  it('of a vehicle that the rules do not submit yet was not made', async () => {
    const eligibility = { ...rules, policy: { ...rules.policy, eligibility: 'blocking' } };
    const { calls } = await beginning({
      beginActivation: { rules: eligibility, trace: TRACE, submission: null },
    });
    expect(calls()).toEqual(['beginActivation here', 'checkEligibility queue']);
  });
});
