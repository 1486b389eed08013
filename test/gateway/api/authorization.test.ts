import { once } from 'node:events';
import net from 'node:net';
import { VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';
import { withoutIds } from './support';

const here = apiForEachTest();

const READ = `/v1/activations/${VIN}`;

describe('a token', () => {
  test('is needed for every address, also one that there is not', async () => {
    for (const path of [READ, '/v1/activations', '/v1/', '/v1/nothing', `${READ}/nothing`]) {
      const answer = await here.api.call('GET', path, { token: null });
      expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_REFUSED']);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="vin-activation"');
    }
    expect((await here.api.call('DELETE', READ, { token: null })).status).toBe(401);
    expect(here.activations.asked).toEqual([]);
  });

  test('is refused in the same words, whatever is wrong with it', async () => {
    const good = here.api.tokenFor('read', ['acme']);
    const expired = here.api.tokenFor('read', ['acme'], Date.now() - 1);
    const revoked = here.api.tokenFor('read', ['acme']);
    here.api.tokens.pop();
    const last = good.at(-1) === 'A' ? 'B' : 'A';
    const wrong = [
      expired,
      revoked,
      `${good.slice(0, -1)}${last}`,
      good.slice(0, -1),
      `${good}A`,
      good.toUpperCase(),
      good.slice(4),
      'vin_',
      'x'.repeat(5_000),
      `${good} ${good}`,
    ];
    const answers = await Promise.all(wrong.map((token) => here.api.call('GET', READ, { token })));
    const none = withoutIds(await here.api.call('GET', READ, { token: null }));
    for (const answer of answers) expect(withoutIds(answer)).toEqual(none);
    expect((await here.api.call('GET', READ, { token: good })).status).toBe(200);
  });

  test('is taken from the header Authorization only, with the scheme Bearer in any letter case', async () => {
    const token = here.api.tokenFor('read', '*');
    const send = async (headers: Record<string, string>, path = READ) =>
      (await here.api.call('GET', path, { token: null, headers })).status;
    expect(await send({ authorization: `bearer ${token}` })).toBe(200);
    expect(await send({ authorization: `Basic ${token}` })).toBe(401);
    expect(await send({ authorization: token })).toBe(401);
    expect(await send({ 'x-api-key': token })).toBe(401);
    expect(await send({}, `${READ}?access_token=${token}`)).toBe(401);
    expect(await send({ authorization: `Bearer ${token}` })).toBe(200);
  });

  test('is refused when the header comes twice', async () => {
    const line = `Authorization: Bearer ${here.api.tokenFor('read', '*')}\r\n`;
    const status = async (headers: string) => {
      const socket = net.connect(here.api.port, '127.0.0.1');
      socket.write(`GET ${READ} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
      let text = '';
      socket.on('data', (chunk) => (text += chunk));
      await once(socket, 'close');
      return text.slice(9, 12);
    };
    expect(await status(line)).toBe('200');
    expect(await status(line + line)).toBe('401');
  });

  test('is good until the moment when it expires', async () => {
    const token = here.api.tokenFor('read', '*', Date.now() + 60_000);
    expect((await here.api.call('GET', READ, { token })).status).toBe(200);
    const [entry] = here.api.tokens.splice(0);
    here.api.tokens.push({
      ...(entry as NonNullable<typeof entry>),
      expiresAt: new Date(Date.now()).toISOString(),
    });
    expect((await here.api.call('GET', READ, { token })).status).toBe(401);
  });

  test('with the role "read" reads, and changes nothing', async () => {
    const token = here.api.tokenFor('read', ['acme']);
    const body = { vin: VIN, brand: 'bmw' };
    const changes: [string, unknown][] = [
      ['/v1/activations', body],
      ['/v1/activations/batch', [body]],
      ['/v1/activations/defleet', { vins: [VIN] }],
      ['/v1/activations/retry', { vins: [VIN] }],
      ['/v1/activations/resume', { filter: { owner: 'driver' } }],
      ['/v1/activations/amend', { vins: [VIN], tags: { a: 'b' } }],
      ['/v1/activations/acknowledge', { vins: [VIN], until: '3d' }],
      ['/v1/activations/refresh', { filter: { owner: 'driver' } }],
      ['/v1/activations/data-seen', { vins: [VIN] }],
      [`${READ}/refresh`, {}],
      [`${READ}/data-seen`, {}],
      [`${READ}/defleet`, {}],
      [`${READ}/retry`, {}],
      [`${READ}/resume`, {}],
      [`${READ}/amend`, { tags: { a: 'b' } }],
      [`${READ}/acknowledge`, { until: '3d' }],
    ];
    for (const [path, sent] of changes) {
      const answer = await here.api.call('POST', path, { token, body: sent });
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'ROLE_MISSING']);
    }
    expect(here.activations.asked).toEqual([]);
    for (const path of [READ, '/v1/activations', `${READ}?wait=approved`]) {
      expect((await here.api.call('GET', path, { token })).status).toBe(200);
    }
  });

  test('limits every request to its fleets', async () => {
    const token = here.api.tokenFor('operate', ['acme']);
    const body = { vin: VIN, brand: 'bmw' };
    await here.api.call('GET', READ, { token });
    await here.api.call('GET', `${READ}?wait=approved`, { token });
    await here.api.call('GET', '/v1/activations', { token });
    await here.api.call('POST', '/v1/activations', { token, body });
    await here.api.call('POST', '/v1/activations/batch', { token, body: [body] });
    await here.api.call('POST', '/v1/activations/defleet', { token, body: { vins: [VIN] } });
    await here.api.call('POST', '/v1/activations/retry', { token, body: { vins: [VIN], dryRun: true } });
    await here.api.call('POST', '/v1/activations/resume', { token, body: { filter: { owner: 'driver' } } });
    for (const name of ['defleet', 'retry', 'resume'])
      await here.api.call('POST', `${READ}/${name}`, { token });
    await here.api.call('POST', `${READ}/amend`, { token, body: { brand: 'bmw' } });
    await here.api.call('POST', `${READ}/acknowledge`, { token, body: { until: '3d' } });
    const methods = here.activations.asked.map(({ method }) => method);
    await here.api.call('GET', '/v1/batches/none', { token });
    await here.api.call('POST', '/v1/batches/none/stop', { token });
    const batches = here.activations.asked
      .map(({ method }) => method)
      .filter((one) => one.startsWith('batch'));
    expect(batches).toEqual(['batch', 'batch', 'batchReport', 'batchStop']);
    expect(new Set(methods).size).toBe(12);
    for (const { fleets } of here.activations.asked) expect(fleets).toEqual(['acme']);
  });

  test('and what it is used for are in no log, and no VIN either', async () => {
    const token = here.api.tokenFor('operate', ['acme']);
    await here.api.call('GET', READ, { token });
    await here.api.call('GET', '/v1/activations/TOOSHORT', { token });
    here.activations.failure = new Error(`something about ${VIN} and ${token}`);
    expect((await here.api.call('POST', `${READ}/retry`, { token })).status).toBe(500);
    const log = here.api.logged.join('\n');
    expect(log).toContain('"operation":"retryActivation"');
    expect(log).toContain('api request failed');
    expect(log).not.toContain(token);
    expect(log).not.toContain(token.slice(4, 20));
    expect(log).not.toContain(VIN);
  });
});

describe('fleets', () => {
  const start = (token: string, fleet?: string) =>
    here.api.call('POST', '/v1/activations', {
      token,
      body: { vin: VIN, brand: 'bmw', ...(fleet && { fleet }) },
    });
  const startedInto = () =>
    here.activations.asked
      .filter(({ method }) => method === 'start')
      .map(({ given: [input] }) => (input as { fleet?: string }).fleet);

  test('of a token with one need not be named', async () => {
    expect((await start(here.api.tokenFor('operate', ['acme']))).status).toBe(202);
    expect(startedInto()).toEqual(['acme']);
  });

  test('of a token with several must be named', async () => {
    const token = here.api.tokenFor('operate', ['acme', 'beta']);
    const answer = await start(token);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      { pointer: '#/fleet', code: 'FIELD_INVALID', detail: 'is missing: the token has more than one fleet' },
    ]);
    expect((await start(token, 'beta')).status).toBe(202);
    expect(startedInto()).toEqual(['beta']);
  });

  test('of a token with all may be left out', async () => {
    expect((await start(here.api.tokenFor('operate', '*'))).status).toBe(202);
    expect(startedInto()).toEqual([undefined]);
  });

  test("that are not the token's are refused, to start into and to list", async () => {
    const token = here.api.tokenFor('operate', ['acme']);
    for (const fleet of ['beta', 'ACME', 'ac me']) {
      expect((await start(token, fleet)).body.code).toBe('FLEET_FORBIDDEN');
      const listed = await here.api.call('GET', `/v1/activations?fleet=${encodeURIComponent(fleet)}`, {
        token,
      });
      expect([listed.status, listed.body.code]).toEqual([403, 'FLEET_FORBIDDEN']);
    }
    expect(here.activations.asked).toEqual([]);
  });

  test('cannot be called "*", which means all of them', async () => {
    const answer = await start(here.api.tokenFor('operate', ['acme']), '*');
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '#/fleet']);
  });
});

test('requests without a good token write few lines into the log, with the address that they come from', async () => {
  const headers = { 'x-forwarded-for': 'nonsense, 203.0.113.9' };
  for (let times = 0; times < 60; times += 1) await here.api.call('GET', READ, { token: null, headers });
  const lines = () => here.api.logged.filter((line) => line.includes('no good token'));
  expect(lines()).toHaveLength(10);
  expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
    status: 401,
    address: '127.0.0.1',
    forwardedFor: '203.0.113.9',
  });
  await here.api.close();
  expect(JSON.parse(lines()[10] ?? '')).toMatchObject({
    times: 60,
    most: { '203.0.113.9 by 127.0.0.1': 60 },
  });
});

test('the OpenAPI document is made once, however often it is asked for', async () => {
  const made = jest.spyOn(JSON, 'stringify');
  const { body } = await here.api.call('GET', '/openapi.json', { token: null });
  expect(body.openapi).toBe('3.1.0');
  expect(made.mock.calls.filter(([value]) => (value as { openapi?: string } | null)?.openapi)).toEqual([]);
  made.mockRestore();
});
