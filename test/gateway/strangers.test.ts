import { once } from 'node:events';
import { connect } from 'node:net';
import { type RunningGateway, startGateway } from './support';

/** What anybody can send who has neither a secret nor a token. */
describe('a stranger', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway();
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
    await once(socket, 'close');
    return answer;
  }
  const answers = (text: string): number => text.split('HTTP/1.1 ').length - 1;

  test('who sends requests without waiting for answers is cut, and they are not all worked on', async () => {
    const answer = await send('GET /healthz HTTP/1.1\r\nHost: g\r\n\r\n'.repeat(1_500));
    expect(answers(answer)).toBeLessThanOrEqual(32);
    expect((await gateway.get('/healthz')).status).toBe(200);
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
