import { temporalEngine } from '../../workflows/temporal-engine';

/** Two local activities at once; whether there is a timer depends on the time at which the first one's result came. */
export async function twoAtOnce(): Promise<boolean> {
  const engine = temporalEngine('high-mobility');
  const due = engine.now() + 600;
  const here = { by: 'here', summary: 'one of two' } as const;
  const quick = engine.call('checkFirstData', here, { provider: 'quick', vin: '1' }).result.then(async () => {
    const isOver = engine.now() >= due;
    if (!isOver) await engine.sleep(10, 'a timer').result;
    return isOver;
  });
  const slow = engine.call('checkFirstData', here, { provider: 'slow', vin: '2' }).result;
  await slow;
  return quick;
}
