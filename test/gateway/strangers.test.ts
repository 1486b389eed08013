import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect } from 'node:net';
import { closed, type RunningGateway, startGateway } from './support';

/** Milliseconds: the most that Node takes, and far more than anything here needs on a busy machine. */
const LONG = 300_000;

/** What anybody can send who has neither a secret nor a token. */
describe('a stranger', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    // Nothing here is cut by its time: what is not cut for what it is waits for so long.
    const timeouts = { request: LONG, connection: LONG, keepAlive: LONG };
    gateway = await startGateway({ timeouts, arrivals: { time: LONG } });
  });
  afterAll(() => gateway.close());

  /** What comes back until the gateway closes the connection, or for as long as `enough` says no. */
  async function send(text: string, enough = (_answer: string) => false): Promise<string> {
    const socket = connect(gateway.port, '127.0.0.1');
    let answer = '';
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      answer += String(data);
      if (enough(answer)) socket.destroy();
    });
    socket.write(text);
    await closed(socket);
    return answer;
  }
  const answers = (text: string): number => text.split('HTTP/1.1 ').length - 1;

  test.each([
    ['', 'GET /healthz HTTP/1.1\r\nHost: g\r\n\r\n'],
    [' that Node answers itself', 'GET /healthz HTTP/1.1\r\nHost: g\r\nExpect: x\r\n\r\n'],
    [' without a host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    [' of HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
    [' with a small body each', 'POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 1\r\n\r\nx'],
  ])(
    'who sends requests%s without waiting for answers is cut, and they are not all made',
    async (_kind, one) => {
      let made = 0;
      const count = () => (made += 1);
      subscribe('http.server.request.start', count);
      const answer = await send(one.repeat(60_000 / one.length));
      unsubscribe('http.server.request.start', count);
      expect(answers(answer)).toBeLessThanOrEqual(32);
      expect(made).toBeLessThan(100);
      expect((await gateway.get('/healthz')).status).toBe(200);
    },
  );

  const DUST = 'Transfer-Encoding: chunked\r\n\r\n'.concat('1\r\nx\r\n'.repeat(5_000), '0\r\n\r\n');
  const LARGE = `Content-Length: 60000\r\n\r\n${'x'.repeat(60_000)}`;
  test.each([
    ['for webhooks, in chunks of one byte', '/webhooks/high-mobility/default', DUST, ''],
    ['for no address, in chunks of one byte', '/nowhere', DUST, 'HTTP/1.1 404'],
    ['for no address', '/nowhere', LARGE, 'HTTP/1.1 404'],
    ['for the API, in chunks of one byte', '/v1/nowhere', DUST, 'HTTP/1.1 404'],
  ])('who sends a body %s is cut', async (_what, address, body, told) => {
    const begun = performance.now();
    const answer = await send(`POST ${address} HTTP/1.1\r\nHost: g\r\n${body}`);
    expect(performance.now() - begun).toBeLessThan(LONG / 2);
    expect(answer.slice(0, 12)).toBe(told);
  });

  test('who sends a small body for no address keeps the connection', async () => {
    const small = 'POST /nowhere HTTP/1.1\r\nHost: g\r\nContent-Length: 3000\r\n\r\n'.concat(
      'x'.repeat(3_000),
    );
    const answer = await send(
      `${small}GET /healthz HTTP/1.1\r\nHost: g\r\n\r\n`,
      (text) => answers(text) === 2,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 [\s\S]*HTTP\/1\.1 200 /);
  });

  test('a body in chunks as honest senders make them is read', async () => {
    const chunk = `40\r\n${'x'.repeat(64)}\r\n`;
    const head =
      'POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answer = await send(`${head}${chunk.repeat(1_000)}0\r\n\r\n`, (text) => text.includes('SIGNATURE'));
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('may have some requests under way on one connection, again and again', async () => {
    const some = 'GET /healthz HTTP/1.1\r\nHost: g\r\n\r\n'.repeat(20);
    const socket = connect(gateway.port, '127.0.0.1');
    let answer = '';
    let told = () => undefined as unknown;
    socket.on('data', (data) => {
      answer += String(data);
      told();
    });
    for (let round = 1; round <= 5; round += 1) {
      socket.write(some);
      while (answers(answer) < 20 * round) await new Promise<void>((resolve) => (told = resolve));
    }
    socket.destroy();
    expect(answers(answer)).toBe(100);
  });

  test.each(['POST /nowhere', 'PUT /webhooks/high-mobility', 'POST /healthz'])(
    'is told at once that there is nothing at %s, before a body is read',
    async (line) => {
      const head = `${line} HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{`;
      const answer = await send(head, (text) => text.includes('NOT_FOUND'));
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  test('has 8 KiB for headers', async () => {
    const answer = await send(`GET /healthz HTTP/1.1\r\nHost: g\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });
});
