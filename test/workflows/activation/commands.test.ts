import type { Call, UnderWay } from '../../../workflows/activation/engine';
import { createRun } from '../../../workflows/activation/shell';
import type { LifecycleEvent } from '../../../workflows/lifecycle/events';
import type { ActivationState } from '../../../workflows/lifecycle/state';
import { Story, type StoryEvent } from '../lifecycle/story';
import { BareEngine, NEVER, settled } from './bare-engine';

const DAY = 86_400_000;

/** Keeps how activities are called. */
class Keeping extends BareEngine {
  readonly calls: Call[] = [];

  protected override called(_activity: string, how: Call): UnderWay<unknown> {
    this.calls.push(how);
    return NEVER;
  }
}

/** How the shell has the command carried out that the lifecycle gives for an event. */
async function calledFrom(state: ActivationState, event: StoryEvent): Promise<Call | undefined> {
  const engine = new Keeping();
  const run = createRun(engine, state);
  run.tell((at) => ({ ...event, at }) as LifecycleEvent);
  void run.live();
  await settled();
  return engine.calls.find(({ by }) => by === 'queue');
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
