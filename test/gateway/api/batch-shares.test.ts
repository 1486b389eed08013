import { connect } from 'node:net';
import { VinError } from '../../../src/base/errors';
import { VIN } from './activations-double';
import { BATCH, expectRefused, rows, SmallShare } from './small-share';

const here = new SmallShare();
afterEach(() => here.api.close());

describe('the share of a token', () => {
  test('of batches counts both kinds, and is refused before the body is read', async () => {
    await here.open({ batches: 1 });
    const mine = here.api.tokenFor('operate', '*');
    const work = here.kept();
    const first = here.api.call('POST', '/v1/activations/defleet', { token: mine, body: { vins: [VIN] } });
    await work.begun(1);
    const socket = connect(here.api.port, '127.0.0.1');
    const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    // The body never comes.
    socket.write(
      `POST ${BATCH} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ${mine}\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[`,
    );
    expect(await answered).toMatch(/^HTTP\/1\.1 429 [\s\S]*retry-after: 5[\s\S]*1 batches at the same time/i);
    socket.destroy();
    const theirs = here.api.call('POST', '/v1/activations/defleet', {
      token: here.api.tokenFor('operate', '*'),
      body: { vins: [VIN] },
    });
    await work.begun(2);
    work.finish();
    expect([(await first).status, (await theirs).status]).toEqual([202, 202]);
    const next = here.api.call('POST', '/v1/activations/defleet', { token: mine, body: { vins: [VIN] } });
    await work.begun(3);
    work.finish();
    expect((await next).status).toBe(202);
  });

  test('of batches counts those that go on by themselves', async () => {
    await here.open({ batches: 2 });
    const token = here.api.tokenFor('operate', '*');
    const id = here.api.tokens.at(-1)?.id ?? '';
    const send = () => here.api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN] } });
    here.activations.running = [
      { id: '1', token: id },
      { id: '2', token: null },
      { id: '3', token: 'another' },
    ];
    expect((await send()).status).toBe(202);
    here.activations.running = ['1', '4'].map((one) => ({ id: one, token: id }));
    expectRefused(await send(), '2 batches at the same time');
  });

  test('of batches is one over all applications of a token', async () => {
    await here.open({ batches: 2 });
    const token = here.api.tokenFor('operate', '*');
    const id = here.api.tokens.at(-1)?.id ?? '';
    here.activations.runningElsewhere = ['1', '2'].map((one) => ({ id: one, token: id }));
    const answer = await here.api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN] } });
    expectRefused(answer, '2 batches at the same time');
  });

  test('of batches counts those that a search does not show yet, and no longer than they go on', async () => {
    await here.open({ batches: 2 });
    here.activations.goOn = true;
    const token = here.api.tokenFor('operate', '*');
    const send = (id: string) =>
      here.api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN], id } });
    expect((await send('first')).status).toBe(202);
    expect((await send('second')).status).toBe(202);
    expectRefused(await send('third'), '2 batches at the same time');
    // The same one again is no other one.
    expect((await send('second')).status).toBe(202);
    expect(
      (
        await here.api.call('POST', '/v1/activations/retry', {
          token: here.api.tokenFor('operate', '*'),
          body: { vins: [VIN] },
        })
      ).status,
    ).toBe(202);
    here.activations.goOn = false;
    expect((await send('third')).status).toBe(202);
  });

  test('of batches is not exceeded by those that are begun at the same moment', async () => {
    await here.open({ batches: 2 });
    here.activations.goOn = true;
    const token = here.api.tokenFor('operate', '*');
    const id = here.api.tokens.at(-1)?.id ?? '';
    here.activations.running = [{ id: 'before', token: id }];
    const work = here.kept();
    const send = (name: string) =>
      here.api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN], id: name } });
    const first = send('first');
    await work.begun(1);
    expectRefused(await send('second'), '2 batches at the same time');
    work.finish();
    expect((await first).status).toBe(202);
  });

  test('of batches gives the place back of one that was not begun', async () => {
    await here.open({ batches: 1 });
    const token = here.api.tokenFor('operate', '*');
    const send = () => here.api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN] } });
    here.activations.working = async () => {
      throw new VinError('BATCH_TOO_LARGE', 'Too many', 'Send fewer.');
    };
    expect((await send()).status).not.toBe(202);
    here.activations.working = async () => undefined;
    expect((await send()).status).toBe(202);
  });

  test('of batches is given back when the work is done, not when the client goes away', async () => {
    await here.open({ batches: 1 });
    const token = here.api.tokenFor('operate', '*');
    const work = here.kept();
    const batch = (signal?: AbortSignal) =>
      here.api.call('POST', '/v1/activations/defleet', {
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
    await here.open({ batches: 1 });
    const token = here.api.tokenFor('operate', '*');
    const work = here.kept();
    const client = new AbortController();
    const batch = here.api.call('POST', BATCH, { token, body: rows(400), signal: client.signal });
    await work.begun(2);
    client.abort();
    await expect(batch).rejects.toThrow();
    for (let turn = 0; turn < 3; turn += 1) await here.api.call('GET', '/healthz');
    here.activations.working = async () => undefined;
    work.finish();
    let next = await here.api.call('POST', BATCH, { token, body: rows(1) });
    while (next.status === 429) next = await here.api.call('POST', BATCH, { token, body: rows(1) });
    expect(here.activations.asked.length).toBeLessThan(30);
  });
});
