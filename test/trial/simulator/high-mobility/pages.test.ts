import { type IncomingHttpHeaders, request } from 'node:http';
import { closeAll, start, vin } from './support';

/** What a page in a browser can send to a port of this machine, and what it cannot. */

afterEach(closeAll);

function send(url: string, method: string, headers: IncomingHttpHeaders, body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, (reply) => {
      reply.resume().on('end', () => resolve(reply.statusCode ?? 0));
    })
      .on('error', reject)
      .end(body);
  });
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const SCRIPT = 'expect=rejected';

test.each([
  ['an HTML form', FORM],
  ['a text', { 'content-type': 'text/plain' }],
  ['a text that is no type', { 'content-type': 'x' }],
])('an admin endpoint does not read %s', async (_what, headers) => {
  const { simulator } = await start();
  const calls: [string, string, string][] = [
    ['POST', `/vehicles/${vin(1)}/status`, 'status=approved'],
    ['POST', '/faults', 'on=submit&kind=drop'],
    ['POST', '/clock', '{"by":"1h"}'],
    ['PUT', `/vehicles/${vin(1)}`, SCRIPT],
  ];
  const before = simulator.clock.now();
  for (const [method, path, body] of calls) {
    expect(await send(`${simulator.url}/_simulator${path}`, method, headers, body)).toBe(415);
  }
  expect(simulator.clock.now() - before).toBeLessThan(3_600_000);
});

test.each(['https://evil.example', 'null', 'http://127.0.0.1:9'])(
  'a call with the Origin %s is refused, whatever it is',
  async (origin) => {
    const { simulator } = await start();
    const json = { 'content-type': 'application/json', origin };
    for (const path of [
      '/_simulator/clock',
      '/_simulator/faults',
      '/v1/fleets/vehicles',
      '/v1/access_tokens',
    ]) {
      expect(await send(simulator.url + path, 'POST', json, '{"by":"1h"}')).toBe(403);
    }
    expect(await send(`${simulator.url}/_simulator/tokens`, 'DELETE', { origin })).toBe(403);
    expect(simulator.ledger.calls).toEqual([]);
  },
);

test('the name of a page that leads to this machine is refused (DNS rebinding)', async () => {
  const { simulator } = await start();
  const { port } = new URL(simulator.url);
  const statusFor = (host: string) => send(`${simulator.url}/_simulator/ledger`, 'GET', { host });
  expect(await statusFor(`evil.example:${port}`)).toBe(403);
  expect(await statusFor('localhost.evil.example')).toBe(403);
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
    expect(await statusFor(host)).toBe(200);
  }
});

test('a simulator for other machines may be called by its name there, but by no page', async () => {
  const { simulator } = await start({ host: '0.0.0.0' });
  const { port } = new URL(simulator.url);
  const health = `http://127.0.0.1:${port}/_simulator/health`;
  expect(await send(health, 'GET', { host: `simulator:${port}` })).toBe(200);
  expect(await send(health, 'GET', { host: `simulator:${port}`, origin: 'http://evil.example' })).toBe(403);
  expect(await send(health, 'GET', { host: `evil.example:${port}` })).toBe(403);
});
