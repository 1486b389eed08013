import { defineQuery, setHandler } from '@temporalio/workflow';
import { temporalEngine } from '../../../workflows/activation/temporal-engine';

/** Two local activities at once; whether there is a timer depends on the time at which the first one's result came. */
export async function twoAtOnce(): Promise<boolean> {
  const engine = temporalEngine();
  const due = engine.now() + 600;
  const here = { by: 'here', summary: 'one of two' } as const;
  const quick = engine
    .call('checkFirstData', here, { provider: 'quick', application: 'default', vin: '1' })
    .result.then(async () => {
      const isOver = engine.now() >= due;
      if (!isOver) await engine.sleep(10, 'a timer').result;
      return isOver;
    });
  const slow = engine.call('checkFirstData', here, {
    provider: 'slow',
    application: 'default',
    vin: '2',
  }).result;
  await slow;
  return quick;
}

export const asked = defineQuery<string>('asked');

/** Waits, and tells how long that was by its own clock, in milliseconds. */
export async function waits(milliseconds: number): Promise<number> {
  setHandler(asked, () => 'waits');
  const engine = temporalEngine();
  const begun = engine.now();
  await engine.sleep(milliseconds, 'a timer').result;
  return engine.now() - begun;
}
