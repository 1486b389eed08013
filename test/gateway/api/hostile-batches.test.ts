import { connect } from 'node:net';
import { closed } from '../support';
import { ActivationsDouble, VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';
import type { Json } from './contract';
import { startApi } from './support';

const here = apiForEachTest();
const START = '/v1/activations';
const BATCH = `${START}/batch`;
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const good = { vin: VIN, brand: 'bmw' };
const MEGABYTE = 1024 * 1024;

/** Bodies of nearly 1 MiB, made to cost as much as they can. */
const HOSTILE: [string, string][] = [
  [
    '1,000 items with 110 unknown fields each',
    JSON.stringify(times(1_000, () => Object.fromEntries(times(110, (field) => [`f${field}`, 0])))),
  ],
  [
    '1,000 brands that nobody knows',
    JSON.stringify(times(1_000, (item) => ({ vin: `X${item}`, brand: `nope${item}` }))),
  ],
  ['one item with 90,000 fields', `[{${times(90_000, (field) => `"k${field.toString(36)}":0`).join(',')}}]`],
  [
    'one item with 90,000 tags',
    `[{"vin":"${VIN}","brand":"bmw","tags":{${times(90_000, (field) => `"k${field.toString(36)}":0`).join(',')}}}]`,
  ],
  ['lists in lists', `[${'['.repeat(500_000)}${']'.repeat(500_000)}]`],
  ['objects in objects', `[${'{"a":'.repeat(170_000)}1${'}'.repeat(170_000)}]`],
  ['350,000 empty items', `[${times(340_000, () => '{}').join(',')}]`],
  ['a name of a megabyte', `[{"${'x'.repeat(1_000_000)}":1}]`],
  ['a VIN of a megabyte', `[{"vin":"${'x'.repeat(1_000_000)}","brand":"bmw"}]`],
  [
    'letters of which one becomes 18',
    JSON.stringify(times(1_000, () => ({ vin: '\ufdfa'.repeat(40), brand: 'bmw' }))),
  ],
  ['names of half characters', JSON.stringify(times(1_000, () => ({ '\ud800': 1, '~/%': 2 })))],
];

describe('a batch that is made to cost much', () => {
  test.each(HOSTILE)(
    'has a short answer, with at most 3 errors an item and 50 in all: %s',
    async (_what, body) => {
      expect(body.length).toBeLessThan(MEGABYTE);
      const answer = await here.post(BATCH, body);
      expect([202, 422]).toContain(answer.status);
      expect(answer.text.length).toBeLessThan(700_000);
      const errors: Json[][] = (answer.body.results ?? [answer.body]).map(
        (result: Json) => (result.problem ?? result).errors ?? [],
      );
      expect(Math.max(...errors.map(({ length }) => length))).toBeLessThanOrEqual(3);
      expect(errors.flat().length).toBeLessThanOrEqual(50);
      for (const { pointer } of errors.flat()) expect(pointer.length).toBeLessThanOrEqual(200);
      expect(here.activations.asked).toEqual([]);
    },
  );

  test('has a short answer also where each item names a fleet of others, and the token has many', async () => {
    const fleets = times(40, (fleet) => `${'f'.repeat(190)}${fleet}`);
    const token = here.api.tokenFor('operate', fleets);
    const items = times(1_000, (item) => ({
      ...good,
      vin: `WBA8E9G50GNT${10_000 + item}`,
      fleet: 'x'.repeat(200),
    }));
    const { body } = await here.api.call('POST', BATCH, { token, body: items });
    expect(body).toMatchObject({ started: 0, refused: 1_000 });
    expect(JSON.stringify(body).length).toBeLessThan(1_000_000);
    expect(body.results[0].problem.next).toMatch(/…$/);
  });

  test('of defleets does the same vehicle once, and repeats no letter that has become many', async () => {
    const vins = [VIN, VIN.toLowerCase(), ...times(498, () => '\ufdfa'.repeat(40))];
    const { status, body } = await here.api.call('POST', `${START}/defleet`, { body: { vins } });
    expect([status, body.counts.vehicles]).toEqual([202, 2]);
    expect(JSON.stringify(here.activations.asked[0]?.given).length).toBeLessThan(100_000);
    const foreseen = await here.api.call('POST', `${START}/defleet`, { body: { vins, dryRun: true } });
    expect(foreseen.body).toMatchObject({ wouldBeTaken: 1, refused: 1 });
    expect(JSON.stringify(foreseen.body).length).toBeLessThan(5_000);
  });

  test('still says of each item what is wrong with it first', async () => {
    const { body } = await here.post(
      BATCH,
      times(60, () => ({ vin: 'X', brand: 'nope' })),
    );
    expect(body.results[0].problem.errors).toHaveLength(2);
    expect(body.results[59].problem.errors).toBeUndefined();
    expect(body.results[59].problem.detail).toBe('#/59/vin has 1 characters instead of 17');
  });

  test('lets others be served before it is done', async () => {
    const order: string[] = [];
    let asked: Promise<unknown> = Promise.resolve();
    here.activations.working = async () => {
      asked = here.api.call('GET', '/healthz').then(() => order.push('healthz'));
    };
    const bad = times(999, (item) => ({ vin: `X${item}`, brand: `nope${item}` }));
    await here.post(BATCH, [good, ...bad]).then(() => order.push('batch'));
    await asked;
    expect(order).toEqual(['healthz', 'batch']);
  });

  test('is refused as a whole when it is no JSON at its end, and nothing of it is started', async () => {
    for (const end of ['', ',', '}', ',]', ']]', '] x', ',{]', ',nul]']) {
      const answer = await here.post(BATCH, `[${JSON.stringify(good)}${end}`);
      expect([end, answer.status, answer.body.code]).toEqual([end, 400, 'BODY_MALFORMED']);
    }
    expect(here.activations.asked).toEqual([]);
  });

  test('may be written with spaces, escapes and brackets in texts', async () => {
    const body = `\uFEFF \n[ ${JSON.stringify({ ...good, tags: { 'a"],[{\\': '\\"}],[' } }, null, 2)} ,\r\n{"vin":"WBA8E9G50GNT00002","brand":"bmw"}\t] \n`;
    const answer = await here.post(BATCH, body);
    expect([answer.status, answer.body.started]).toEqual([202, 2]);
    expect(here.activations.asked[0]?.given[0]).toMatchObject({ tags: { 'a"],[{\\': '\\"}],[' } });
  });
});

describe('one request that is made to cost much', () => {
  test.each([
    ['fields', `{${times(6_000, (field) => `"k${field}":0`).join(',')}}`],
    ['depth', `{"vin":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ])('is refused before it is read: %s', async (_what, body) => {
    const answer = await here.post(START, body);
    expect([answer.status, answer.body.errors.length, answer.body.errors[0].pointer]).toEqual([422, 1, '#']);
  });

  test('with bytes that are no UTF-8 is refused, and no half letter is kept', async () => {
    const body = Buffer.concat([Buffer.from('{"vin":"'), Buffer.from([0xe9, 0xff]), Buffer.from('"}')]);
    const answer = await here.post(START, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'BODY_MALFORMED']);
  });
});

test('a client that never reads its answer is let go', async () => {
  const activations = new ActivationsDouble();
  // More than the buffers of a connection hold: Linux may give it 32 MiB to receive and 4 to send.
  const length = 80 * MEGABYTE;
  activations.reply = { ...activations.reply, next: 'x'.repeat(length) };
  const api = await startApi(activations.asActivations, { readFor: 100 });
  const socket = connect(api.port, '127.0.0.1');
  socket.pause();
  socket.write(
    `POST ${START}/${VIN}/retry HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ${api.tokenFor('operate', '*')}\r\nContent-Length: 0\r\n\r\n`,
  );
  socket.on('error', () => undefined);
  await new Promise((done) => {
    const look = setInterval(
      () => api.logged.some((line) => line.includes('retryActivation')) && done(clearInterval(look)),
      10,
    );
  });
  socket.resume();
  await closed(socket);
  expect(socket.bytesRead).toBeLessThan(length);
  await api.close();
});
