import { VIN } from './activations-double';
import { BATCH, expectRefused, READ, rows, SmallShare } from './small-share';

const here = new SmallShare();
afterEach(() => here.api.close());

describe('the share of a token', () => {
  test('of waits is its own: the next is refused, and those of others are not', async () => {
    await here.open({ waits: 2 });
    const [mine, other] = [here.api.tokenFor('read', '*'), here.api.tokenFor('read', '*')];
    const wait = (token: string) => here.api.call('GET', `${READ}?wait=approved`, { token });
    const waits = here.kept();
    const first = [wait(mine), wait(mine)];
    await waits.begun(2);
    expectRefused(await wait(mine), '2 waits at the same time');
    expect((await here.api.call('GET', READ, { token: mine })).status).toBe(200);
    const theirs = wait(other);
    await waits.begun(3);
    waits.finish();
    for (const { status } of await Promise.all([...first, theirs])) expect(status).toBe(200);
    const again = wait(mine);
    await waits.begun(4);
    waits.finish();
    expect((await again).status).toBe(200);
  });

  test('of starts counts single ones and items of batches; what goes beyond is refused item by item', async () => {
    await here.open({ starts: 3 });
    const token = here.api.tokenFor('operate', '*');
    expect((await here.api.call('POST', '/v1/activations', { token, body: rows(1)[0] })).status).toBe(202);
    const { status, body } = await here.api.call('POST', BATCH, {
      token,
      body: rows(4).slice(1).concat(rows(5).slice(4)),
    });
    expect([status, body.started, body.refused]).toEqual([202, 2, 2]);
    expect(body.results[3].problem).toMatchObject({
      status: 429,
      code: 'TOO_MANY_REQUESTS',
      next: expect.stringMatching(/after \d+ s/),
    });
    expectRefused(
      await here.api.call('POST', '/v1/activations', { token, body: rows(9)[8] }),
      '3 starts a minute',
    );
    expectRefused(await here.api.call('POST', BATCH, { token, body: rows(9).slice(8) }), '3 starts a minute');
    const other = here.api.tokenFor('operate', '*');
    expect((await here.api.call('POST', '/v1/activations', { token: other, body: rows(9)[8] })).status).toBe(
      202,
    );
  });

  test('of starts and pages goes to Temporal two at a time, and others are not behind it', async () => {
    await here.open({});
    const mine = here.api.tokenFor('operate', '*');
    const work = here.kept();
    const first = here.api.call('POST', BATCH, { token: mine, body: rows(40) });
    await work.begun(2);
    const [row] = rows(50).slice(49);
    const theirs = here.api.call('POST', '/v1/activations', {
      token: here.api.tokenFor('operate', '*'),
      body: row,
    });
    await work.begun(3);
    expect(here.activations.asked).toHaveLength(3);
    here.activations.working = async () => undefined;
    work.finish();
    expect((await theirs).status).toBe(202);
    expect((await first).body.started).toBe(40);
  });

  test('of starts is not touched by rows that start nothing', async () => {
    await here.open({ starts: 1 });
    const token = here.api.tokenFor('operate', '*');
    const bad = Array.from({ length: 20 }, () => ({ vin: 'X', brand: 'nope' }));
    expect((await here.api.call('POST', BATCH, { token, body: [...bad, ...rows(1)] })).body.started).toBe(1);
  });

  test('of calls is so many a minute, and comes back steadily', async () => {
    await here.open({ calls: 60 });
    const [mine, other] = [here.api.tokenFor('read', '*'), here.api.tokenFor('read', '*')];
    const call = (token: string) => here.api.call('GET', READ, { token });
    for (let times = 0; times < 3; times += 1) expect((await call(mine)).status).toBe(200);
    expectRefused(await call(mine), '60 calls a minute');
    expect((await call(other)).status).toBe(200);
    expect((await here.api.call('POST', '/v1/nowhere', { token: mine })).status).toBe(429);
    here.now += 1_000;
    expect((await call(mine)).status).toBe(200);
    expectRefused(await call(mine), '60 calls a minute');
  });

  test('of calls counts a page of a list by its rows', async () => {
    await here.open({ calls: 400 });
    const token = here.api.tokenFor('read', '*');
    const page = (limit: number) => here.api.call('GET', `/v1/activations?limit=${limit}`, { token });
    expect([(await page(200)).status, (await page(180)).status]).toEqual([200, 200]);
    expectRefused(await page(200), 'one for 20 rows');
  });

  test('of calls counts a batch by its items', async () => {
    await here.open({ calls: 1_200 });
    const token = here.api.tokenFor('operate', '*');
    const bad = Array.from({ length: 900 }, () => ({ vin: 'X', brand: 'nope' }));
    const group = () =>
      here.api.call('POST', '/v1/activations/defleet', { token, body: { vins: Array(900).fill(VIN) } });
    expect((await group()).status).toBe(202);
    expectRefused(await here.api.call('POST', BATCH, { token, body: bad }), 'one for 20 items');
    expectRefused(await group(), 'calls a minute');
  });

  test('that is used up is told after a moment, so that asking again at once costs less', async () => {
    await here.open({ calls: 10 }, 100);
    const token = here.api.tokenFor('read', '*');
    await here.api.call('GET', READ, { token });
    const begun = performance.now();
    expect((await here.api.call('GET', READ, { token })).status).toBe(429);
    expect(performance.now() - begun).toBeGreaterThan(95);
  });

  test('that is used up by the items of a batch is told after a moment too, and the batch is under way until then', async () => {
    await here.open({ calls: 300, batches: 1 }, 100);
    const token = here.api.tokenFor('operate', '*');
    const send = () =>
      here.api.call('POST', BATCH, { token, body: Array(900).fill({ vin: 'X', brand: 'nope' }) });
    expect((await send()).status).toBe(202);
    here.now += 1_000;
    const begun = performance.now();
    expectRefused(await send(), 'one for 20 items');
    expect(performance.now() - begun).toBeGreaterThan(95);
  });

  test('that is used up writes few lines into the log', async () => {
    await here.open({ calls: 10 });
    const token = here.api.tokenFor('read', '*');
    for (let times = 0; times < 40; times += 1) await here.api.call('GET', READ, { token });
    expect(here.api.logged.filter((line) => line.includes('over the share')).length).toBeLessThanOrEqual(10);
  });
});
