import { connect } from 'node:net';
import { eventually } from '../support/command-line';
import { closed, REJECTED, type RunningGateway, signed, startGateway } from './support';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({
    timeouts: { request: 2_000, connection: 4_000, keepAlive: 4_000 },
    arrivals: { time: 2_000 },
  });
});
afterAll(() => gateway.close());

const RESET = 'reset, before an answer was read';

/** Opens a connection, sends this much, and answers what came back until the gateway closed it. */
async function sendOnly(text: string, drip?: { every: number; with: string }): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  let received = '';
  let wasReset = false;
  socket.on('data', (data) => {
    received += String(data);
  });
  // Who still sends when it is closed gets a reset, which may overtake the answer.
  socket.on('error', () => {
    wasReset = true;
  });
  socket.write(text);
  const timer = drip && setInterval(() => socket.write(drip.with), drip.every);
  await closed(socket);
  clearInterval(timer);
  return wasReset && received === '' ? RESET : received;
}

const HEAD = `POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: gateway\r\nContent-Length: ${REJECTED.length}\r\n`;

test('a body that stops half way is closed and changes nothing', async () => {
  const received = await sendOnly(`${HEAD}\r\n${REJECTED.slice(0, 50)}`);
  expect(received).not.toContain('HTTP/1.1 200');
  expect(gateway.sink.claims).toEqual([]);
});

test('a body that comes in drops, so that the connection is never quiet, is closed too', async () => {
  const received = await sendOnly(`${HEAD}\r\n`, { every: 20, with: 'x' });
  expect(received).toMatch(/408|^reset/);
  expect(gateway.sink.claims).toEqual([]);
});

test('headers that never end are closed', async () => {
  expect(await sendOnly(HEAD, { every: 20, with: 'X-More: 1\r\n' })).toMatch(/408|^reset/);
});

test('a connection that says nothing is closed', async () => {
  expect(await sendOnly('')).not.toContain('200');
});

test('honest senders are served as usual meanwhile', async () => {
  const slow = Promise.all(Array.from({ length: 20 }, () => sendOnly(`${HEAD}\r\n{`)));
  // Where this process stands still for longer than the limits, an honest one is cut as well, and sends again.
  const answer = await eventually(
    () => gateway.post(REJECTED, signed(REJECTED)),
    ({ status }) => status !== 408,
  );
  expect(answer).toMatchObject({ status: 200 });
  await slow;
});
