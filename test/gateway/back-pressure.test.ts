import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import pino from 'pino';
import { GatewayMetrics } from '../../src/gateway/metrics';
import type { ClaimDelivery, ClaimOutcome } from '../../src/gateway/webhooks/claim-delivery';
import { deduplicate } from '../../src/gateway/webhooks/deduplicate';
import { closed, REJECTED, type RunningGateway, signed, startGateway, VIN, webhookOf } from './support';

/** A sink that keeps claims until it is released. */
class SlowSink implements ClaimDelivery {
  private waiting: ((outcome: ClaimOutcome) => void)[] = [];
  private wanted: { count: number; reached: () => void } | undefined;
  taken = 0;

  deliver(): Promise<ClaimOutcome> {
    this.taken += 1;
    if (this.taken === this.wanted?.count) this.wanted.reached();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  /** Resolves when so many claims have come since the start. */
  has(count: number): Promise<void> {
    if (this.taken >= count) return Promise.resolve();
    return new Promise((reached) => {
      this.wanted = { count, reached };
    });
  }
  release(): void {
    for (const resolve of this.waiting.splice(0)) resolve('delivered');
  }
}

const AT_ONCE = 4;
let claims: SlowSink;
let metrics: GatewayMetrics;
let gateway: RunningGateway;
beforeEach(async () => {
  claims = new SlowSink();
  metrics = new GatewayMetrics();
  gateway = await startGateway({ claims, metrics, atOnce: AT_ONCE, log: pino({ level: 'silent' }) });
});
afterEach(async () => {
  claims.release();
  await gateway.close();
});

const deliver = () => gateway.post(REJECTED, signed(REJECTED));
const BUSY = { status: 503, headers: { 'retry-after': '5' }, body: { code: 'GATEWAY_BUSY' } };

test('above the bound a webhook is refused with 503 and when to send it again; then all goes on as before', async () => {
  const first = Array.from({ length: AT_ONCE }, deliver);
  await claims.has(AT_ONCE);
  expect(await deliver()).toMatchObject(BUSY);
  expect(await deliver()).toMatchObject(BUSY);
  expect(claims.taken).toBe(AT_ONCE);
  expect(await gateway.get('/healthz')).toMatchObject({ status: 200 });

  claims.release();
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(200));
  const next = deliver();
  await claims.has(AT_ONCE + 1);
  claims.release();
  expect(await next).toMatchObject({ status: 200 });
});

test('a message that nobody has signed is never told that the gateway is busy', async () => {
  const first = Array.from({ length: AT_ONCE }, deliver);
  await claims.has(AT_ONCE);
  expect(await gateway.post(REJECTED, signed(REJECTED, 'wrong'))).toMatchObject({ status: 401 });
  claims.release();
  await Promise.all(first);
});

test('that it is busy is logged once, and once a minute while it goes on', async () => {
  const logged: string[] = [];
  const log = pino({}, { write: (line: string) => logged.push(line) });
  const busy = await startGateway({ claims, atOnce: AT_ONCE, log });
  const post = () => busy.post(REJECTED, signed(REJECTED));
  const first = Array.from({ length: AT_ONCE }, post);
  await claims.has(AT_ONCE);
  for (let more = 0; more < 20; more += 1) expect(await post()).toMatchObject(BUSY);
  const lines = () => logged.filter((line) => line.includes('busy'));
  expect(lines()).toHaveLength(1);
  claims.release();
  await Promise.all(first);
  await busy.close();
  expect(JSON.parse(lines()[1] ?? '')).toMatchObject({ times: 20, most: { '127.0.0.1': 20 } });
});

test('a sender that gives up frees its place, but not before its claim is durable', async () => {
  const senders: Socket[] = [];
  for (let index = 0; index < AT_ONCE; index += 1) {
    const socket = connect(gateway.port, '127.0.0.1');
    const headers = signed(REJECTED);
    const lines = [0, 2, 4].map((at) => `${headers[at]}: ${headers[at + 1]}\r\n`).join('');
    socket.write(
      `POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: g\r\nContent-Length: ${Buffer.byteLength(REJECTED)}\r\n${lines}\r\n${REJECTED}`,
    );
    senders.push(socket);
  }
  await claims.has(AT_ONCE);
  for (const socket of senders) socket.destroy();
  await Promise.all(senders.map((socket) => socket.closed || once(socket, 'close')));
  expect(await deliver()).toMatchObject(BUSY);

  claims.release();
  const next = deliver();
  await claims.has(AT_ONCE + 1);
  claims.release();
  expect(await next).toMatchObject({ status: 200 });
});

test('a thousand senders that give up half way leave no place taken', async () => {
  for (let batch = 0; batch < 250; batch += 1) {
    const sockets = Array.from({ length: AT_ONCE }, () => connect(gateway.port, '127.0.0.1'));
    await Promise.all(
      sockets.map(async (socket) => {
        socket.write(
          'POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: g\r\nContent-Length: 100\r\n\r\n{',
        );
        socket.end();
        socket.resume();
        await closed(socket);
      }),
    );
  }
  const next = deliver();
  await claims.has(1);
  claims.release();
  expect(await next).toMatchObject({ status: 200 });
});

test('neither a repeat nor an outdated webhook takes a place, nor is refused for one', async () => {
  const busy = await startGateway({
    claims: deduplicate(claims),
    atOnce: 1,
    log: pino({ level: 'silent' }),
  });
  const post = (body: string) => busy.post(body, signed(body));
  const first = post(REJECTED);
  await claims.has(1);
  const repeats = Array.from({ length: 5 }, () => post(REJECTED));
  expect(await post(webhookOf(VIN, 'approved', '2020-01-01T00:00:00Z'))).toMatchObject({ status: 200 });
  expect(await post(webhookOf(VIN, 'approved'))).toMatchObject(BUSY);
  claims.release();
  for (const { status } of await Promise.all([first, ...repeats])) expect(status).toBe(200);
  expect(claims.taken).toBe(1);
  await busy.close();
});

test('the metrics tell how many claims are under way, and how many webhooks were refused for that', async () => {
  const first = Array.from({ length: AT_ONCE }, deliver);
  await claims.has(AT_ONCE);
  await deliver();
  const text = await metrics.registry.metrics();
  expect(text).toContain(`vin_gateway_signals_under_way ${AT_ONCE}\n`);
  expect(text).toContain(
    'vin_gateway_webhooks_refused_total{provider="high-mobility",application="default",cause="busy"} 1\n',
  );
  claims.release();
  await Promise.all(first);
  expect(await metrics.registry.metrics()).toContain('vin_gateway_signals_under_way 0\n');
});
