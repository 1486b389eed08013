import { VinError } from '../../../src/base/errors';
import { USUAL_SHARE } from '../../../src/config/token-share';
import type { Defleetings } from '../../../src/defleetings/defleetings';
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
  const open = async (
    some: Partial<typeof USUAL_SHARE>,
    more: Parameters<typeof startApi>[1] = {},
  ): Promise<void> => {
    activations = new ActivationsDouble();
    api = await startApi(activations.asActivations, {
      share: { ...USUAL_SHARE, ...some },
      holdFor: 0,
      ...more,
    });
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
    await Promise.all(Array.from({ length: 20 }, () => api.call('GET', READ, { token })));
    // Four at a time: four beats of 100 ms lie between, less what the machine stood still before the first was written down.
    expect((begun[19] as number) - (begun[0] as number)).toBeGreaterThanOrEqual(200);
  });

  test('of what costs much holds for the summary: two at a time go through all that is open', async () => {
    const looks: (() => void)[] = [];
    let most = 0;
    const look = async () => {
      await new Promise<void>((resolve) => {
        looks.push(resolve);
        most = Math.max(most, looks.length);
      });
      const none = { activations: [], defleetings: [], parkings: [], credentials: [] };
      return { snapshot: { ...none, at: 0, duration: 0, calls: 1 }, age: 0, problem: null };
    };
    await open({}, { snapshots: { look } });
    const token = api.tokenFor('read', '*');
    const all = Promise.all(Array.from({ length: 6 }, () => api.call('GET', '/v1/summary', { token })));
    for (let ended = 0; ended < 6; ended += 1) {
      while (looks.length === 0) await new Promise((resolve) => setImmediate(resolve));
      looks.shift()?.();
    }
    for (const { status } of await all) expect(status).toBe(200);
    expect(most).toBeLessThanOrEqual(2);
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

  test('of starts counts vehicles that are asked to leave: each is a workflow that asks every provider', async () => {
    let asked = 0;
    const ask = async () => {
      asked += 1;
      throw new VinError('ACTIVATION_UNKNOWN', 'There is none', 'Look.');
    };
    const defleetings = { forFleets: () => ({ ask }) } as unknown as Defleetings;
    await open({ starts: 2 }, { defleetings });
    const token = api.tokenFor('operate', '*');
    const answers = [1, 2, 3].map(() => api.call('POST', '/v1/defleetings', { token, body: { vin: VIN } }));
    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([404, 404, 429]);
    expect(asked).toBe(2);
  });

  test('of starts is looked at before workers are asked whether a vehicle has left', async () => {
    let questions = 0;
    const left = async (vins: readonly string[]) => {
      questions += 1;
      return vins.map(() => null);
    };
    await open({ starts: 1 }, { certificates: { of: async () => [], left } });
    const token = api.tokenFor('operate', '*');
    const body = { vin: VIN, brand: 'bmw', fleet: 'acme' };
    const start = () => api.call('POST', '/v1/activations', { token, body });
    expect([(await start()).status, (await start()).status, questions]).toEqual([202, 429, 1]);
  });

  test('of looks holds for what has come back: a batch asks for four at a time', async () => {
    const leaving = { number: 1, endedAt: '2026-12-02T08:00:00.000Z', fleet: 'acme' };
    const left = async (vins: readonly string[]) => vins.map(() => leaving);
    await open({}, { certificates: { of: async () => [], left } });
    let now = 0;
    let most = 0;
    activations.looking = async () => {
      now += 1;
      most = Math.max(most, now);
      // Longer than it takes the other items to come.
      for (let ticks = 0; ticks < 50; ticks += 1) await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
    };
    const token = api.tokenFor('operate', '*');
    const body = rows(40).map((row) => ({ ...row, fleet: 'acme' }));
    expect((await api.call('POST', BATCH, { token, body })).status).toBe(202);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(4);
  });
});
