import type { Call, UnderWay } from '../../../../workflows/activation/engine';
import { createRun, type RunOutcome } from '../../../../workflows/activation/shell';
import { CallFailed } from '../../../../workflows/contract/call-failed';
import { BareEngine, NEVER, settled } from '../../activation/bare-engine';
import { START, Story } from '../story';

/** The list is down: a read goes the patient way, for up to three days. The server says that a fresh run is due. */
class ListIsDown extends BareEngine {
  isDue = false;
  /** Each message comes a second after the one before it. */
  messages = 0;

  override now = (): number => START + this.messages * 1_000;

  override isFreshRunDue = (): boolean => this.isDue;

  protected override called(_activity: string, { by }: Call): UnderWay<unknown> {
    const details = { stopped: true, mayPass: true, next: null, wait: null, told: null, endedAt: START };
    if (by === 'here')
      return { result: Promise.reject(new CallFailed('503', details)), stop: () => undefined };
    let stop = (): void => undefined;
    const result = new Promise<never>((_, reject) => {
      stop = () => reject(new CallFailed('cancelled', details));
    });
    return { result, stop: () => stop() };
  }

  override sleep(milliseconds: number): UnderWay<void> {
    return milliseconds <= 1 ? { result: Promise.resolve(), stop: () => undefined } : NEVER;
  }
}

/**
 * A server takes 10,000 signals for one run, and then no more, whoever sends them, a defleet too; at 51,200 events it terminates
 * the run. A gateway lets 60 webhooks a minute of one vehicle through: three hours of a provider that flaps.
 */
it('a fresh run begins also while a read cannot get through for days, where messages come without a pause', async () => {
  const story = Story.approved().hears('pending');
  expect(story.state.inFlight).toBe('read');
  // The same, before the read was given.
  const engine = new ListIsDown();
  const run = createRun(engine, { ...story.state, inFlight: null, repeats: {} });
  let outcome: RunOutcome | null = null;
  void run.live().then((one) => {
    outcome = one;
  });
  for (let number = 0; number < 10_000; number += 1) {
    engine.messages += 1;
    run.tell((at) => ({
      type: 'claimed',
      at,
      status: number % 2 ? 'rejected' : 'pending',
      reason: null,
      deliveryId: `delivery-${number}`,
      providerTime: null,
    }));
    if (number % 500 !== 0) continue;
    await settled();
    engine.isDue ||= run.state.inFlight === 'read';
  }
  expect(engine.isDue).toBe(true);
  for (let turn = 0; turn < 1_000 && outcome === null; turn += 1) await settled();
  expect(outcome).toMatchObject({ next: 'fresh run' });
});
