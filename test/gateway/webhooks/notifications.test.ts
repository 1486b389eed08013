import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { request } from 'undici';
import { createGateway, type GatewayOptions } from '../../../src/gateway/server';
import { createNotificationDelivery, onceEach } from '../../../src/gateway/webhooks/notified-parkings';
import type { WebhookSource } from '../../../src/gateway/webhooks/receiver';
import type { Signals } from '../../../src/gateway/webhooks/signals';
import { limitPerPlate } from '../../../src/gateway/webhooks/vehicle-limit';
import { notificationReader } from '../../../src/providers/autopay/notification';
import { type Moved, type Notified, notified, stayMoved } from '../../../workflows/contract/parking';
import { decideParking } from '../../../workflows/parking/decide';
import { beginParking, type ParkingState } from '../../../workflows/parking/state';
import { Random } from '../../simulation/random';
import { type Sent, storyOf, TOKENS } from './notification-story';

/** The door for notifications of stays, on a real server. */

const SEED = Number(process.env['NOTIFICATIONS_SEED'] ?? Date.now() % 1_000_000);
const APP = { provider: 'autopay', application: 'default' };
const SOURCES: WebhookSource[] = [
  { app: APP, reader: notificationReader, secrets: [TOKENS.entry, TOKENS.before] },
  { app: APP, reader: notificationReader, secrets: [TOKENS.periodic], under: '/periodic' },
];
const START = Date.UTC(2026, 0, 1);
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };

/** Parkings in memory. `fails` says whether a signal is lost, or only its answer. */
class Parkings implements Pick<Signals, 'send'> {
  readonly states = new Map<string, ParkingState>();
  signals = 0;
  fails: () => 'lost' | 'unanswered' | null = () => null;

  constructor(plates: readonly string[]) {
    for (const text of plates) {
      const [country = '', number = ''] = text.split('-');
      const plate = { country, number, subdivision: null };
      const vehicle = { provider: 'autopay', plate, vin: null, fleet: null, externalId: null };
      this.states.set(`parking:autopay:${text}`, beginParking({ ...vehicle, policy: POLICY }, START));
    }
  }

  async send(...[workflowId, signal, what]: Parameters<Signals['send']>) {
    const failure = this.fails();
    if (failure === 'lost') throw new Error('away');
    const state = this.states.get(workflowId);
    if (!state) return 'unknown-vehicle';
    this.signals += 1;
    const event =
      signal.name === notified.name
        ? ({ type: 'notified', at: START, ...(what as Notified) } as const)
        : ({ type: 'moved', at: START, ...(what as Moved) } as const);
    expect([notified.name, stayMoved.name]).toContain(signal.name);
    this.states.set(workflowId, decideParking(state, event).state);
    if (failure === 'unanswered') throw new Error('away');
    return 'delivered';
  }

  /** The stays of every parking. */
  stays(): { plate: string; id: string; period: number }[] {
    return [...this.states].flatMap(([id, { stays }]) =>
      stays.map((stay) => ({ plate: id.split(':').at(-1) ?? '', id: stay.id, period: stay.period / 1_000 })),
    );
  }
}

let server: FastifyInstance | undefined;
const logged: string[] = [];

afterEach(async () => {
  await server?.close();
  logged.length = 0;
});

type Answer = { status: number; body: { status?: string; code?: string; reason?: string }; retry: unknown };

/** Opens the door. @returns what posts to it. */
async function open(
  notifications: GatewayOptions['notifications'],
  options: Partial<GatewayOptions> = {},
): Promise<(path: string, body: string, headers?: Record<string, string>) => Promise<Answer>> {
  server = createGateway({
    claims: { deliver: async () => 'unknown-vehicle' },
    ...(notifications && { notifications }),
    sources: SOURCES,
    log: pino({ level: 'debug' }, { write: (line: string) => logged.push(line) }),
    ...options,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return async (path, body, headers = {}) => {
    const url = `http://127.0.0.1:${port}/webhooks/autopay/default${path}`;
    const reply = await request(url, { method: 'POST', body, headers });
    const json = (await reply.body.json()) as Answer['body'];
    return { status: reply.statusCode, body: json, retry: reply.headers['retry-after'] };
  };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const PLATE = 'NO-AA12345';
const ENTRY = JSON.stringify({
  id: 'stay-1',
  vehicle: { license_plate_number: 'AA12345', country_code: 'NO', created_at: '2022-12-12T12:12:12+0000' },
  facility: { code: 'F', name: 'Quay' },
  zone: { code: 'Z', name: 'Level 2' },
  start_time: '2026-01-01T00:00:00+0000',
  operator_id: 'operator-1',
  type: 'PARKING',
  serviceData: { key: 'value' },
});
const PERIOD = JSON.stringify({ ...JSON.parse(ENTRY), notification_period: '900' });

function doorOf(parkings: Parkings) {
  return onceEach(limitPerPlate(createNotificationDelivery(parkings)));
}

describe('a notification', () => {
  test('reaches the parking of its plate, with what it says, and is then taken', async () => {
    const parkings = new Parkings([PLATE]);
    const post = await open(doorOf(parkings));
    expect(await post('', ENTRY, bearer(TOKENS.entry))).toMatchObject({
      status: 200,
      body: { status: 'accepted' },
    });
    expect(await post('/periodic', PERIOD, bearer(TOKENS.periodic))).toMatchObject({ status: 200 });
    expect(parkings.states.get(`parking:autopay:${PLATE}`)?.stays).toMatchObject([
      { id: 'stay-1', place: 'Quay, Level 2', startedAt: START, endedAt: null, period: 900_000 },
    ]);
  });

  test('of a plate that nobody has here, or nobody can read, is answered 2xx: a 404 would end them all', async () => {
    const post = await open(doorOf(new Parkings([])));
    const unknown = await post('', ENTRY, bearer(TOKENS.entry));
    expect(unknown).toMatchObject({ status: 200, body: { status: 'ignored' } });
    const odd = ENTRY.replace('AA12345', 'AA*12345');
    expect(await post('', odd, bearer(TOKENS.entry))).toMatchObject({ status: 200 });
  });

  test('is taken with the token in use and the one before it, each address with its own, and with no other', async () => {
    const post = await open(doorOf(new Parkings([PLATE])));
    const status = async (path: string, headers: Record<string, string>) =>
      (await post(path, ENTRY, headers)).status;
    expect(await status('', bearer(TOKENS.before))).toBe(200);
    expect(await status('', { authorization: `bearer ${TOKENS.entry}` })).toBe(200);
    for (const wrong of [
      {},
      bearer(''),
      bearer(TOKENS.periodic),
      bearer(TOKENS.entry.slice(1)),
      { authorization: TOKENS.entry },
      { authorization: `Basic ${TOKENS.entry}` },
      { authorization: `Bearer ${TOKENS.entry}, Bearer ${TOKENS.entry}` },
    ]) {
      expect(await status('', wrong)).toBe(401);
    }
    expect(await status('/periodic', bearer(TOKENS.entry))).toBe(401);
    expect(logged.join('')).not.toContain(TOKENS.entry);
  });

  test('says so where it was not made durable, and is taken when it comes again', async () => {
    const parkings = new Parkings([PLATE]);
    const post = await open(doorOf(parkings));
    parkings.fails = () => 'lost';
    expect(await post('', ENTRY, bearer(TOKENS.entry))).toMatchObject({
      status: 503,
      body: { code: 'NOT_DURABLE' },
      retry: '10',
    });
    parkings.fails = () => null;
    expect(await post('', ENTRY, bearer(TOKENS.entry))).toMatchObject({ body: { status: 'accepted' } });
    expect(await post('', ENTRY, bearer(TOKENS.entry))).toMatchObject({ body: { status: 'duplicate' } });
    expect(parkings.signals).toBe(1);
  });

  test('whose plate was corrected moves to the other vehicle, and back', async () => {
    const other = 'NO-AA12346';
    const parkings = new Parkings([PLATE, other]);
    const post = await open(doorOf(parkings));
    const corrected = ENTRY.replace('AA12345', 'AA12346');
    await post('', ENTRY, bearer(TOKENS.entry));
    await post('', corrected, bearer(TOKENS.entry));
    expect(parkings.stays()).toEqual([{ plate: other, id: 'stay-1', period: 0 }]);
    await post('', ENTRY, bearer(TOKENS.entry));
    expect(parkings.stays()).toEqual([{ plate: PLATE, id: 'stay-1', period: 0 }]);
  });

  test('of a body that is too large, or whose vehicle is missing, is refused and names no value', async () => {
    const post = await open(doorOf(new Parkings([PLATE])));
    expect(await post('', 'x'.repeat(70_000), bearer(TOKENS.entry))).toMatchObject({ status: 413 });
    const broken = JSON.stringify({ id: 'secret-value', vehicle: 'secret-value' });
    expect(await post('', broken, bearer(TOKENS.entry))).toMatchObject({
      status: 400,
      body: { code: 'WEBHOOK_MALFORMED' },
    });
    expect(logged.join('')).not.toContain('secret-value');
  });

  test('is refused for a while where one vehicle has too many', async () => {
    const parkings = new Parkings([PLATE]);
    const post = await open(doorOf(parkings));
    const answers: Answer[] = [];
    for (let count = 0; count < 62; count += 1) {
      answers.push(await post('', ENTRY.replace('stay-1', `stay-${count}`), bearer(TOKENS.entry)));
    }
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
    expect(answers.at(-1)).toMatchObject({ status: 503, body: { code: 'WEBHOOK_FLOOD' } });
  });

  test('is refused while too much is under way, and a whole plate is in no line of the log', async () => {
    const parkings = new Parkings([PLATE]);
    let release = (): void => undefined;
    const held = new Promise<void>((done) => {
      release = done;
    });
    const sink = doorOf(parkings);
    const post = await open(
      {
        deliver: async (claim) => {
          await held;
          return sink.deliver(claim);
        },
      },
      { atOnce: 1 },
    );
    const first = post('', ENTRY, bearer(TOKENS.entry));
    const other = ENTRY.replace('stay-1', 'stay-2');
    let answer = await post('', other, bearer(TOKENS.entry));
    if (answer.status === 200) answer = await first;
    expect(answer).toMatchObject({ status: 503, body: { code: 'GATEWAY_BUSY' }, retry: '5' });
    release();
    await first;
    expect(logged.join('')).not.toContain('AA12345');
  });

  test('where nobody has parkings concerns nobody', async () => {
    const post = await open(undefined);
    expect(await post('', ENTRY, bearer(TOKENS.entry))).toMatchObject({ body: { status: 'ignored' } });
  });
});

test('2,000 notifications in any order, doubled, broken and forged, with signals that are lost: each stay is at its vehicle once', async () => {
  process.stderr.write(`notifications: NOTIFICATIONS_SEED=${SEED}\n`);
  const random = new Random(SEED);
  const known = Array.from({ length: 50 }, (_, index) => `NO-AA${10_000 + index}`);
  const unknown = Array.from({ length: 10 }, (_, index) => `SE-BBB${100 + index}`);
  const { stays, truth } = storyOf(random, [...known, ...unknown], 2_000);
  const parkings = new Parkings(known);
  const chance = new Random(SEED + 1);
  parkings.fails = () => (chance.chance(0.05) ? chance.pick(['lost', 'unanswered']) : null);
  const sink = createNotificationDelivery(parkings);
  const post = await open(onceEach(sink));

  /** As the provider sends: again until it is taken. */
  async function send({ isPeriodic, token, body, answer }: Sent): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const { status } = await post(isPeriodic ? '/periodic' : '', body, bearer(token));
      expect(status).not.toBe(404);
      if (status === 503 && attempt < 50) continue;
      expect([status, body]).toEqual([answer, body]);
      return;
    }
  }
  const queue = [...stays];
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) for (const one of next) await send(one);
    }),
  );

  expect(stays.flat().length).toBeGreaterThanOrEqual(2_000);
  const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
  expect(parkings.stays().sort(byId)).toEqual(
    truth
      .filter(({ plate }) => known.includes(plate))
      .map(({ plate, id, period }) => ({ plate, id, period }))
      .sort(byId),
  );
});
