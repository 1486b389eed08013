import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAutopay } from '../../../src/providers/autopay/client';
import type { ParkingClient, Service } from '../../../src/providers/parking';
import {
  type AutopaySimulator,
  type AutopaySimulatorOptions,
  startAutopaySimulator,
} from '../../../src/trial/simulator/autopay/simulator';
import { GERMAN, NORWEGIAN } from './harness';

/** The client against an Autopay of our own, which shares no code with it. */

const CREDENTIAL = {
  clientId: 'one',
  clientSecret: 'the-secret-of-one',
  operator: 'operator-1',
  level: 'enterprise',
} as const;
const CAR = { license_plate_number: 'AA12345', country_code: 'NO' };
const DAY = 86_400_000;
const open: { close(): Promise<void> }[] = [];

async function start(
  options: Partial<AutopaySimulatorOptions> = {},
): Promise<{ simulator: AutopaySimulator; client: ParkingClient }> {
  const simulator = await startAutopaySimulator({ credentials: [CREDENTIAL], seed: 1, ...options });
  const { clientId, clientSecret } = options.credentials?.[0] ?? CREDENTIAL;
  const client = createAutopay({ baseUrl: simulator.url, authUrl: simulator.url, clientId, clientSecret });
  open.push(client, simulator);
  return { simulator, client };
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

test('a vehicle comes, is detached and leaves', async () => {
  const { client, simulator } = await start();
  await client.add(NORWEGIAN);
  await client.add(GERMAN);
  await client.detach(NORWEGIAN);
  expect(simulator.fleet().find(CAR)?.isAttached).toBe(false);
  expect((await client.vehicles()).vehicles.map(({ plate }) => plate)).toEqual([NORWEGIAN, GERMAN]);
  await client.remove(NORWEGIAN);
  expect((await client.vehicles()).vehicles.map(({ plate }) => plate)).toEqual([GERMAN]);
});

test('whether an addition was lost or only its answer, the list of vehicles tells', async () => {
  const { client, simulator } = await start();
  simulator.setFault({ on: 'add', kind: 'drop', commit: true });
  await expect(client.add(NORWEGIAN)).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
  expect((await client.vehicles()).vehicles.map(({ plate }) => plate)).toEqual([NORWEGIAN]);
  simulator.switch({ secondPost: 'error' });
  await expect(client.add(NORWEGIAN)).rejects.toMatchObject({ code: 'PROVIDER_UNSETTLED' });
});

test('what a vehicle has used over a year is locked, also what goes on', async () => {
  const { client, simulator } = await start();
  await client.add(NORWEGIAN);
  const began = simulator.clock.now();
  const ids: string[] = [];
  for (let week = 0; week < 52; week += 1) {
    const { id } = simulator.use({ plate: CAR });
    simulator.clock.advance(DAY);
    simulator.end(id);
    simulator.clock.advance(6 * DAY);
    ids.push(id);
  }
  const running = simulator.use({ plate: CAR }).id;
  const locked = await client.lock(NORWEGIAN, {
    window: { from: began, to: simulator.clock.now() },
    running: true,
  });
  expect(locked.map(({ id }) => id).sort()).toEqual([...ids, running].sort());
  expect(simulator.fleet().uses.every(({ locks }) => locks >= 1)).toBe(true);
});

test('what has changed in the whole fleet is read page by page', async () => {
  const { client, simulator } = await start({ switches: { page: 7 } });
  for (let count = 0; count < 50; count += 1) simulator.use({ plate: CAR });
  const found = new Map<string, Service>();
  const to = simulator.clock.now() + 1_000;
  await client.updated({ from: to - DAY, to }, (services) => {
    for (const service of services) found.set(service.id, service);
  });
  expect(found.size).toBe(50);
  expect(simulator.calls.filter(({ call }) => call === 'updated')).toHaveLength(8);
});

test('a credential of the level Small is told so, in words, and the rest is done', async () => {
  const small = { ...CREDENTIAL, level: 'small' } as const;
  const { client } = await start({ credentials: [small] });
  await client.add(NORWEGIAN);
  await expect(client.unpaid(() => {})).rejects.toMatchObject({
    code: 'PROVIDER_FORBIDDEN',
    message: expect.stringContaining('forbidden: This needs the level medium.'),
  });
});

test('a thousand calls need one token, and one more when it is taken back', async () => {
  const { client, simulator } = await start();
  for (let count = 0; count < 100; count += 1)
    await Promise.all(Array.from({ length: 10 }, () => client.vehicles()));
  simulator.revokeTokens();
  await client.vehicles();
  expect(simulator.tokens()).toEqual({ one: 2 });
});

describe('notifications', () => {
  interface Received {
    readonly headers: IncomingHttpHeaders;
    readonly body: { readonly id: string; readonly notification_period?: string };
  }

  /** A receiver that answers the statuses in their order, and 204 after them. */
  async function receiver(
    statuses: number[] = [],
  ): Promise<{ url: string; received: Received[]; got(count: number): Promise<void> }> {
    const received: Received[] = [];
    let look = (): void => undefined;
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push({
        headers: request.headers,
        body: JSON.parse(Buffer.concat(chunks).toString()) as Received['body'],
      });
      response.statusCode = statuses.shift() ?? 204;
      response.end();
      look();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    open.push({ close: () => new Promise((closed) => server.close(() => closed())) });
    const got = (count: number) =>
      new Promise<void>((enough) => {
        look = () => received.length >= count && enough();
        look();
      });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received, got };
  }

  test('tell of an entry with one token, and of a long stay with another', async () => {
    const { url, received, got } = await receiver();
    const { simulator } = await start({
      receivers: {
        entry: { url, token: 'of-entries' },
        periodic: { url, token: 'of-periods' },
        every: 900_000,
      },
    });
    const { id } = simulator.use({ plate: CAR });
    await got(1);
    simulator.clock.advance(900_000);
    await got(2);
    expect(
      received.map(({ headers, body }) => [headers.authorization, body.id, body.notification_period]),
    ).toEqual([
      ['Bearer of-entries', id, undefined],
      ['Bearer of-periods', id, '900'],
    ]);
  });

  test('are sent again until they are taken, and never after a 404', async () => {
    const { url, received, got } = await receiver([503, 204, 404]);
    const { simulator } = await start({ receivers: { entry: { url, token: 'of-entries' } }, speed: 10_000 });
    simulator.use({ plate: CAR });
    await got(2);
    simulator.use({ plate: CAR });
    await got(3);
    simulator.clock.advance(DAY);
    simulator.use({ plate: CAR });
    await got(4);
    expect(received).toHaveLength(4);
    expect(simulator.deliveries.map(({ attempts }) => attempts).slice(0, 2)).toEqual([[503, 204], [404]]);
  });

  test('of a corrected plate come again under the same id', async () => {
    const { url, received, got } = await receiver();
    const { simulator } = await start({ receivers: { entry: { url, token: 'of-entries' } } });
    const { id } = simulator.use({ plate: CAR });
    await got(1);
    simulator.correct(id, { license_plate_number: 'AA12346', country_code: 'NO' });
    await got(2);
    expect(received.map(({ body }) => body.id)).toEqual([id, id]);
  });
});
