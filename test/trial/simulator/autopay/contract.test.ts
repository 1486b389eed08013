import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AutopaySimulator,
  type AutopaySimulatorOptions,
  startAutopaySimulator,
} from '../../../../src/trial/simulator/autopay/simulator';
import type { SwitchesInput } from '../../../../src/trial/simulator/autopay/switches';
import { openContract } from '../../../contracts/contract';

/** What the simulator answers and sends, against our contract of the API. */

const CONTRACT = openContract('autopay.yaml');
const VEHICLES = '/fleet/v2/vehicles';
const SERVICES = '/fleet/v2/services';
const CAR = { license_plate_number: 'AA12345', country_code: 'NO' };
const GERMAN = { license_plate_number: 'BB12345', country_code: 'DE', subdivision: 'HD' };
const CREDENTIAL = {
  clientId: 'one',
  clientSecret: 'the-secret-of-one',
  operator: 'operator-1',
  level: 'enterprise',
} as const;
const SPAN = { from: '2026-01-01T00:00:00+0000', to: '2026-02-01T00:00:00+0000' };

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Calls a simulator as a client does, and holds every call and its reply against the contract. */
class Caller {
  private token: string | undefined;

  constructor(readonly simulator: AutopaySimulator) {}

  async call(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
    CONTRACT.expectRequestMatches(method, path, body);
    return this.odd(method, path, body);
  }

  /** A request that the contract forbids: its reply has to be in it all the same. */
  async odd(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
    this.token ??= (
      (await this.raw('POST', '/oauth/token', this.asked())).body as { access_token: string }
    ).access_token;
    return this.raw(method, path, body, `Bearer ${this.token}`);
  }

  async raw(method: string, path: string, body?: object, authorization?: string) {
    const reply = await fetch(this.simulator.url + path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(authorization && { authorization }),
      },
      body: body ? JSON.stringify(body) : null,
    });
    const text = await reply.text();
    CONTRACT.expectReplyMatches(method, path, reply.status, text);
    return { status: reply.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  asked() {
    const body = {
      client_id: 'one',
      client_secret: 'the-secret-of-one',
      audience: 'https://api.autopay.io',
      grant_type: 'client_credentials',
    };
    CONTRACT.expectRequestMatches('POST', '/oauth/token', body);
    return body;
  }
}

async function start(options: Partial<AutopaySimulatorOptions> = {}): Promise<Caller> {
  const simulator = await startAutopaySimulator({ credentials: [CREDENTIAL], seed: 1, ...options });
  open.push(simulator);
  return new Caller(simulator);
}

const ODDITIES: readonly SwitchesInput[] = [
  {},
  { bare: true, data: 'service_data', prefix: false, secondPost: 'error', absentDelete: 'done', page: 1 },
  { unlisted: 1, perOperator: true, spanDays: 1 },
];

test.each(ODDITIES)('every reply is in the contract, with the switches %j', async (switches) => {
  const { call, simulator } = bound(await start({ switches }));
  for (const plate of [CAR, GERMAN]) {
    await call('POST', VEHICLES, plate);
    await call('POST', VEHICLES, plate);
    await call('POST', `${VEHICLES}/detach`, plate);
    const { id } = simulator.use({ plate });
    simulator.clock.advance(3_600_000);
    simulator.end(id);
    simulator.use({ plate, type: 'TOLL_ROAD', currency: 'SEK' });
  }
  await call('GET', VEHICLES);
  const ids = simulator.fleet('operator-1').uses.map(({ id }) => id);
  const query = new URLSearchParams({ ...CAR, include_running_services: 'true' });
  await call('GET', `${VEHICLES}/services?${query}`);
  await call('GET', `${VEHICLES}/services?${new URLSearchParams({ ...CAR, ...SPAN })}`);
  await call('POST', `${VEHICLES}/disable_payments`, { ...CAR, include_running_services: true });
  await call('POST', `${VEHICLES}/disable_payments`, { ...GERMAN, ...SPAN });
  await eachPage(call, SERVICES);
  await eachPage(call, `${SERVICES}/by_updated_at`);
  await call('GET', `${SERVICES}?cursor=nonsense`);
  await call('POST', `${SERVICES}/${ids[0]}/decline`);
  await call('POST', `${SERVICES}/unknown/decline`);
  for (const plate of [CAR, GERMAN, CAR]) await call('DELETE', `${VEHICLES}?${new URLSearchParams(plate)}`);
  await call('POST', `${VEHICLES}/detach`, CAR);
});

test('every refusal is in the contract: no token, a wrong secret, a level that is too low, what nobody can read', async () => {
  const caller = await start({ credentials: [{ ...CREDENTIAL, level: 'small' }] });
  expect((await caller.raw('GET', VEHICLES)).status).toBe(401);
  expect((await caller.raw('POST', '/oauth/token', { ...caller.asked(), client_secret: 'x' })).status).toBe(
    401,
  );
  expect((await caller.call('GET', SERVICES)).status).toBe(403);
  expect((await caller.odd('POST', VEHICLES, {})).status).toBe(400);
  for (const [id, status] of [
    ['query_limit_error', 400],
    ['query_limit_error', 500],
    ['server_communication_error', 400],
    ['fleet_vehicle_get_error', 500],
  ] as const) {
    caller.simulator.setFault({ on: 'vehicles', kind: 'error', id, status });
    expect(await caller.call('GET', VEHICLES)).toMatchObject({ status, body: { error_id: id } });
  }
});

test.each(['serviceData', 'service_data'] as const)(
  'every notification is in the contract: of an entry, of a period, of a corrected plate (%s)',
  async (data) => {
    const received: { headers: IncomingHttpHeaders; body: unknown }[] = [];
    let look = (): void => undefined;
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.statusCode = 204;
      response.end();
      look();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    open.push({ close: () => new Promise((closed) => server.close(() => closed())) });
    const receiver = {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      token: 'a-token',
    };
    const { simulator } = await start({
      switches: { data },
      receivers: { entry: receiver, every: 900_000 },
    });
    const { id } = simulator.use({ plate: GERMAN });
    simulator.clock.advance(900_000);
    simulator.correct(id, CAR);
    await new Promise<void>((all) => {
      look = () => received.length >= 3 && all();
      look();
    });
    for (const { headers, body } of received) CONTRACT.expectWebhookMatches(headers, body);
    expect(received.filter(({ body }) => Object.hasOwn(body as object, 'notification_period'))).toHaveLength(
      1,
    );
  },
);

function bound(caller: Caller) {
  return { call: caller.call.bind(caller), simulator: caller.simulator };
}

/** Goes through a list that has pages. */
async function eachPage(call: Caller['call'], path: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const { body } = await call('GET', path + (cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''));
    cursor = (body as { summary: { cursor?: string } }).summary.cursor;
  } while (cursor);
}
