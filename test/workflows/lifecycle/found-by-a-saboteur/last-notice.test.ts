import type { Call, UnderWay } from '../../../../workflows/activation/engine';
import { createRun } from '../../../../workflows/activation/shell';
import { CallFailed } from '../../../../workflows/contract/call-failed';
import { readMessage } from '../../../../workflows/lifecycle/read-message';
import { BareEngine, NEVER, settled } from '../../activation/bare-engine';
import { START, Story } from '../story';

/** The provider works; no notice can be handed over. */
class NoHandOver extends BareEngine {
  protected override called(activity: string, { by }: Call): UnderWay<unknown> {
    const row = { status: 'rejected', reason: 'ineligible VIN', changedAt: START, createdAt: START };
    const details = { stopped: false, mayPass: true, next: null, wait: null, told: null, endedAt: START };
    if (activity === 'notify' && by === 'queue') return NEVER;
    const result =
      activity === 'notify'
        ? Promise.reject(new CallFailed('14 UNAVAILABLE', details))
        : Promise.resolve({ value: row, endedAt: START + 1 });
    return { result, stop: () => undefined };
  }
}

it('a message to a vehicle that has ended, and whose last notice is not handed over yet, is refused in words', async () => {
  const engine = new NoHandOver();
  const story = Story.pending();
  engine.rules = story.rules;
  const run = createRun(engine, story.state);
  run.tell((at) => ({
    type: 'claimed',
    at,
    status: 'rejected',
    reason: 'ineligible VIN',
    deliveryId: null,
    providerTime: null,
  }));
  void run.live();
  await settled();
  expect(run.state).toMatchObject({ ended: true, clearance: { status: 'rejected' } });
  run.tell((at) => readMessage('retry', { by: 'ops', id: 'mine' }, at));
  await settled();
  expect(run.state.messages).toMatchObject([
    { id: 'mine', outcome: 'refused', next: expect.stringContaining('has ended') },
  ]);
});
