import { USUAL_SHARE } from '../../../src/config/token-share';
import { ActivationsDouble, unknownActivation, VIN } from './activations-double';
import { type RunningApi, startApi } from './support';

const READ = `/v1/activations/${VIN}`;
const BATCH = '/v1/activations/batch';
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    vin: `WBA8E9G50GN${String(index).padStart(6, '0')}`,
    brand: 'bmw',
  }));

/** What costs more than a call: a worker's time, and the carmakers' budgets. */
describe('the share of a token', () => {
  let activations: ActivationsDouble;
  let api: RunningApi;
  const open = async (some: Partial<typeof USUAL_SHARE>): Promise<void> => {
    activations = new ActivationsDouble();
    api = await startApi(activations.asActivations, { share: { ...USUAL_SHARE, ...some }, holdFor: 0 });
  };
  afterEach(() => api.close());

  test.each([
    ['reads', READ],
    ['waits', `${READ}?wait=approved`],
  ])('of looks holds for those of a wait as well: four at a time (%s)', async (_what, path) => {
    await open({ waits: 30 });
    const token = api.tokenFor('read', '*');
    const looks: (() => void)[] = [];
    let most = 0;
    activations.looking = () =>
      new Promise((resolve) => {
        looks.push(resolve);
        most = Math.max(most, looks.length);
      });
    const all = Array.from({ length: 20 }, () => api.call('GET', path, { token }));
    const done = Promise.all(all);
    for (let ended = 0; ended < 20; ended += 1) {
      while (looks.length === 0) await new Promise((resolve) => setImmediate(resolve));
      looks.shift()?.();
    }
    for (const { status } of await done) expect(status).toBe(200);
    expect(most).toBeLessThanOrEqual(4);
  });

  test('of looks is kept until the answer comes on its beat', async () => {
    await open({});
    const token = api.tokenFor('read', ['ours']);
    const begun: number[] = [];
    activations.looking = async () => {
      begun.push(performance.now());
      throw unknownActivation();
    };
    await Promise.all(Array.from({ length: 5 }, () => api.call('GET', READ, { token })));
    expect((begun[4] as number) - (begun[0] as number)).toBeGreaterThanOrEqual(95);
  });

  test('of eligibility checks is a number a minute, for starts and for amendments', async () => {
    await open({ checks: 2 });
    const token = api.tokenFor('operate', '*');
    const items = rows(3).map((row) => ({ ...row, checkEligibility: 'blocking' }));
    const batch = await api.call('POST', BATCH, { token, body: items });
    expect(batch.body).toMatchObject({ started: 2, refused: 1 });
    expect(batch.body.results[2].problem.detail).toContain('2 eligibility checks a minute');
    const amend = { policy: { eligibility: 'advisory' } };
    const refused = await api.call('POST', `${READ}/amend`, { token, body: amend });
    expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    const group = await api.call('POST', '/v1/activations/amend', { token, body: { vins: [VIN], ...amend } });
    expect([group.status, group.body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    const plain = { policy: { eligibility: 'off' } };
    expect((await api.call('POST', `${READ}/amend`, { token, body: plain })).status).toBe(200);
    expect((await api.call('POST', BATCH, { token, body: rows(3) })).body).toMatchObject({ refused: 0 });
  });
});
