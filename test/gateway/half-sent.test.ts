import { connect, type Socket } from 'node:net';
import pino from 'pino';
import { GatewayMetrics } from '../../src/gateway/metrics';
import type { GatewayOptions } from '../../src/gateway/server';
import { eventually } from '../support/command-line';
import { REJECTED, type RunningGateway, signed, startGateway } from './support';

const HEAD = 'POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: g\r\nContent-Length: 60000\r\n\r\n';

describe('bodies that never come whole', () => {
  let gateway: RunningGateway;
  let metrics: GatewayMetrics;
  const sockets: Socket[] = [];

  async function start(options: Partial<GatewayOptions>): Promise<void> {
    metrics = new GatewayMetrics();
    gateway = await startGateway({ log: pino({ level: 'silent' }), metrics, ...options });
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await gateway.close();
  });

  /** Sends this much of a request, and gives what came back when the gateway has closed the connection. */
  function sendPart(text: string): { readonly socket: Socket; readonly closed: Promise<string> } {
    const socket = connect(gateway.port, '127.0.0.1');
    sockets.push(socket);
    let received = '';
    socket.on('data', (data) => (received += String(data))).on('error', () => undefined);
    socket.write(text);
    // A connection that is cut while something is being sent breaks off, whatever has come back before.
    return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve(received))) };
  }
  /** Resolves when the gateway has read what was sent before. */
  const hasRead = (): Promise<unknown> => gateway.get('/healthz');
  const deliver = () => gateway.post(REJECTED, signed(REJECTED));

  test('keep no signed webhook out, however many there are', async () => {
    await start({ atOnce: 4 });
    for (let part = 0; part < 600; part += 1) sendPart(`${HEAD}x`);
    await hasRead();
    for (let webhook = 0; webhook < 20; webhook += 1) expect(await deliver()).toMatchObject({ status: 200 });
  });

  test('have their time in all, however steadily they drip: then they are told so and cut', async () => {
    await start({ arrivals: { time: 150 } });
    let told = '';
    let cut = 0;
    // On a busy machine a drop may break off on the connection that is closed, before the answer was read.
    for (; told === ''; cut += 1) {
      const { socket, closed } = sendPart(HEAD);
      const drip = setInterval(() => socket.write('x'), 10);
      told = await closed;
      clearInterval(drip);
    }
    expect(told).toMatch(/^HTTP\/1\.1 408 [\s\S]*BODY_TOO_SLOW/);
    expect(await metrics.registry.metrics()).toContain(
      `refused_total{provider="high-mobility",application="default",cause="slow"} ${cut}\n`,
    );
  });

  test('are all cut when thousands are late at once, and others are served meanwhile', async () => {
    // On a busy machine some come so late that the limits of the whole server would cut them first.
    const timeouts = { request: 300_000, connection: 300_000, keepAlive: 300_000 };
    await start({ arrivals: { time: 3_000 }, timeouts });
    const parts: Promise<string>[] = [];
    // In waves: more at once than the queue of the system takes would be lost before the gateway sees them.
    for (let wave = 0; wave < 20; wave += 1) {
      const sent = Array.from({ length: 100 }, () => sendPart(`${HEAD}x`));
      parts.push(...sent.map(({ closed }) => closed));
      await eventually(
        async () => gateway.taken(),
        (taken) => taken >= parts.length,
      );
    }
    await hasRead();
    const all = Promise.all(parts);
    expect(await deliver()).toMatchObject({ status: 200 });
    // The first are told; cutting the others costs less without words.
    expect((await all).filter((answer) => answer.includes('408')).length).toBeGreaterThanOrEqual(50);
    expect(await metrics.registry.metrics()).toContain(
      'refused_total{provider="high-mobility",application="default",cause="slow"} 2000\n',
    );
    expect(await deliver()).toMatchObject({ status: 200 });
  });

  test.each<[string, Partial<GatewayOptions>, string]>([
    ['there are too many', { arrivals: { atOnce: 2 } }, 'x'],
    ['they hold too many bytes', { arrivals: { bytes: 3_000 } }, 'x'.repeat(1_000)],
  ])('make room, the oldest first, where %s', async (_what, options, text) => {
    await start(options);
    const first = sendPart(HEAD + text);
    await hasRead();
    const second = sendPart(HEAD + text);
    await hasRead();
    const third = sendPart(HEAD + text);
    expect(await first.closed).toContain('408');
    await hasRead();
    expect([second.socket.closed, third.socket.closed]).toEqual([false, false]);
    expect(await deliver()).toMatchObject({ status: 200 });
  });

  test('leave nothing behind when their senders go away', async () => {
    await start({ arrivals: { atOnce: 3 } });
    for (let round = 0; round < 20; round += 1) {
      const { socket, closed } = sendPart(`${HEAD}x`);
      await hasRead();
      socket.destroy();
      await closed;
    }
    const { socket } = sendPart(`${HEAD}x`);
    await hasRead();
    expect(await deliver()).toMatchObject({ status: 200 });
    expect(socket.closed).toBe(false);
    expect(await metrics.registry.metrics()).not.toContain('cause="slow"');
  });
});
