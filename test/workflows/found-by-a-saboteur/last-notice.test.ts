import { CallFailed, type Engine, type UnderWay } from '../../../workflows/engine';
import { readMessage } from '../../../workflows/requests';
import { createRun } from '../../../workflows/shell';
import { START, Story } from '../story';

/** The provider works; the receiver of notices is away, so that a notice goes the patient way of three days. */
class DeafReceiver implements Engine {
  now = (): number => START;
  isFreshRunDue = (): boolean => false;
  wasBegunBefore = (): boolean => false;
  isDoneAgain = (): boolean => false;
  publish = (): void => undefined;
  call = ((activity: string, how: { by: string }) => {
    const row = { status: 'rejected', reason: 'ineligible VIN', changedAt: START, createdAt: START };
    const details = { stopped: false, mayPass: true, next: null, wait: null, told: null, endedAt: START };
    const away = () =>
      how.by === 'here' ? Promise.reject(new CallFailed('503', details)) : new Promise(() => undefined);
    const result = activity === 'notify' ? away() : Promise.resolve({ value: row, endedAt: START + 1 });
    return { result, stop: () => undefined };
  }) as never;
  sleep(milliseconds: number): UnderWay<void> {
    const result = milliseconds <= 5_000 ? Promise.resolve() : new Promise<void>(() => undefined);
    return { result, stop: () => undefined };
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 100));

/** Until then `vin activate` of the vehicle says "already-active", and a message "no worker has taken it in yet". */
it('a vehicle whose activation has ended is not kept running for three days by a notice that nobody takes', async () => {
  const run = createRun(new DeafReceiver(), Story.pending().state);
  run.tell((at) => ({
    type: 'claimed',
    at,
    status: 'rejected',
    reason: 'ineligible VIN',
    deliveryId: null,
    providerTime: null,
  }));
  let outcome = 'running';
  void run.live().then(({ next }) => {
    outcome = next;
  });
  await settled();
  expect(run.state).toMatchObject({ ended: true, clearance: { status: 'rejected' } });
  run.tell((at) => readMessage('retry', { by: 'ops', id: 'mine' }, at));
  await settled();
  // Either it is over, or it takes what it is told.
  expect({ outcome, messages: run.state.messages.length }).not.toEqual({ outcome: 'running', messages: 0 });
});
