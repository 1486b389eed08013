import { signOfSweep } from '../../src/cli/page-signs';

const NOW = Date.UTC(2026, 10, 27, 12);
const MINUTE = 60_000;
const plan = { isPaused: false, next: new Date(NOW + 5 * MINUTE) };
const done = { endedAt: NOW - 3 * MINUTE, isDone: true };

describe('the sign of the sweep on the fleet page', () => {
  test.each([
    [
      'when the last one ended, whoever began it, and when the next one is',
      plan,
      done,
      '3 min ago, next in 5 min',
      true,
    ],
    ['that none has ended yet', plan, null, 'not yet, next in 5 min', true],
    [
      'that the last one failed',
      plan,
      { ...done, isDone: false },
      'the last one failed 3 min ago, next in 5 min',
      false,
    ],
    [
      'that somebody has paused it',
      { ...plan, isPaused: true },
      done,
      '3 min ago; somebody has paused its schedule',
      false,
    ],
    [
      'that sweeps are made by hand only',
      null,
      done,
      '3 min ago; it has no schedule: no worker has started, or VIN_SWEEP_INTERVAL is off',
      false,
    ],
  ])('says %s', (_what, itsPlan, last, says, isGood) => {
    expect(signOfSweep('sweep', itsPlan, last, NOW)).toEqual({ name: 'sweep', says, isGood });
  });
});
