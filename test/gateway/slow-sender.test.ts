import { once } from 'node:events';
import { connect } from 'node:net';
import { REJECTED, type RunningGateway, signed, startGateway } from './support';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({
    timeouts: { request: 200, connection: 400, keepAlive: 400 },
    arrivals: { time: 200 },
  });
});
afterAll(() => gateway.close());

/** Opens a connection, sends this much, and answers what came back until the gateway closed it. */
async function sendOnly(text: string, drip?: { every: number; with: string }): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  let received = '';
  socket.on('data', (data) => {
    received += String(data);
  });
  socket.on('error', () => {});
  socket.write(text);
  const timer = drip && setInterval(() => socket.write(drip.with), drip.every);
  await once(socket, 'close');
  clearInterval(timer);
  return received;
}

const HEAD = `POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: gateway\r\nContent-Length: ${REJECTED.length}\r\n`;

test('a body that stops half way is closed and changes nothing', async () => {
  const received = await sendOnly(`${HEAD}\r\n${REJECTED.slice(0, 50)}`);
  expect(received).not.toContain('HTTP/1.1 200');
  expect(gateway.sink.claims).toEqual([]);
});

test('a body that comes in drops, so that the connection is never quiet, is closed too', async () => {
  const received = await sendOnly(`${HEAD}\r\n`, { every: 20, with: 'x' });
  expect(received).toContain('408');
});

test('headers that never end are closed', async () => {
  expect(await sendOnly(HEAD, { every: 20, with: 'X-More: 1\r\n' })).toContain('408');
});

test('a connection that says nothing is closed', async () => {
  expect(await sendOnly('')).not.toContain('200');
});

test('honest senders are served as usual meanwhile', async () => {
  const slow = Promise.all(Array.from({ length: 20 }, () => sendOnly(`${HEAD}\r\n{`)));
  expect(await gateway.post(REJECTED, signed(REJECTED))).toMatchObject({ status: 200 });
  await slow;
});
