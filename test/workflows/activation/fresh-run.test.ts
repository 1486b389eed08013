import type { UnderWay } from '../../../workflows/activation/engine';
import { createRun } from '../../../workflows/activation/shell';
import type { ActivationState } from '../../../workflows/lifecycle/state';
import { START, Story } from '../lifecycle/story';
import { BareEngine, NEVER, settled } from './bare-engine';

/** An engine on which nothing ends but the wait before a fresh run, which the server wants. */
class WantsFreshRun extends BareEngine {
  /** How often a fresh run was tried. */
  tried = 0;
  override isFreshRunDue = (): boolean => true;

  override sleep(_milliseconds: number, summary: string): UnderWay<void> {
    if (summary !== 'Before a fresh run') return NEVER;
    this.tried += 1;
    return { result: Promise.resolve(), stop: () => undefined };
  }

  protected override called(): never {
    throw new Error('Nothing is to be called.');
  }
}

const note = (state: ActivationState, words: string): ActivationState => ({
  ...state,
  clearance: { ...state.clearance, reason: words },
});

/** A run that hears so many messages of so many bytes before it begins. */
async function hearing(count: number, bytes: number) {
  const engine = new WantsFreshRun();
  const decided: string[] = [];
  const run = createRun(engine, Story.pending().state, (state, event) => {
    const words = event.type === 'claimed' ? String(event.reason) : event.type;
    decided.push(words.trim());
    return { state: note(state, words), commands: [], notices: [] };
  });
  for (let serial = 0; serial < count; serial += 1) {
    run.tell((at) => ({
      type: 'claimed',
      at,
      status: 'pending',
      reason: String(serial).padEnd(bytes),
      deliveryId: null,
      providerTime: null,
    }));
  }
  const { next, heard } = await run.live();
  return { tried: engine.tried, next, heard: heard.length, decided };
}

describe('a fresh run', () => {
  it('takes along what was heard in the last moment', async () => {
    const { tried, next, heard, decided } = await hearing(50, 100);
    expect({ tried, next, heard, decided }).toEqual({
      tried: 1,
      next: 'fresh run',
      heard: 49,
      decided: ['fresh-run-begun', '0'],
    });
  });

  // A timer for each kept an activation busy for minutes on a busy machine.
  it('is put off once for all that is too heavy to go along, and each is decided in its order', async () => {
    const { tried, next, heard, decided } = await hearing(100, 10_000);
    expect({ tried, next, heard }).toEqual({ tried: 2, next: 'fresh run', heard: 0 });
    const inOrder = Array.from({ length: 100 }, (_, serial) => String(serial));
    expect(decided).toEqual(['fresh-run-begun', ...inOrder]);
  });

  it('reads the rules anew, and does what was stopped for it', async () => {
    const begun: string[] = [];
    const { rules } = Story.begun();
    class Taking extends BareEngine {
      override sleep = (): UnderWay<void> => ({ result: Promise.resolve(), stop: () => undefined });

      protected override called(activity: string): UnderWay<unknown> {
        begun.push(activity);
        if (activity === 'readRules')
          return { result: Promise.resolve({ value: rules, endedAt: START }), stop: () => undefined };
        return NEVER;
      }
    }
    // The look was stopped: the run before was waiting to be over.
    const carried: ActivationState = {
      ...Story.pending().state,
      needsRead: true,
      isHandingOver: true,
      inFlight: null,
      deadline: null,
    };
    void createRun(new Taking(), carried).live();
    await settled();
    expect(begun).toEqual(['readRules', 'readClearance']);
  });
});
