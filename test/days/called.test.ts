import { Called } from '../../src/days/called';
import type { CallsCounted } from '../../workflows/contract/days';
import { APP } from '../support/application';

const NIGHT = Date.parse('2026-11-27T23:59:00.000Z');
const SUBMIT = { endpoint: 'submit', brand: 'ford' };

describe('the calls of a worker', () => {
  let now: number;
  let called: Called;
  let told: CallsCounted[];
  const teller = async (report: CallsCounted) => void told.push(report);

  beforeEach(() => {
    now = NIGHT;
    called = new Called(() => now);
    told = [];
  });

  test('are told as the sum of the day, and of nothing new nobody is told', async () => {
    called.count(APP, SUBMIT);
    await called.tell(teller);
    await called.tell(teller);
    called.count(APP, SUBMIT);
    called.count(APP, { endpoint: 'list', brand: 'several' });
    await called.tell(teller);
    expect(told.map(({ calls }) => calls['high-mobility:default'])).toEqual([
      { ford: { submit: 1 } },
      { ford: { submit: 2 }, several: { list: 1 } },
    ]);
    expect(new Set(told.map(({ process }) => process)).size).toBe(1);
  });

  test('belong to the day on which they ended', async () => {
    called.count(APP, SUBMIT);
    now += 120_000;
    called.count(APP, SUBMIT);
    await called.tell(teller);
    expect(told.map(({ day, calls }) => [day, calls['high-mobility:default']])).toEqual([
      ['2026-11-27', { ford: { submit: 1 } }],
      ['2026-11-28', { ford: { submit: 1 } }],
    ]);
  });

  test('go on in their sum where the clock is set back over midnight', async () => {
    called.count(APP, SUBMIT);
    now += 120_000;
    await called.tell(teller);
    now -= 120_000;
    called.count(APP, SUBMIT);
    await called.tell(teller);
    expect(told.at(-1)).toMatchObject({
      day: '2026-11-27',
      calls: { 'high-mobility:default': { ford: { submit: 2 } } },
    });
  });

  test('that could not be told are told the next time', async () => {
    called.count(APP, SUBMIT);
    const away = () => Promise.reject(new Error('Temporal is away'));
    await expect(called.tell(away)).rejects.toThrow('away');
    await called.tell(teller);
    expect(told).toHaveLength(1);
  });

  test('are told once more when the worker stops', async () => {
    const stop = called.keepTelling(teller, () => undefined);
    called.count(APP, SUBMIT);
    await stop();
    expect(told).toHaveLength(1);
  });
});
