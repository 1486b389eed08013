import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { request } from 'undici';
import { createGateway } from '../../src/gateway/server';
import { AFTER_REJECTED, REJECTED, SECRET, signed } from './support';
import { sourcesWith } from './webhooks/sources';

test('a gateway that is told to stop still answers the delivery that is under way', async () => {
  let arrived = () => {};
  const delivering = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let finish: (outcome: 'delivered') => void = () => {};
  const deliver = () => {
    arrived();
    return new Promise<'delivered'>((resolve) => {
      finish = resolve;
    });
  };
  const server = createGateway({
    claims: { deliver },
    sources: sourcesWith(SECRET),
    log: pino({ level: 'silent' }),
    now: () => AFTER_REJECTED,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;

  const answer = request(`http://127.0.0.1:${port}/webhooks/high-mobility/default`, {
    method: 'POST',
    body: REJECTED,
    headers: signed(REJECTED),
  });
  await delivering;
  const stopped = server.close();
  finish('delivered');

  expect((await answer).statusCode).toBe(200);
  await (await answer).body.dump();
  await stopped;
  await expect(request(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('ECONNREFUSED');
});
