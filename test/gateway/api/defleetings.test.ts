import type { Fleets } from '../../../src/activations/search';
import { VinError } from '../../../src/base/errors';
import type { DefleetingRow } from '../../../src/defleetings/defleeting-rows';
import type { Defleetings, NewDefleeting } from '../../../src/defleetings/defleetings';
import { beginDefleeting } from '../../../workflows/defleeting/state';
import { listedOf } from '../../../workflows/defleeting/view';
import { ORDER } from '../../workflows/defleeting/story';
import { ActivationsDouble } from './activations-double';
import { type RunningApi, startApi } from './support';

const VIN = ORDER.vin;
const ROW: DefleetingRow = {
  ...listedOf(beginDefleeting(ORDER)),
  workflowId: `defleeting:${VIN}`,
  execution: 'RUNNING',
  overdue: true,
};

/** Defleetings in memory, for the words and forms of HTTP. */
class DefleetingsDouble {
  readonly asked: { readonly fleets: Fleets; readonly given: unknown[] }[] = [];
  failure: VinError | null = null;

  get asDefleetings(): Defleetings {
    return this.limitedTo('*') as unknown as Defleetings;
  }

  private limitedTo(fleets: Fleets): object {
    const answer =
      <T>(reply: T) =>
      async (...given: unknown[]): Promise<T> => {
        this.asked.push({ fleets, given });
        if (this.failure) throw this.failure;
        return reply;
      };
    const taken = { id: 'm1', outcome: 'taken', next: 'It is for 2026-12-31 (UTC).' };
    return {
      forFleets: (limit: Fleets) => this.limitedTo(limit),
      ask: answer({ outcome: 'asked', defleeting: ROW }),
      report: answer({ ...ROW, answers: [], history: [], complete: true }),
      page: answer({ rows: [ROW], next: null }),
      move: answer(taken),
      takeBack: answer(taken),
    };
  }
}

describe('the API of vehicles that leave', () => {
  const double = new DefleetingsDouble();
  let api: RunningApi;

  beforeAll(async () => {
    api = await startApi(new ActivationsDouble().asActivations, { defleetings: double.asDefleetings });
  });
  beforeEach(() => {
    double.asked.length = 0;
    double.failure = null;
  });
  afterAll(() => api?.close());

  const given = <T>() => double.asked.at(-1)?.given as T;

  test('says that it ends the access at one application only where an activation is told', async () => {
    const answer = await api.call('POST', `/v1/activations/${VIN}/defleet`, { body: {} });
    expect(answer.body.next).toMatch(/^Only at high-mobility:default: ./);
    expect(double.asked).toEqual([]);
  });

  test('takes an order with its day, deadline, role and key, for the fleets of the token', async () => {
    const token = api.tokenFor('operate', ['acme']);
    const answer = await api.call('POST', '/v1/defleetings', {
      token,
      body: {
        vin: VIN.toLowerCase(),
        reason: 'sold',
        eventDate: '2026-12-01',
        deadline: '48h',
        by: 'fleet manager',
      },
      headers: { 'Idempotency-Key': '"sale-1"' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      outcome: 'asked',
      defleeting: { vin: VIN, step: 'scheduled', overdue: true },
    });
    expect(double.asked.at(-1)?.fleets).toEqual(['acme']);
    expect(given<[NewDefleeting]>()[0]).toMatchObject({
      vin: VIN,
      id: 'sale-1',
      reason: 'sold',
      eventDate: '2026-12-01',
      deadline: 48 * 3_600_000,
      role: 'fleet manager',
      channel: 'api',
    });
  });

  test.each([
    [{ vin: VIN, eventDate: '2026-02-31' }, '#/eventDate'],
    [{ vin: VIN, deadline: 'soon' }, '#/deadline'],
    [{ vin: VIN, reason: 'bored' }, '#/reason'],
    [{ vin: 'SHORT' }, '#/vin'],
  ])('refuses %j and says where', async (body, place) => {
    const answer = await api.call('POST', '/v1/defleetings', { token: api.tokenFor('operate', '*'), body });
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer: place }] }]);
    expect(double.asked).toEqual([]);
  });

  test('lists, reads, moves and takes back', async () => {
    const token = api.tokenFor('operate', '*');
    const list = await api.call('GET', '/v1/defleetings?overdue=true&fleet=acme', { token });
    expect(list.body).toMatchObject({ defleetings: [{ vin: VIN }], next: null });
    expect(given()).toMatchObject([
      { all: false, overdue: true, fleet: 'acme' },
      { limit: 50, from: null },
    ]);
    expect((await api.call('GET', `/v1/defleetings/${VIN}`, { token })).body).toMatchObject({
      vin: VIN,
      complete: true,
    });
    const moved = await api.call('POST', `/v1/defleetings/${VIN}/move`, {
      token,
      body: { eventDate: '2026-12-31' },
    });
    expect([moved.status, given()]).toMatchObject([200, [VIN, { eventDate: '2026-12-31' }, {}]]);
    const back = await api.call('POST', `/v1/defleetings/${VIN}/take-back`, { token });
    expect(back.body).toMatchObject({ vin: VIN, outcome: 'taken' });
  });

  test('a token that may only read asks for nothing', async () => {
    const token = api.tokenFor('read', '*');
    for (const [path, body] of [
      ['/v1/defleetings', { vin: VIN }],
      [`/v1/defleetings/${VIN}/take-back`, {}],
    ] as const) {
      expect((await api.call('POST', path, { token, body })).status).toBe(403);
    }
    expect(
      (await api.call('GET', '/v1/defleetings?fleet=acme', { token: api.tokenFor('read', ['other']) }))
        .status,
    ).toBe(403);
  });

  test('what it cannot do is a problem with its code', async () => {
    double.failure = new VinError('MESSAGE_REFUSED', 'It has begun', 'Look.', { vin: VIN });
    const token = api.tokenFor('operate', '*');
    const refused = await api.call('POST', `/v1/defleetings/${VIN}/move`, {
      token,
      body: { deadline: '1d' },
    });
    expect([refused.status, refused.body['code']]).toEqual([409, 'MESSAGE_REFUSED']);
    double.failure = new VinError('DEFLEETING_UNKNOWN', 'There is none', 'Look.', { vin: VIN });
    const unknown = await api.call('GET', `/v1/defleetings/${VIN}`, { token });
    expect([unknown.status, unknown.body['code']]).toEqual([404, 'DEFLEETING_UNKNOWN']);
  });
});
