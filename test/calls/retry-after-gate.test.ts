import { noSlot } from '../../src/calls/rate-limiter';
import { type Gated, withPause } from '../../src/calls/retry-after-gate';
import { MAX_RETRY_AFTER } from '../../src/http/retry-after';
import { ProviderError } from '../../src/providers/provider-error';
import { closeAll, connect, failureOf, TOKEN_ROUTE, VEHICLES, VIN } from '../providers/high-mobility/harness';
import type { ScriptedReply } from '../support/scripted-server';

afterEach(closeAll);

const PURPOSES = ['withdraw', 'submit', 'read'] as const;

/** A provider whose next calls are answered as scripted, then well; and a clock that the test moves. */
async function begin(...replies: ScriptedReply[]) {
  let calls = 0;
  const { client } = await connect({
    [`GET ${VEHICLES}`]: () => {
      calls += 1;
      return replies.shift() ?? { body: [] };
    },
  });
  const clock = { now: 1_000_000 };
  const pausing = withPause(client, () => clock.now);
  return {
    pausing,
    clock,
    calls: () => calls,
    list: (of: Parameters<Gated>[0]) => pausing(of).list({ vins: [VIN] }),
  };
}

const tooMany = (headers: ScriptedReply['headers'] = {}, detail = ''): ScriptedReply => ({
  status: 429,
  headers,
  body: { errors: [{ title: 'Too many requests', detail }] },
});
const DATE = 'Sat, 21 Nov 2026 10:00:00 GMT';
const IN_TWO_MINUTES = 'Sat, 21 Nov 2026 10:02:00 GMT';

test.each<[string, ScriptedReply, number]>([
  ['1', tooMany({ 'retry-after': '1' }), 1_000],
  ['120', tooMany({ 'retry-after': '120' }), 120_000],
  ['an HTTP-date', tooMany({ date: DATE, 'retry-after': IN_TWO_MINUTES }), 120_000],
  ['a billion, which is capped', tooMany({ 'retry-after': '1000000000' }), MAX_RETRY_AFTER],
  ['two headers, of which the longer counts', tooMany({ 'retry-after': ['1', '120'] }), 120_000],
  ['"retry after 10s" in the detail', tooMany({}, 'retry after 10s'), 10_000],
  ['both, of which the longer counts', tooMany({ 'retry-after': '1' }, 'retry after 10s'), 10_000],
])('after a 429 with %s no call is sent before that', async (_, reply, length) => {
  const { clock, calls, list } = await begin(reply);
  expect(await failureOf(list('withdraw'))).toMatchObject({
    code: 'PROVIDER_RATE_LIMITED',
    retryAfter: length,
  });
  for (const early of [0, length / 2, length - 1]) {
    clock.now = 1_000_000 + early;
    for (const purpose of PURPOSES) {
      const { code, retryAfter } = await failureOf(list(purpose));
      expect(code).toBe('PROVIDER_RATE_LIMITED');
      expect(retryAfter).toBeGreaterThanOrEqual(length - early);
    }
  }
  expect(calls()).toBe(1);
  clock.now = 1_000_000 + length;
  expect(await list('withdraw')).toEqual([]);
  expect(calls()).toBe(2);
});

test.each<[string, ScriptedReply]>([
  ['nothing', tooMany()],
  ['0', tooMany({ 'retry-after': '0' })],
  ['-5', tooMany({ 'retry-after': '-5' })],
  ['1e9', tooMany({ 'retry-after': '1e9' })],
  ['garbage', tooMany({ 'retry-after': 'soon' })],
  ['a date in the past', tooMany({ date: IN_TWO_MINUTES, 'retry-after': DATE })],
])('a 429 with %s names no pause: then the back-off of each call holds', async (_, reply) => {
  const { calls, list } = await begin(reply);
  const error = await failureOf(list('read'));
  expect(error).toMatchObject({ code: 'PROVIDER_RATE_LIMITED', status: 429 });
  expect(error.retryAfter).toBeUndefined();
  expect(await list('read')).toEqual([]);
  expect(calls()).toBe(2);
});

describe.each([1_000, 10_000, 120_000, MAX_RETRY_AFTER])('after a pause of %s ms', (length) => {
  /** When a call of each purpose is sent again at the earliest and at the latest (activities/failures.ts). */
  function range(retryAfter: number): [number, number] {
    return [retryAfter, retryAfter + Math.min(retryAfter / 10, 5_000)];
  }

  test.each(PURPOSES)(
    'that a call to %s met, withdrawals come first, then submissions, then reads',
    async (first) => {
      const { list } = await begin(tooMany({ 'retry-after': String(length / 1_000) }));
      const met = (await failureOf(list(first))).retryAfter;
      const waits = new Map<string, number>();
      for (const purpose of PURPOSES) waits.set(purpose, (await failureOf(list(purpose))).retryAfter ?? 0);
      expect(met).toBe(waits.get(first));
      const ranges = PURPOSES.map((purpose) => range(waits.get(purpose) ?? 0));
      expect(ranges[0]?.[0]).toBe(length);
      expect(ranges[1]?.[0]).toBeGreaterThanOrEqual(ranges[0]?.[1] ?? 0);
      expect(ranges[2]?.[0]).toBeGreaterThanOrEqual(ranges[1]?.[1] ?? 0);
    },
  );
});

test('a shorter pause does not end a longer one', async () => {
  const { clock, calls, pausing, list } = await begin(
    tooMany({ 'retry-after': '120' }),
    tooMany({ 'retry-after': '1' }),
  );
  // Both are under way before either is answered.
  const both = [list('read'), pausing('read').list({ vins: ['WAUZZZ8V5KA000002'] })];
  expect(await Promise.allSettled(both)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  clock.now += 119_999;
  expect((await failureOf(list('withdraw'))).retryAfter).toBe(1);
  expect(calls()).toBe(2);
});

describe('any other reply that names a wait makes a pause as well', () => {
  const words = (detail: string) => ({ errors: [{ title: 'Not now', detail }] });
  test.each<[string, ScriptedReply, string]>([
    ['a 503', { status: 503, headers: { 'retry-after': '120' } }, 'PROVIDER_UNAVAILABLE'],
    [
      'a 503 with words',
      { status: 503, body: words('maintenance, retry after 120s') },
      'PROVIDER_UNAVAILABLE',
    ],
    [
      'a 502 in HTML',
      { status: 502, headers: { 'retry-after': '120' }, body: '<html>' },
      'PROVIDER_UNAVAILABLE',
    ],
    ['a 403', { status: 403, headers: { 'retry-after': '120' } }, 'PROVIDER_FORBIDDEN'],
    [
      'a 404 of something in between',
      { status: 404, headers: { 'retry-after': '120' } },
      'PROVIDER_BAD_REPLY',
    ],
    ['a redirect', { status: 302, headers: { 'retry-after': '120' } }, 'PROVIDER_BAD_REPLY'],
    ['a page with a 200', { headers: { 'retry-after': '120' }, body: '<html>' }, 'PROVIDER_BAD_REPLY'],
  ])('%s', async (_, reply, code) => {
    const { clock, calls, list } = await begin(reply);
    const met = await failureOf(list('withdraw'));
    expect(met).toMatchObject({ code, retryAfter: 120_000 });
    clock.now += 119_999;
    for (const purpose of PURPOSES)
      expect((await failureOf(list(purpose))).code).toBe('PROVIDER_RATE_LIMITED');
    expect(calls()).toBe(1);
    clock.now += 1;
    expect(await list('withdraw')).toEqual([]);
  });

  test('also the one that a request for a token gets', async () => {
    const { client, server } = await connect({
      [TOKEN_ROUTE]: { status: 503, headers: { 'retry-after': '60' } },
    });
    const pausing = withPause(client, () => 0);
    expect(await failureOf(pausing('read').list())).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect(await failureOf(pausing('withdraw').withdraw(VIN))).toMatchObject({ retryAfter: 60_000 });
    expect(server.requests).toHaveLength(1);
  });

  test('for no longer than an hour, whatever it names', async () => {
    const { clock, list } = await begin({ status: 503, headers: { 'retry-after': '1000000000' } });
    expect((await failureOf(list('withdraw'))).retryAfter).toBe(MAX_RETRY_AFTER);
    clock.now += MAX_RETRY_AFTER;
    expect(await list('withdraw')).toEqual([]);
  });

  test('but an answer about one vehicle, and a wait of our own, make none', async () => {
    const headers = { 'retry-after': '120' };
    const { client } = await connect({
      [`DELETE ${VEHICLES}/${VIN}`]: {
        status: 409,
        headers,
        body: { errors: [{ title: 'Conflict', detail: 'Clearance is in transition mode' }] },
      },
      [`GET ${VEHICLES}`]: { body: [] },
    });
    const pausing = withPause(client, () => 0);
    expect(await pausing('withdraw').withdraw(VIN)).toMatchObject({ outcome: 'in-transition' });
    expect(await pausing('read').list()).toEqual([]);

    const busy = withPause(
      { ...client, withdraw: async () => Promise.reject(noSlot('withdraw')) },
      () => 0,
    )('read');
    expect((await failureOf(busy.withdraw())).code).toBe('PROVIDER_BUSY');
    expect(await busy.list()).toEqual([]);
  });
});

test('a pause is that of the client: a sweep heeds what an activation was told, and the other way round', async () => {
  let reply: ScriptedReply = { status: 503, headers: { 'retry-after': '60' } };
  const { client, server } = await connect({ [`GET ${VEHICLES}`]: () => reply });
  let now = 0;
  const activations = withPause(client, () => now);
  const sweep = withPause(client, () => now)('read');
  await failureOf(activations('withdraw').list());
  expect((await failureOf(sweep.scan(() => {}))).code).toBe('PROVIDER_RATE_LIMITED');
  now = 80_000;
  await failureOf(sweep.scan(() => {}));
  reply = { body: [] };
  expect((await failureOf(activations('withdraw').list())).retryAfter).toBe(60_000);
  expect(server.to(`GET ${VEHICLES}`)).toHaveLength(2);
  now = 200_000;
  const rows: unknown[] = [];
  await sweep.scan((row) => rows.push(row));
  expect(rows).toEqual([]);
});

test('every call heeds the pause, and its error is that of the provider', async () => {
  const { pausing, calls, list } = await begin({
    ...tooMany({ 'retry-after': '10', 'x-request-id': 'req-7' }),
  });
  const met = await failureOf(list('submit'));
  expect(met).toMatchObject({ status: 429, requestId: 'req-7' });
  expect(met.message).toContain('answered 429');
  const provider = pausing('read');
  const request = { vin: VIN, brand: 'bmw', tags: {} };
  for (const call of [
    provider.submit([request]),
    provider.list(),
    provider.withdraw(VIN),
    provider.firstData(VIN),
    provider.eligibility(request),
  ]) {
    const error = await failureOf(call);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toMatch(/asked for a pause; this call waits for another 14 s/);
  }
  expect(calls()).toBe(1);
});
