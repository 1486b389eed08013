import pino from 'pino';
import { request } from 'undici';
import { GatewayMetrics, metricsPage } from '../../src/gateway/metrics';
import { Readiness } from '../../src/gateway/readiness';
import { createWatchServer } from '../../src/gateway/server';
import { deduplicate } from '../../src/gateway/webhooks/deduplicate';
import { limitPerVehicle } from '../../src/gateway/webhooks/vehicle-limit';
import { REJECTED, SECRET, signed, startGateway, VIN, webhookOf } from './support';

describe('GET /readyz', () => {
  test('says 200 while Temporal answers, and asks it once for many probes', async () => {
    let asked = 0;
    const readiness = new Readiness(
      async () => {
        asked += 1;
      },
      1_000,
      () => 0,
    );
    const gateway = await startGateway({ readiness });
    const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.get('/readyz')));
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect(asked).toBe(1);
    await gateway.close();
  });

  test.each<[string, () => Promise<never>]>([
    ['refuses', () => Promise.reject(new Error('14 UNAVAILABLE: workflow activation:high-mobility:X'))],
    ['says nothing in time', () => new Promise(() => {})],
  ])('says 503 with a reason of ours when Temporal %s', async (_what, ask) => {
    const gateway = await startGateway({ readiness: new Readiness(ask, 50) });
    expect(await gateway.get('/readyz')).toMatchObject({
      status: 503,
      body: { status: 'not ready', reason: 'Temporal does not answer' },
    });
    expect(await gateway.get('/healthz')).toMatchObject({ status: 200 });
    await gateway.close();
  });

  test('asks again after a second, and hears that Temporal is back', async () => {
    let time = 0;
    let isAway = true;
    const ask = () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve());
    const readiness = new Readiness(ask, 1_000, () => time);
    expect(await readiness.problem()).not.toBeNull();
    isAway = false;
    time = 1_000;
    expect(await readiness.problem()).not.toBeNull();
    time = 1_001;
    expect(await readiness.problem()).toBeNull();
  });

  test('says 503 from the moment on that the gateway stops, and the stop waits for what was asked', async () => {
    let answer = () => {};
    const readiness = new Readiness(
      () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        }),
    );
    const gateway = await startGateway({ readiness });
    const before = readiness.problem();
    let hasStopped = false;
    const stopped = readiness.stop().then(() => {
      hasStopped = true;
    });
    expect(await gateway.get('/readyz')).toMatchObject({
      status: 503,
      body: { reason: 'the gateway stops' },
    });
    expect(hasStopped).toBe(false);
    answer();
    await stopped;
    await before;
    await gateway.close();
  });
});

describe('GET /metrics', () => {
  const shown = async (gateway: { get(path: string): Promise<{ body: unknown }> }) =>
    String((await gateway.get('/metrics')).body);

  test('counts webhooks by outcome and refusals by cause, and names no vehicle, delivery or secret', async () => {
    const metrics = new GatewayMetrics();
    const gateway = await startGateway({
      metrics,
      plugins: [metricsPage(metrics)],
      guard: (sink) => deduplicate(limitPerVehicle(sink, { atMost: 1, now: () => 0 })),
    });
    const post = (body: string, id: string) => gateway.post(body, signed(body, undefined, id));
    await post(REJECTED, 'd-1');
    await post(REJECTED, 'd-1');
    await post(webhookOf('WBA00000000000000', 'approved'), 'd-2');
    await post('{"event":{"type":"ping"}}', 'd-3');
    await post('{"event":{"type":"trip_started"}}', 'd-4');
    await post('not json', 'd-5');
    await gateway.post(REJECTED, signed(REJECTED, 'wrong'));
    await gateway.post(' '.repeat(70_000), signed(REJECTED));
    gateway.sink.away = new Error('away');
    await post(webhookOf(VIN, 'approved'), 'd-6');
    await post(webhookOf(VIN, 'revoked'), 'd-7');

    const text = await shown(gateway);
    for (const outcome of ['accepted', 'duplicate', 'unknown_vehicle', 'ping', 'other_event']) {
      expect(text).toContain(
        `vin_gateway_webhooks_total{provider="high-mobility",application="default",outcome="${outcome}"} 1\n`,
      );
    }
    for (const cause of ['signature', 'malformed', 'too_large', 'not_durable', 'flood']) {
      expect(text).toContain(
        `vin_gateway_webhooks_refused_total{provider="high-mobility",application="default",cause="${cause}"} 1\n`,
      );
    }
    expect(text).toContain('vin_gateway_webhook_seconds_count 5\n');
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).not.toMatch(new RegExp(`${VIN}|WBA0|d-\\d|${SECRET}`));
    await gateway.close();
  });

  test('is made once a second, however often anybody asks, and not from what grows with connections', async () => {
    const metrics = new GatewayMetrics();
    const make = jest.spyOn(metrics.registry, 'metrics');
    const gateway = await startGateway({ metrics, plugins: [metricsPage(metrics)] });
    const begun = performance.now();
    const pages = await Promise.all(Array.from({ length: 30 }, () => shown(gateway)));
    const seconds = Math.floor((performance.now() - begun) / 1_000);
    expect(make.mock.calls.length).toBeLessThanOrEqual(2 + seconds);
    expect(pages[0]).not.toMatch(/open_fds|active_handles|active_resources|active_requests/);
    await gateway.close();
  });

  test('tells the age of the last rightly signed webhook; a forged one does not make it young', async () => {
    let time = 5_000;
    const metrics = new GatewayMetrics(() => time);
    const gateway = await startGateway({ metrics });
    const age = async () =>
      Number(
        /^vin_gateway_last_webhook_age_seconds\{.*\} (\S+)$/m.exec(await metrics.registry.metrics())?.[1],
      );
    time += 600_000;
    await gateway.post(REJECTED, signed(REJECTED, 'wrong'));
    expect(await age()).toBe(600);
    await gateway.post(REJECTED, signed(REJECTED));
    expect(await age()).toBe(0);
    await gateway.close();
  });

  test('is not on the port of the webhooks when it has one of its own', async () => {
    const metrics = new GatewayMetrics();
    const gateway = await startGateway({ metrics });
    expect(await gateway.get('/metrics')).toMatchObject({ status: 404 });
    await gateway.close();

    const watch = createWatchServer(metrics, new Readiness(async () => {}), pino({ level: 'silent' }));
    expect((await watch.inject('/metrics')).body).toContain('vin_gateway_signals_under_way 0');
    expect((await watch.inject('/readyz')).json()).toEqual({ status: 'ready' });
    expect((await watch.inject({ method: 'POST', url: '/webhooks/high-mobility/default' })).statusCode).toBe(
      404,
    );
    await watch.close();
  });
});

test('a plugin reads JSON and answers errors in its own way; webhooks stay bytes', async () => {
  const gateway = await startGateway({
    plugins: [
      async (server) => {
        server.setErrorHandler((_error, _request, reply) => reply.code(422).send({ type: 'about:blank' }));
        server.post('/v1/echo', (request) => ({ read: request.body }));
      },
    ],
  });
  const echo = async (body: string) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await request(`http://127.0.0.1:${gateway.port}/v1/echo`, {
      method: 'POST',
      body,
      headers,
    });
    return { status: reply.statusCode, body: await reply.body.json() };
  };
  expect(await echo('{"a":1}')).toEqual({ status: 200, body: { read: { a: 1 } } });
  expect(await echo('not json')).toEqual({ status: 422, body: { type: 'about:blank' } });
  const spaced = ` ${REJECTED}\n`;
  expect(await gateway.post(spaced, signed(spaced))).toMatchObject({ status: 200 });
  expect(await gateway.post('not json', signed('not json'))).toMatchObject({ status: 400 });
  await gateway.close();
});
