import { connect } from 'node:net';
import { VinError } from '../../../src/base/errors';
import type { USUAL_SHARE } from '../../../src/config/token-share';
import { Shares } from '../../../src/gateway/api/shares';
import { ActivationsDouble, VIN } from './activations-double';
import { type Answer, type RunningApi, startApi } from './support';

const READ = `/v1/activations/${VIN}`;
const BATCH = '/v1/activations/batch';
const share = (some: Partial<typeof USUAL_SHARE>) => ({
  waits: 10,
  batches: 10,
  starts: 1_000,
  checks: 1_000,
  calls: 60_000,
  ...some,
});
const vinOf = (index: number) => `WBA8E9G50GN${String(index).padStart(6, '0')}`;
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ vin: vinOf(index), brand: 'bmw' }));

describe('the share of a token', () => {
  let activations: ActivationsDouble;
  let api: RunningApi;
  /** Milliseconds. It stands: nothing comes back because the machine is busy. */
  let now: number;
  const open = async (some: Partial<typeof USUAL_SHARE>, holdFor = 0): Promise<void> => {
    activations = new ActivationsDouble();
    now = 0;
    const shares = new Shares(share(some), () => now);
    api = await startApi(activations.asActivations, { share: share(some), shares, holdFor });
  };
  afterEach(() => api.close());

  function expectRefused({ status, body, headers }: Answer, words: string): void {
    expect([status, body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(body.detail).toContain(words);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }

  /** Has every wait or message of the double wait until `finish`. */
  function kept(): { readonly begun: (count: number) => Promise<void>; finish(): void } {
    let count = 0;
    let wanted: { count: number; reached: () => void } = { count: 0, reached: () => undefined };
    const waiting: (() => void)[] = [];
    const enter = () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        count += 1;
        if (count === wanted.count) wanted.reached();
      });
    activations.waiting = enter;
    activations.working = enter;
    return {
      begun: (many) =>
        new Promise((reached) => {
          wanted = { count: many, reached };
          if (count >= many) reached();
        }),
      finish: () => {
        for (const resolve of waiting.splice(0)) resolve();
      },
    };
  }

  test('of waits is its own: the next is refused, and those of others are not', async () => {
    await open({ waits: 2 });
    const [mine, other] = [api.tokenFor('read', '*'), api.tokenFor('read', '*')];
    const wait = (token: string) => api.call('GET', `${READ}?wait=approved`, { token });
    const waits = kept();
    const first = [wait(mine), wait(mine)];
    await waits.begun(2);
    expectRefused(await wait(mine), '2 waits at the same time');
    expect((await api.call('GET', READ, { token: mine })).status).toBe(200);
    const theirs = wait(other);
    await waits.begun(3);
    waits.finish();
    for (const { status } of await Promise.all([...first, theirs])) expect(status).toBe(200);
    const again = wait(mine);
    await waits.begun(4);
    waits.finish();
    expect((await again).status).toBe(200);
  });

  test('of batches counts both kinds, and is refused before the body is read', async () => {
    await open({ batches: 1 });
    const mine = api.tokenFor('operate', '*');
    const work = kept();
    const first = api.call('POST', '/v1/activations/defleet', { token: mine, body: { vins: [VIN] } });
    await work.begun(1);
    const socket = connect(api.port, '127.0.0.1');
    const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    // The body never comes.
    socket.write(
      `POST ${BATCH} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ${mine}\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[`,
    );
    expect(await answered).toMatch(/^HTTP\/1\.1 429 [\s\S]*retry-after: 5[\s\S]*1 batches at the same time/i);
    socket.destroy();
    const theirs = api.call('POST', '/v1/activations/defleet', {
      token: api.tokenFor('operate', '*'),
      body: { vins: [VIN] },
    });
    await work.begun(2);
    work.finish();
    expect([(await first).status, (await theirs).status]).toEqual([202, 202]);
    const next = api.call('POST', '/v1/activations/defleet', { token: mine, body: { vins: [VIN] } });
    await work.begun(3);
    work.finish();
    expect((await next).status).toBe(202);
  });

  test('of batches counts those that go on by themselves', async () => {
    await open({ batches: 2 });
    const token = api.tokenFor('operate', '*');
    const id = api.tokens.at(-1)?.id ?? '';
    const send = () => api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN] } });
    activations.running = [
      { id: '1', token: id },
      { id: '2', token: null },
      { id: '3', token: 'another' },
    ];
    expect((await send()).status).toBe(202);
    activations.running = ['1', '4'].map((one) => ({ id: one, token: id }));
    expectRefused(await send(), '2 batches at the same time');
  });

  test('of batches is one over all applications of a token', async () => {
    await open({ batches: 2 });
    const token = api.tokenFor('operate', '*');
    const id = api.tokens.at(-1)?.id ?? '';
    activations.runningElsewhere = ['1', '2'].map((one) => ({ id: one, token: id }));
    const answer = await api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN] } });
    expectRefused(answer, '2 batches at the same time');
  });

  test('of batches counts those that a search does not show yet, and no longer than they go on', async () => {
    await open({ batches: 2 });
    activations.goOn = true;
    const token = api.tokenFor('operate', '*');
    const send = (id: string) =>
      api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN], id } });
    expect((await send('first')).status).toBe(202);
    expect((await send('second')).status).toBe(202);
    expectRefused(await send('third'), '2 batches at the same time');
    // The same one again is no other one.
    expect((await send('second')).status).toBe(202);
    expect(
      (
        await api.call('POST', '/v1/activations/retry', {
          token: api.tokenFor('operate', '*'),
          body: { vins: [VIN] },
        })
      ).status,
    ).toBe(202);
    activations.goOn = false;
    expect((await send('third')).status).toBe(202);
  });

  test('of batches is not exceeded by those that are begun at the same moment', async () => {
    await open({ batches: 2 });
    activations.goOn = true;
    const token = api.tokenFor('operate', '*');
    const id = api.tokens.at(-1)?.id ?? '';
    activations.running = [{ id: 'before', token: id }];
    const work = kept();
    const send = (name: string) =>
      api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN], id: name } });
    const first = send('first');
    await work.begun(1);
    expectRefused(await send('second'), '2 batches at the same time');
    work.finish();
    expect((await first).status).toBe(202);
  });

  test('of batches gives the place back of one that was not begun', async () => {
    await open({ batches: 1 });
    const token = api.tokenFor('operate', '*');
    const send = () => api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN] } });
    activations.working = async () => {
      throw new VinError('BATCH_TOO_LARGE', 'Too many', 'Send fewer.');
    };
    expect((await send()).status).not.toBe(202);
    activations.working = async () => undefined;
    expect((await send()).status).toBe(202);
  });

  test('of batches is given back when the work is done, not when the client goes away', async () => {
    await open({ batches: 1 });
    const token = api.tokenFor('operate', '*');
    const work = kept();
    const batch = (signal?: AbortSignal) =>
      api.call('POST', '/v1/activations/defleet', {
        token,
        body: { vins: [VIN] },
        ...(signal && { signal }),
      });
    const client = new AbortController();
    const first = batch(client.signal);
    await work.begun(1);
    client.abort();
    await expect(first).rejects.toThrow();
    expectRefused(await batch(), '1 batches at the same time');
    work.finish();
    const next = batch();
    await work.begun(2);
    work.finish();
    expect((await next).status).toBe(202);
  });

  test('of batches is not worked off for a client that has gone: what was not begun is not begun', async () => {
    await open({ batches: 1 });
    const token = api.tokenFor('operate', '*');
    const work = kept();
    const client = new AbortController();
    const batch = api.call('POST', BATCH, { token, body: rows(400), signal: client.signal });
    await work.begun(2);
    client.abort();
    await expect(batch).rejects.toThrow();
    for (let turn = 0; turn < 3; turn += 1) await api.call('GET', '/healthz');
    activations.working = async () => undefined;
    work.finish();
    let next = await api.call('POST', BATCH, { token, body: rows(1) });
    while (next.status === 429) next = await api.call('POST', BATCH, { token, body: rows(1) });
    expect(activations.asked.length).toBeLessThan(30);
  });

  test('of starts counts single ones and items of batches; what goes beyond is refused item by item', async () => {
    await open({ starts: 3 });
    const token = api.tokenFor('operate', '*');
    expect((await api.call('POST', '/v1/activations', { token, body: rows(1)[0] })).status).toBe(202);
    const { status, body } = await api.call('POST', BATCH, {
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
      await api.call('POST', '/v1/activations', { token, body: rows(9)[8] }),
      '3 starts a minute',
    );
    expectRefused(await api.call('POST', BATCH, { token, body: rows(9).slice(8) }), '3 starts a minute');
    const other = api.tokenFor('operate', '*');
    expect((await api.call('POST', '/v1/activations', { token: other, body: rows(9)[8] })).status).toBe(202);
  });

  test('of starts and pages goes to Temporal two at a time, and others are not behind it', async () => {
    await open({});
    const mine = api.tokenFor('operate', '*');
    const work = kept();
    const first = api.call('POST', BATCH, { token: mine, body: rows(40) });
    await work.begun(2);
    const [row] = rows(50).slice(49);
    const theirs = api.call('POST', '/v1/activations', { token: api.tokenFor('operate', '*'), body: row });
    await work.begun(3);
    expect(activations.asked).toHaveLength(3);
    activations.working = async () => undefined;
    work.finish();
    expect((await theirs).status).toBe(202);
    expect((await first).body.started).toBe(40);
  });

  test('of starts is not touched by rows that start nothing', async () => {
    await open({ starts: 1 });
    const token = api.tokenFor('operate', '*');
    const bad = Array.from({ length: 20 }, () => ({ vin: 'X', brand: 'nope' }));
    expect((await api.call('POST', BATCH, { token, body: [...bad, ...rows(1)] })).body.started).toBe(1);
  });

  test('of calls is so many a minute, and comes back steadily', async () => {
    await open({ calls: 60 });
    const [mine, other] = [api.tokenFor('read', '*'), api.tokenFor('read', '*')];
    const call = (token: string) => api.call('GET', READ, { token });
    for (let times = 0; times < 3; times += 1) expect((await call(mine)).status).toBe(200);
    expectRefused(await call(mine), '60 calls a minute');
    expect((await call(other)).status).toBe(200);
    expect((await api.call('POST', '/v1/nowhere', { token: mine })).status).toBe(429);
    now += 1_000;
    expect((await call(mine)).status).toBe(200);
    expectRefused(await call(mine), '60 calls a minute');
  });

  test('of calls counts a page of a list by its rows', async () => {
    await open({ calls: 400 });
    const token = api.tokenFor('read', '*');
    const page = (limit: number) => api.call('GET', `/v1/activations?limit=${limit}`, { token });
    expect([(await page(200)).status, (await page(180)).status]).toEqual([200, 200]);
    expectRefused(await page(200), 'one for 20 rows');
  });

  test('of calls counts a batch by its items', async () => {
    await open({ calls: 1_200 });
    const token = api.tokenFor('operate', '*');
    const bad = Array.from({ length: 900 }, () => ({ vin: 'X', brand: 'nope' }));
    const group = () =>
      api.call('POST', '/v1/activations/defleet', { token, body: { vins: Array(900).fill(VIN) } });
    expect((await group()).status).toBe(202);
    expectRefused(await api.call('POST', BATCH, { token, body: bad }), 'one for 20 items');
    expectRefused(await group(), 'calls a minute');
  });

  test('that is used up is told after a moment, so that asking again at once costs less', async () => {
    await open({ calls: 10 }, 100);
    const token = api.tokenFor('read', '*');
    await api.call('GET', READ, { token });
    const begun = performance.now();
    expect((await api.call('GET', READ, { token })).status).toBe(429);
    expect(performance.now() - begun).toBeGreaterThan(95);
  });

  test('that is used up by the items of a batch is told after a moment too, and the batch is under way until then', async () => {
    await open({ calls: 300, batches: 1 }, 100);
    const token = api.tokenFor('operate', '*');
    const send = () => api.call('POST', BATCH, { token, body: Array(900).fill({ vin: 'X', brand: 'nope' }) });
    expect((await send()).status).toBe(202);
    now += 1_000;
    const begun = performance.now();
    expectRefused(await send(), 'one for 20 items');
    expect(performance.now() - begun).toBeGreaterThan(95);
  });

  test('that is used up writes few lines into the log', async () => {
    await open({ calls: 10 });
    const token = api.tokenFor('read', '*');
    for (let times = 0; times < 40; times += 1) await api.call('GET', READ, { token });
    expect(api.logged.filter((line) => line.includes('over the share')).length).toBeLessThanOrEqual(10);
  });
});
