import type { UnderWay } from '../../../workflows/activation/engine';
import { createRun } from '../../../workflows/activation/shell';
import { readMessage } from '../../../workflows/lifecycle/read-message';
import { Story } from '../lifecycle/story';
import { BareEngine, NEVER, settled } from './bare-engine';

const HOUR = 3_600_000;

/** An engine that notes what is called by the queue, an hour after anything else. */
class Later extends BareEngine {
  readonly calls: string[] = [];
  time: number;

  constructor(begun: number) {
    super();
    this.time = begun + HOUR;
  }

  override now = (): number => this.time;

  protected override called(activity: string): UnderWay<unknown> {
    this.calls.push(activity);
    return NEVER;
  }
}

/** An approved activation whose rules are read, and that hears what it is told then. */
async function approved() {
  const story = Story.approved();
  const engine = new Later(story.now);
  engine.rules = story.rules;
  const run = createRun(engine, story.state);
  void run.live();
  await settled();
  // Behind the end of the look at the rules, so that it is sure in which workflow task anything is decided.
  engine.time += HOUR;
  const tell = (kind: Parameters<typeof readMessage>[0], id: string): void =>
    run.tell((at) => readMessage(kind, { id }, at));
  return { engine, run, tell };
}

describe('a wish to leave', () => {
  it('that was taken back before anybody has heard of it is not sent', async () => {
    const { engine, run, tell } = await approved();
    tell('defleet', 'leave');
    tell('retry', 'meanwhile');
    tell('stay', 'stay');
    await settled();
    expect(engine.calls).not.toContain('withdrawClearance');
    expect(run.state.defleet).toBeNull();
    expect(run.state.messages.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['leave', 'taken'],
      ['meanwhile', 'refused'],
      ['stay', 'taken'],
    ]);
  });

  it('is sent once all is read that has come with it', async () => {
    const { engine, run, tell } = await approved();
    tell('defleet', 'leave');
    tell('acknowledge', 'of nothing');
    await settled();
    expect(engine.calls).toEqual(['withdrawClearance']);
    expect(run.state.inFlight).toBe('withdraw');
  });

  it('is sent where what has come with it says nothing', async () => {
    const { engine, run, tell } = await approved();
    tell('defleet', 'leave');
    run.tell(() => null);
    await settled();
    expect(engine.calls).toEqual(['withdrawClearance']);
  });

  it('that is taken back too late goes on', async () => {
    const { run, tell } = await approved();
    tell('defleet', 'leave');
    await settled();
    tell('stay', 'stay');
    await settled();
    expect(run.state.messages.at(-1)).toMatchObject({ id: 'stay', outcome: 'refused' });
    expect(run.state.defleet).not.toBeNull();
  });
});
