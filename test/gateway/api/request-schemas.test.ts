import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { replyWith, VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';

const here = apiForEachTest();
const { post } = here;

/** Tags that are as long as they may be one by one. */
const manyTags = (count: number, text: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, text]));

const READ = `/v1/activations/${VIN}`;
const START = '/v1/activations';

describe('a request that cannot be used', () => {
  test('is told each field that is wrong, where it is and why', async () => {
    const answer = await post(START, {
      vin: 'WBA8',
      brand: 'Folkswagen',
      fleet: '',
      tags: { ok: 'x', 'a/b~c': 1 },
      odometer: { value: -1, unit: 'leagues' },
      colour: 'red',
    });
    expect([answer.status, answer.body.code]).toEqual([422, 'REQUEST_INVALID']);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '#/colour',
      '#/fleet',
      '#/odometer/unit',
      '#/odometer/value',
      '#/tags/a~1b~0c',
    ]);
    expect(here.activations.asked).toEqual([]);
  });

  test('is told of VIN, brand and required tag by their own codes, all at once', async () => {
    const answer = await post(START, { vin: 'WBA8', brand: 'Folkswagen' });
    expect(answer.body.errors).toEqual([
      expect.objectContaining({
        pointer: '#/vin',
        code: 'VIN_INVALID',
        detail: 'has 4 characters instead of 17',
      }),
      expect.objectContaining({
        pointer: '#/brand',
        code: 'BRAND_UNKNOWN',
        next: 'Did you mean volkswagen?',
      }),
    ]);
    const tag = await post(START, { vin: VIN, brand: 'vw' });
    expect(tag.body.errors).toEqual([
      {
        pointer: '#/tags/vw-group-customer-name',
        code: 'TAG_MISSING',
        detail: 'is missing: Volkswagen needs it',
      },
    ]);
  });

  test.each([
    ['status=lost', 'status'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=ten', 'limit'],
    ['attention=yes', 'attention'],
    ['needsAttention=true', 'needsAttention'],
    ['reason=privacy', 'reason'],
    ['owner=drivr', 'owner'],
    ['olderThan=10', 'olderThan'],
    ['overdue=maybe', 'overdue'],
    ['provider=high-mobility', 'provider'],
    ['all=1', 'all'],
    ['brand=Folkswagen', 'brand'],
    ['fleet=a&fleet=b', 'fleet'],
    ['cursor=zzz', 'cursor'],
    ['cursor=%00', 'cursor'],
    ['page=2', 'page'],
  ])('GET /v1/activations?%s', async (query, parameter) => {
    const answer = await here.api.call('GET', `${START}?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ parameter })]);
  });

  test('of a list is told what may be meant by a filter, all at once', async () => {
    const { status, body } = await here.api.call(
      'GET',
      `${START}?status=pendig&brand=Folkswagen&olderThan=0d`,
    );
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      expect.objectContaining({
        parameter: 'brand',
        code: 'BRAND_UNKNOWN',
        next: 'Did you mean volkswagen?',
      }),
      {
        parameter: 'status',
        code: 'FIELD_INVALID',
        detail: '"pendig" is not a status',
        next: 'Did you mean pending?',
      },
      expect.objectContaining({ parameter: 'olderThan', code: 'FIELD_INVALID' }),
    ]);
    expect(here.activations.asked).toEqual([]);
  });

  test.each([
    ['wait=arrived', 'wait'],
    ['wait=', 'wait'],
    ['wait=approved,,rejected', 'wait'],
    ['wait=approved&timeout=61s', 'timeout'],
    ['wait=approved&timeout=30', 'timeout'],
    ['wait=approved&timeout=0s', 'timeout'],
    ['until=approved', 'until'],
  ])('GET /v1/activations/{vin}?%s', async (query, parameter) => {
    const answer = await here.api.call('GET', `${READ}?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ parameter }));
    expect(here.activations.asked).toEqual([]);
  });

  test.each([
    ['amend', {}, '#'],
    ['amend', { by: 'jane' }, '#'],
    ['amend', { brand: 'Folkswagen' }, '#/brand'],
    ['amend', { policy: { pollInterval: '30' } }, '#/policy/pollInterval'],
    ['amend', { policy: { giveUp: { after: '1d' } } }, '#/policy/giveUp/by'],
    ['acknowledge', {}, '#/until'],
    ['acknowledge', { until: '2020-01-01' }, '#/until'],
    ['acknowledge', { until: 'tomorrow' }, '#/until'],
    ['acknowledge', { until: '91d' }, '#/until'],
    ['acknowledge', { until: '2126-05-01T14:05Z' }, '#/until'],
    ['acknowledge', { until: '2126-05-01T14:05' }, '#/until'],
    ['acknowledge', { until: '2126-05-01 14:05:00' }, '#/until'],
    ['acknowledge', { until: '99999d' }, '#/until'],
    ['amend', { tags: { x: 'x'.repeat(501) } }, '#/tags/x'],
    ['amend', { tags: manyTags(51, 'x') }, '#/tags'],
    ['amend', { tags: manyTags(50, 'x'.repeat(400)) }, '#/tags'],
    ['retry', { id: '' }, '#/id'],
    ['retry', { id: 'with a space' }, '#/id'],
    ['retry', { id: 'x'.repeat(201) }, '#/id'],
    ['retry', { notAfter: 'soon' }, '#/notAfter'],
    ['retry', { notAfter: '2126-05-01T14:05:00' }, '#/notAfter'],
    ['retry', { notAfter: '2020-05-01T14:05:00Z' }, '#/notAfter'],
    ['retry', { reason: 'x' }, '#/reason'],
    ['defleet', { reason: '' }, '#/reason'],
    ['defleet', [], '#'],
  ])('POST …/%s with %j', async (name, body, pointer) => {
    const answer = await post(`${READ}/${name}`, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer })]);
    expect(here.activations.asked).toEqual([]);
  });

  test('to start a vehicle with more tags than are kept is refused, alone and in a batch', async () => {
    for (const tags of [manyTags(51, 'x'), manyTags(50, 'x'.repeat(400))]) {
      const answer = await post(START, { vin: VIN, brand: 'bmw', tags });
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '#/tags']);
      const { body } = await post(`${START}/batch`, [{ vin: VIN, brand: 'bmw', tags }]);
      expect(body.results[0].problem.errors[0].pointer).toBe('#/0/tags');
    }
    expect(here.activations.asked).toEqual([]);
  });

  test('is not sent to anybody when its VIN is none', async () => {
    const answer = await here.api.call('GET', '/v1/activations/WBA8E9G50GNT0000%2F');
    expect([answer.status, answer.body.errors[0].code]).toEqual([422, 'VIN_INVALID']);
  });

  test('is refused as 400 when it is not JSON, empty, cut off, or reaches for the prototype', async () => {
    for (const body of ['{', 'vin', '{"vin":"x"}}', '{"__proto__":{"a":1}}', '{"vin":"\u0001"}']) {
      const answer = await post(START, body);
      expect([body, answer.status, answer.body.code]).toEqual([body, 400, 'BODY_MALFORMED']);
    }
    expect((await post(START, '')).status).toBe(422);
    expect((await post(START, 'null')).status).toBe(422);
    expect((await post(START, '"text"')).status).toBe(422);
  });

  test('is refused as 415 when it is of another type, or compressed', async () => {
    const body = JSON.stringify({ vin: VIN, brand: 'bmw' });
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'json']) {
      const answer = await post(START, body, { 'content-type': type });
      expect([type, answer.status, answer.body.code]).toEqual([type, 415, 'CONTENT_TYPE_UNKNOWN']);
    }
    const zipped = await post(START, gzipSync(body), { 'content-encoding': 'gzip' });
    expect(zipped.status).toBe(415);
    expect((await post(START, body, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(202);
  });

  test('is refused as 413 when it is too large: 64 KiB, and 1 MiB for a batch of starts', async () => {
    const large = JSON.stringify({ vin: VIN, brand: 'bmw', fleet: 'x'.repeat(65_000) });
    const answer = await post(START, `${large}${' '.repeat(600)}`);
    expect([answer.status, answer.body.code]).toEqual([413, 'BODY_TOO_LARGE']);
    const batch = JSON.stringify([{ vin: VIN, brand: 'bmw' }]);
    expect((await post(`${START}/batch`, batch + ' '.repeat(1_000_000))).status).toBe(202);
    expect((await post(`${START}/batch`, batch + ' '.repeat(1_050_000))).status).toBe(413);
  });

  test('with 32,000 nested lists is refused quickly, and the next one is answered', async () => {
    const nested = '['.repeat(32_000) + ']'.repeat(32_000);
    expect((await post(`${START}/batch`, nested)).body.results).toEqual([
      expect.objectContaining({ outcome: 'refused', vin: null }),
    ]);
    expect((await here.api.call('GET', READ)).status).toBe(200);
  });

  test('whatever is sent, the answer is one that is documented, and never 5xx', async () => {
    const seed = Date.now() % 1_000_000;
    const path = fc.constantFrom(
      START,
      `${START}/batch`,
      `${START}/defleet`,
      `${READ}/amend`,
      `${READ}/retry`,
    );
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.jsonValue().map((vin) => JSON.stringify({ vin, brand: vin, tags: vin, by: vin })),
      fc.jsonValue().map((item) => JSON.stringify([item, { vin: item, brand: 'bmw' }])),
      fc.array(fc.string()).map((vins) => JSON.stringify({ vins })),
    );
    await fc.assert(
      fc.asyncProperty(path, body, async (to, sent) => {
        expect((await post(to, sent)).status).toBeLessThan(500);
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('a message', () => {
  test('that is kept and not taken in yet is answered with 202, its id and the time until which it counts', async () => {
    here.activations.reply = replyWith('queued');
    for (const [name, body] of [
      ['defleet', {}],
      ['retry', {}],
      ['resume', {}],
      ['refresh', {}],
      ['data-seen', {}],
      ['amend', { tags: { depot: null } }],
      ['acknowledge', { until: `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)}Z` }],
    ] as const) {
      const answer = await post(`${READ}/${name}`, body);
      const { reply } = here.activations;
      // The only one that could be taken for more than it is.
      const next = name === 'defleet' ? `Only at high-mobility:default: ${reply.next}` : reply.next;
      expect([answer.status, answer.body]).toEqual([202, { vin: VIN, ...reply, next }]);
    }
  });

  test('that is taken is answered with 200', async () => {
    for (const name of ['defleet', 'retry']) {
      const answer = await post(`${READ}/${name}`, {});
      expect([answer.status, answer.body.outcome, answer.body.id]).toEqual([200, 'taken', 'an-id']);
    }
  });

  test('has the id of its header or of its body, and is refused where they differ', async () => {
    const notAfter = '2126-05-01T14:05:00+02:00';
    await post(`${READ}/defleet`, { id: 'a', notAfter });
    await post(`${READ}/defleet`, {}, { 'idempotency-key': 'b' });
    await post(`${READ}/retry`, { id: 'c' }, { 'idempotency-key': '"c"' });
    await post(`${START}/defleet`, { vins: [VIN] }, { 'idempotency-key': 'd' });
    expect(here.activations.asked.map(({ given: [, request] }) => request)).toEqual([
      expect.objectContaining({ id: 'a', notAfter }),
      expect.objectContaining({ id: 'b' }),
      expect.objectContaining({ id: 'c' }),
      expect.objectContaining({ id: 'd' }),
    ]);
    const differing = await post(`${READ}/retry`, { id: 'c' }, { 'idempotency-key': 'd' });
    expect([differing.status, differing.body.errors[0].pointer]).toEqual([422, '#/id']);
    const odd = await post(`${READ}/retry`, {}, { 'idempotency-key': 'with a space' });
    expect([odd.status, odd.body.errors[0].parameter]).toEqual([422, 'Idempotency-Key']);
    expect(here.activations.asked).toHaveLength(4);
  });
});

describe('what is done', () => {
  test('is put down to the token, and to whom the client names', async () => {
    const token = here.api.tokenFor('operate', '*');
    await here.api.call('POST', `${READ}/retry`, { token });
    await here.api.call('POST', `${READ}/defleet`, { token, body: { by: 'jane', reason: 'sold' } });
    expect(here.activations.asked.map(({ given: [, request] }) => request)).toEqual([
      { by: 'operate of *' },
      { by: 'jane (operate of *)', reason: 'sold' },
    ]);
  });

  test('takes VIN and brand as people write them', async () => {
    const answer = await post(START, { vin: ` ${VIN.toLowerCase()} `, brand: 'B.M.W.' });
    expect(answer.headers['location']).toBe(`/v1/activations/${VIN}`);
    expect(here.activations.asked[0]?.given).toEqual([{ vin: VIN, brand: 'bmw', tags: {} }]);
    await here.api.call('GET', `/v1/activations/${VIN.toLowerCase()}`);
    expect(here.activations.asked.at(-1)?.given).toEqual([VIN]);
  });
});
