import { retryTogether } from './fleet-retries';

/** More, with figures: npm run bench -- --only retries */
const RETRIED = 900;
/** Others are started all the while. */
const JOINING = 30;
const BUDGET = 60;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const longest = (waits: readonly number[]): number => Math.max(...waits);

describe(`a batch that retries ${RETRIED} vehicles`, () => {
  it('submits each again at its pace, within the budgets, and holds up nobody who is started meanwhile', async () => {
    const alone = await retryTogether({ retried: 0, joining: JOINING });
    const { submitted, took, most, waits } = await retryTogether({ retried: RETRIED, joining: JOINING });
    expect(submitted).toBe(RETRIED);
    // 600 a minute.
    expect(took).toBeGreaterThan(MINUTE);
    expect(took).toBeLessThan(2 * MINUTE);
    // Half of the budget is left to others, at each endpoint.
    expect(Math.max(most.list, most.submit)).toBeLessThanOrEqual(BUDGET / 2);
    expect(longest(waits)).toBeLessThanOrEqual(longest(alone.waits) + SECOND);
  });

  it('would hold them up if it went as fast as it could', async () => {
    const { most, waits } = await retryTogether({ retried: RETRIED, joining: JOINING, pace: 1e9 });
    expect(Math.max(most.list, most.submit)).toBeLessThanOrEqual(BUDGET);
    expect(longest(waits)).toBeGreaterThan(4 * SECOND);
  });
});
