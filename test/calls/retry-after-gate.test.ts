import { noSlot, type RateLimiter, UNLIMITED } from '../../src/calls/rate-limiter';
import { withRetryAfterGate } from '../../src/calls/retry-after-gate';
import type { Endpoint } from '../../src/domain/endpoint';
import { MAX_RETRY_AFTER } from '../../src/http/retry-after';
import { ProviderError } from '../../src/providers/provider-error';
import { closeAll, connect, failureOf, TOKEN_ROUTE, VEHICLES, VIN } from '../providers/high-mobility/harness';
import type { ScriptedReply } from '../support/scripted-server';

afterEach(closeAll);

const CALLS = ['withdraw', 'submit', 'list'] as const;
type Call = (typeof CALLS)[number];

/** A provider whose next calls are answered as scripted, then well; and a clock that the test moves. */
async function begin(...replies: ScriptedReply[]) {
  let calls = 0;
  const answer = (well: unknown) => (): ScriptedReply => {
    calls += 1;
    return replies.shift() ?? { body: well };
  };
  const { client } = await connect({
    [`GET ${VEHICLES}`]: answer([]),
    [`POST ${VEHICLES}`]: answer({ vehicles: [{ vin: VIN, status: 'pending' }] }),
    [`DELETE ${VEHICLES}/${VIN}`]: answer({ vin: VIN, status: 'revoking' }),
  });
  const clock = { now: 1_000_000 };
  const slots: Endpoint[] = [];
  const limiter: RateLimiter = { acquire: async (endpoint) => void slots.push(endpoint) };
  const gated = withRetryAfterGate(client, limiter, () => clock.now);
  const { provider } = gated;
  const send = (call: Call): Promise<unknown> => {
    if (call === 'withdraw') return provider.withdraw(VIN);
    if (call === 'submit') return provider.submit([{ vin: VIN, brand: 'bmw', tags: {} }]);
    return provider.list({ vins: [VIN] });
  };
  return { ...gated, clock, calls: () => calls, slots, send };
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
])('after a 429 with %s no call is sent before that, and no slot is asked for', async (_, reply, length) => {
  const { clock, calls, send, limiter, slots } = await begin(reply);
  expect(await failureOf(send('withdraw'))).toMatchObject({
    code: 'PROVIDER_RATE_LIMITED',
    retryAfter: length,
  });
  for (const early of [0, length / 2, length - 1]) {
    clock.now = 1_000_000 + early;
    for (const call of CALLS) {
      const { code, retryAfter } = await failureOf(send(call));
      expect(code).toBe('PROVIDER_RATE_LIMITED');
      expect(retryAfter).toBeGreaterThanOrEqual(length - early);
      const waiting = await failureOf(limiter.acquire(call, Number.POSITIVE_INFINITY));
      expect(waiting).toMatchObject({ code: 'PROVIDER_RATE_LIMITED', retryAfter });
    }
  }
  expect(calls()).toBe(1);
  expect(slots).toEqual([]);
  clock.now = 1_000_000 + length;
  await limiter.acquire('withdraw', Number.POSITIVE_INFINITY);
  await send('withdraw');
  expect(slots).toEqual(['withdraw']);
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
  const { calls, send } = await begin(reply);
  const error = await failureOf(send('list'));
  expect(error).toMatchObject({ code: 'PROVIDER_RATE_LIMITED', status: 429 });
  expect(error.retryAfter).toBeUndefined();
  expect(await send('list')).toEqual([]);
  expect(calls()).toBe(2);
});

describe.each([1_000, 10_000, 120_000, MAX_RETRY_AFTER])('after a wait of %s ms', (length) => {
  /** When a call is sent again at the earliest and at the latest (activities/failures.ts). */
  function range(retryAfter: number): [number, number] {
    return [retryAfter, retryAfter + Math.min(retryAfter / 10, 5_000)];
  }

  test.each(CALLS)('that a call to %s met, withdrawals come first, then all others', async (first) => {
    const { send } = await begin(tooMany({ 'retry-after': String(length / 1_000) }));
    const met = (await failureOf(send(first))).retryAfter;
    const waits = new Map<string, number>();
    for (const call of CALLS) waits.set(call, (await failureOf(send(call))).retryAfter ?? 0);
    expect(met).toBe(waits.get(first));
    const [withdraw, submit, list] = CALLS.map((call) => range(waits.get(call) ?? 0));
    expect(withdraw?.[0]).toBe(length);
    expect(submit?.[0]).toBeGreaterThanOrEqual(withdraw?.[1] ?? 0);
    expect(list).toEqual(submit);
  });
});

test('a shorter pause does not end a longer one', async () => {
  const { clock, calls, send } = await begin(
    tooMany({ 'retry-after': '120' }),
    tooMany({ 'retry-after': '1' }),
  );
  // Both are under way before either is answered.
  const both = [send('list'), send('submit')];
  expect(await Promise.allSettled(both)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  clock.now += 119_999;
  expect((await failureOf(send('withdraw'))).retryAfter).toBe(1);
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
    const { clock, calls, send } = await begin(reply);
    const met = await failureOf(send('list'));
    expect(met).toMatchObject({ code, retryAfter: 125_000 });
    clock.now += 119_999;
    for (const call of CALLS) expect((await failureOf(send(call))).code).toBe('PROVIDER_RATE_LIMITED');
    expect(calls()).toBe(1);
    clock.now += 1;
    expect(await send('list')).toEqual([]);
  });

  test('also the one that a request for a token gets', async () => {
    const { client, server } = await connect({
      [TOKEN_ROUTE]: { status: 503, headers: { 'retry-after': '60' } },
    });
    const { provider } = withRetryAfterGate(client, UNLIMITED, () => 0);
    expect(await failureOf(provider.list())).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect(await failureOf(provider.withdraw(VIN))).toMatchObject({ retryAfter: 60_000 });
    expect(server.requests).toHaveLength(1);
  });

  test('for no longer than an hour, whatever it names', async () => {
    const { clock, send } = await begin({ status: 503, headers: { 'retry-after': '1000000000' } });
    expect((await failureOf(send('list'))).retryAfter).toBe(MAX_RETRY_AFTER + 5_000);
    expect((await failureOf(send('withdraw'))).retryAfter).toBe(MAX_RETRY_AFTER);
    clock.now += MAX_RETRY_AFTER;
    expect(await send('list')).toEqual([]);
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
    const { provider } = withRetryAfterGate(client, UNLIMITED, () => 0);
    expect(await provider.withdraw(VIN)).toMatchObject({ outcome: 'in-transition' });
    expect(await provider.list()).toEqual([]);

    const withdraw = async () => Promise.reject(noSlot('withdraw'));
    const { provider: busy } = withRetryAfterGate({ ...client, withdraw }, UNLIMITED, () => 0);
    expect((await failureOf(busy.withdraw())).code).toBe('PROVIDER_BUSY');
    expect(await busy.list()).toEqual([]);
  });
});

test('a sweep heeds what an activation was told, and the other way round', async () => {
  let reply: ScriptedReply = { status: 503, headers: { 'retry-after': '60' } };
  const { client, server } = await connect({ [`GET ${VEHICLES}`]: () => reply });
  let now = 0;
  const { provider } = withRetryAfterGate(client, UNLIMITED, () => now);
  await failureOf(provider.list());
  expect((await failureOf(provider.scan(() => {}))).code).toBe('PROVIDER_RATE_LIMITED');
  now = 80_000;
  await failureOf(provider.scan(() => {}));
  reply = { body: [] };
  expect((await failureOf(provider.list())).retryAfter).toBe(65_000);
  expect(server.to(`GET ${VEHICLES}`)).toHaveLength(2);
  now = 200_000;
  const rows: unknown[] = [];
  await provider.scan((row) => rows.push(row));
  expect(rows).toEqual([]);
});

test('every call heeds the pause, and its error is that of the provider', async () => {
  const { provider, calls, send } = await begin({
    ...tooMany({ 'retry-after': '10', 'x-request-id': 'req-7' }),
  });
  const met = await failureOf(send('submit'));
  expect(met).toMatchObject({ status: 429, requestId: 'req-7' });
  expect(met.message).toContain('answered 429');
  const request = { vin: VIN, brand: 'bmw', tags: {} };
  for (const call of [
    provider.submit([request]),
    provider.list(),
    provider.firstData(VIN),
    provider.eligibility(request),
  ]) {
    const error = await failureOf(call);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toMatch(/asked for a pause; this call waits for another 12 s/);
  }
  expect((await failureOf(provider.withdraw(VIN))).message).toMatch(/waits for another 10 s/);
  expect(calls()).toBe(1);
});
