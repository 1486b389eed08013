import type { Call, Engine, UnderWay } from '../../workflows/engine';
import type { LifecycleEvent } from '../../workflows/events';
import { createRun } from '../../workflows/shell';
import type { ActivationState } from '../../workflows/state';
import { START, Story, type StoryEvent } from './story';

const DAY = 86_400_000;

/** Keeps how activities are called, and answers none. */
class Silent implements Engine {
  readonly calls: [string, Call][] = [];
  now = (): number => START;
  isFreshRunDue = (): boolean => false;
  wasBegunBefore = (): boolean => false;
  isDoneAgain = (): boolean => false;
  publish = (): void => undefined;
  call = ((activity: string, how: Call) => {
    this.calls.push([activity, how]);
    return NEVER;
  }) as never;
  sleep = (): UnderWay<void> => NEVER;
}

const NEVER = { result: new Promise<never>(() => undefined), stop: () => undefined };

/** How the shell has the command carried out that the lifecycle gives for an event. */
async function calledFrom(state: ActivationState, event: StoryEvent): Promise<Call | undefined> {
  const engine = new Silent();
  const run = createRun(engine, state);
  run.tell((at) => ({ ...event, at }) as LifecycleEvent);
  void run.live();
  for (let turn = 0; turn < 20; turn += 1) await null;
  return engine.calls.find(([, { by }]) => by === 'queue')?.[1];
}

const LEAVE = { type: 'defleet-asked', via: 'defleet', by: null, reason: null } as const;
const asking = Story.begun({ checkEligibility: 'blocking' }).state;
/** Its check has not been given yet. */
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
