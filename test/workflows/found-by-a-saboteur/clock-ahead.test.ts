import type { Engine, UnderWay } from '../../../workflows/engine';
import { readMessage } from '../../../workflows/requests';
import { createRun } from '../../../workflows/shell';
import { START, Story } from '../story';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * A POST was taken, and the list does not show it yet. The worker's clock is a day and an hour ahead; the server's goes on by a
 * second with each call.
 */
class ClockAhead implements Engine {
  time = START + MINUTE;
  now = (): number => this.time;
  isFreshRunDue = (): boolean => false;
  wasBegunBefore = (): boolean => false;
  isDoneAgain = (): boolean => false;
  publish = (): void => undefined;
  call = ((activity: string) => {
    this.time += 1_000;
    const endedAt = this.time + DAY + 60 * MINUTE;
    const value = activity === 'withdrawClearance' ? { outcome: 'absent', detail: '' } : null;
    return { result: Promise.resolve({ value, endedAt }), stop: () => undefined };
  }) as never;
  sleep(): UnderWay<void> {
    return { result: new Promise(() => undefined), stop: () => undefined };
  }
}

it('a worker whose clock is a day ahead does not make the proof of a day out of two seconds', async () => {
  const story = Story.pending();
  const engine = new ClockAhead();
  const run = createRun(engine, story.state);
  run.tell((at) => readMessage('defleet', { by: 'ops' }, at));
  void run.live();
  await new Promise((resolve) => setTimeout(resolve, 100));
  // The list shows nothing yet: what is pending is cancelled when it is old enough.
  run.tell((at) => ({ type: 'observed', at, source: 'sweep', clearance: null, begun: engine.time }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(run.state.ended).toBe(false);
});
