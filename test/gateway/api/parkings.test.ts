import type { Fleets } from '../../../src/activations/search';
import { VinError } from '../../../src/base/errors';
import { USUAL_SHARE } from '../../../src/config/token-share';
import type { Parkings } from '../../../src/parkings/parkings';
import type { Payments } from '../../../src/parkings/payments';
import { ActivationsDouble } from './activations-double';
import { type RunningApi, startApi } from './support';

const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };
const DAY = 86_400_000;
const ADDED = Date.now() - 60 * DAY;
const isoOf = (at: number): string => new Date(at).toISOString();
const LISTED = {
  ...{ provider: 'autopay', plate: 'NO-AA12345', vin: null, fleet: 'acme', externalId: null },
  ...{ step: 'in-fleet', addedAt: isoOf(ADDED), waitingFor: null, nextAt: null, trouble: null },
} as const;
const STAY = {
  ...{ id: 'use-1', type: 'PARKING', operator: null, place: null, startedAt: 0, endedAt: 3_600_000 },
  ...{ cost: { gross: 25, currency: 'NOK' }, invoicing: null },
};
const PLATE = { country: 'NO', number: 'AA12345', subdivision: null };

/** What adding throws. */
let failure: Error | null = null;

/** One parking, of the fleet acme, and what was asked of it. */
function doubles({ execution = 'RUNNING' } = {}) {
  const asked: unknown[][] = [];
  const of = (fleets: Fleets): Parkings => {
    const requireOurs = () => {
      if (fleets === '*' || fleets.includes('acme')) return;
      throw new VinError('PARKING_UNKNOWN', 'There is no parking of NO-AA12345', 'Look.');
    };
    return {
      forFleets: of,
      add: async (...args: unknown[]) => {
        if (failure) throw failure;
        asked.push(['add', ...args]);
        return { outcome: 'added', parking: LISTED };
      },
      row: async () => {
        requireOurs();
        return { ...LISTED, execution };
      },
      report: async () => {
        requireOurs();
        return { ...LISTED, complete: true, stays: [], totals: [], locked: [], history: [] };
      },
      remove: async (...args: unknown[]) => {
        requireOurs();
        asked.push(['remove', ...args]);
        return { outcome: 'leaving', parking: LISTED };
      },
      page: async () => ({ rows: [LISTED], next: null }),
    } as unknown as Parkings;
  };
  const payments = {
    services: async (...args: unknown[]) => {
      asked.push(['services', ...args]);
      return [{ application: 'default', operator: null, outcome: 'shown', words: null, services: [STAY] }];
    },
    lock: async (...args: unknown[]) => {
      asked.push(['lock', ...args]);
      return [{ application: 'default', outcome: 'locked', words: null, locked: [STAY], unlocked: [] }];
    },
    decline: async (...args: unknown[]) => {
      asked.push(['decline', ...args]);
      return { application: 'default', stay: STAY };
    },
  } as unknown as Payments;
  return { asked, parking: { parkings: of('*'), payments, policy: POLICY } };
}

describe('the share of a token', () => {
  test.each([
    ['checks', 'GET', '/v1/parkings/NO-AA12345/services', undefined, 'services'],
    ['checks', 'POST', '/v1/parkings/NO-AA12345/lock', { dryRun: true }, 'services'],
    ['checks', 'POST', '/v1/parkings/NO-AA12345/decline', { service: 'use-1' }, 'decline'],
    ['starts', 'POST', '/v1/parkings', { plate: 'NO-AA12345' }, 'add'],
  ] as const)('of %s holds for parkings: %s %s', async (kind, method, path, body, question) => {
    const { asked, parking } = doubles();
    const share = { ...USUAL_SHARE, [kind]: 2 };
    const api = await startApi(new ActivationsDouble().asActivations, { parking, share, holdFor: 0 });
    const token = api.tokenFor('operate', ['acme']);
    const statuses = [];
    for (let time = 0; time < 3; time += 1) {
      statuses.push((await api.call(method, path, { token, ...(body && { body }) })).status);
    }
    await api.close();
    expect(statuses).toEqual([200, 200, 429]);
    expect(asked.map(([what]) => what)).toEqual([question, question]);
  });
});

describe('a long span', () => {
  test.each([
    ['*', 8, 1],
    [['acme'], 4, 2],
  ] as const)(
    'of a token of the fleets %j is as many checks as its windows: of %d in a minute it has %d',
    async (fleets, checks, times) => {
      const { asked, parking } = doubles();
      const share = { ...USUAL_SHARE, checks };
      const api = await startApi(new ActivationsDouble().asActivations, { parking, share, holdFor: 0 });
      const token = api.tokenFor('read', fleets);
      const span = { from: isoOf(Date.now() - 366 * DAY), to: isoOf(Date.now()) };
      const path = `/v1/parkings/NO-AA12345/services?${new URLSearchParams(span)}`;
      const statuses = [];
      for (let time = 0; time < times; time += 1)
        statuses.push((await api.call('GET', path, { token })).status);
      statuses.push((await api.call('GET', path, { token })).status);
      await api.close();
      expect([statuses, asked.length]).toEqual([[...Array(times).fill(200), 429], times]);
    },
  );
});

describe('parkings in the HTTP API', () => {
  let api: RunningApi;
  let asked: unknown[][];
  beforeEach(async () => {
    const made = doubles();
    asked = made.asked;
    failure = null;
    api = await startApi(new ActivationsDouble().asActivations, { parking: made.parking });
  });
  afterEach(() => api.close());
  const operate = () => api.tokenFor('operate', ['acme']);

  test('a plate is added as people write it, for the fleet of the token', async () => {
    const { status, body } = await api.call('POST', '/v1/parkings', {
      token: operate(),
      body: { plate: 'no aa-123.45' },
    });
    expect([status, body]).toMatchObject([200, { outcome: 'added', parking: { plate: 'NO-AA12345' } }]);
    expect(asked).toMatchObject([['add', { plate: PLATE, fleet: 'acme' }, POLICY, { transfer: false }]]);
  });

  test('a plate for the VIN of others is refused, and seen in the log', async () => {
    failure = new VinError('VIN_NOT_AVAILABLE', 'It cannot be had', 'Compare.');
    const body = { plate: 'NO-AA12345', vin: 'WBA8E9G50GNT00001' };
    const reply = await api.call('POST', '/v1/parkings', { token: operate(), body });
    expect([reply.status, reply.body.code]).toEqual([409, 'VIN_NOT_AVAILABLE']);
    const logged = api.logged.join('\n');
    expect(logged).toContain('start of a held vehicle');
    expect(logged).not.toContain(body.vin);
  });

  test.each([
    [{ plate: '12345' }, 'PLATE_INVALID'],
    [{ plate: 'NO-AA12345', colour: 'red' }, 'FIELD_INVALID'],
  ])('%j is refused, and nothing is asked', async (body, code) => {
    const reply = await api.call('POST', '/v1/parkings', { body });
    expect([reply.status, reply.body]).toMatchObject([422, { errors: [{ code }] }]);
    expect(asked).toEqual([]);
  });

  test('of a plate of others nothing is told and nothing is changed', async () => {
    const token = api.tokenFor('operate', ['others']);
    const answers = [
      await api.call('GET', '/v1/parkings/NO-AA12345', { token }),
      await api.call('GET', '/v1/parkings/NO-AA12345/services', { token }),
      await api.call('POST', '/v1/parkings/NO-AA12345/lock', { token }),
      await api.call('POST', '/v1/parkings/NO-AA12345/decline', { token, body: { service: 'use-1' } }),
      await api.call('POST', '/v1/parkings/NO-AA12345/remove', { token }),
    ];
    expect(answers.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual(
      answers.map(() => [404, 'PARKING_UNKNOWN']),
    );
    expect(asked).toEqual([]);
  });

  test('a lock can be looked at before, and only then locks', async () => {
    const path = '/v1/parkings/NO-AA12345/lock';
    const span = { from: isoOf(Date.now() - 8 * DAY).replace('Z', '+01:00'), type: 'PARKING' };
    const dry = await api.call('POST', path, { token: operate(), body: { ...span, dryRun: true } });
    expect(dry.body).toMatchObject({ dryRun: true, credentials: [{ services: [{ id: 'use-1' }] }] });
    const done = await api.call('POST', path, { token: operate(), body: span });
    expect(done.body).toMatchObject({
      dryRun: false,
      credentials: [{ locked: [{ id: 'use-1', endedAt: '1970-01-01T01:00:00.000Z' }] }],
    });
    const meant = { plate: PLATE, from: Date.parse(span.from), type: 'PARKING' };
    expect(asked).toMatchObject([
      ['services', meant],
      ['lock', meant, expect.any(String)],
    ]);
  });

  test('of what ended before the plate came to its fleet a token of that fleet is told nothing, and changes nothing', async () => {
    const token = operate();
    const span = { from: isoOf(ADDED - 200 * DAY), to: isoOf(ADDED + 10 * DAY) };
    await api.call('GET', `/v1/parkings/NO-AA12345/services?from=${span.from}&to=${span.to}`, { token });
    await api.call('POST', '/v1/parkings/NO-AA12345/lock', { token, body: span });
    await api.call('POST', '/v1/parkings/NO-AA12345/lock', {
      token,
      body: { ...span, to: isoOf(ADDED - 20 * DAY) },
    });
    await api.call('POST', '/v1/parkings/NO-AA12345/decline', { token, body: { service: 'use-1' } });
    const since = ADDED;
    const meant = { from: since, to: Date.parse(span.to) };
    expect(asked).toMatchObject([
      ['services', meant],
      ['lock', meant, expect.any(String)],
      ['lock', { from: since, to: since }, expect.any(String)],
      ['decline', 'use-1', expect.any(String), PLATE, since],
    ]);
  });

  test.each([
    ['that ends before it begins', { from: '2026-11-20T08:00:00Z', to: '2026-11-19T08:00:00Z' }],
    ['that begins after now', { from: '2126-11-20T08:00:00Z' }],
    ['of two thousand years', { from: '0026-11-20T08:00:00Z', to: '2026-11-19T08:00:00Z' }],
    ['of 367 days', { from: isoOf(ADDED - 367 * DAY), to: isoOf(ADDED) }],
    ['in the future', { from: '2126-11-20T08:00:00Z', to: '2126-11-21T08:00:00Z' }],
  ])('a span %s is refused, and nothing is asked', async (_, span) => {
    const lock = await api.call('POST', '/v1/parkings/NO-AA12345/lock', { body: span });
    const services = await api.call(
      'GET',
      `/v1/parkings/NO-AA12345/services?${new URLSearchParams(span as Record<string, string>)}`,
    );
    for (const { status, body } of [lock, services])
      expect([status, body]).toMatchObject([422, { errors: [{ code: 'FIELD_INVALID' }] }]);
    expect(asked).toEqual([]);
  });

  test('of the future nothing is asked but a day, for clocks', async () => {
    const to = isoOf(Date.now() + 3_000 * DAY);
    expect((await api.call('GET', `/v1/parkings/NO-AA12345/services?to=${to}`)).status).toBe(200);
    const [[, meant]] = asked as [[string, { from: number; to: number }]];
    expect(meant.to).toBeLessThanOrEqual(Date.now() + DAY);
    expect(meant.to - meant.from).toBe(50 * DAY);
  });

  test('a service is declined only where it is of the plate of the address', async () => {
    const reply = await api.call('POST', '/v1/parkings/NO-AA12345/decline', { body: { service: 'use-1' } });
    expect(reply.body).toMatchObject({ application: 'default', service: { id: 'use-1' } });
    expect(asked).toMatchObject([['decline', 'use-1', expect.any(String), PLATE, null]]);
  });

  test('a token that reads changes nothing', async () => {
    const token = api.tokenFor('read', '*');
    const { status } = await api.call('POST', '/v1/parkings/NO-AA12345/remove', { token });
    expect(status).toBe(403);
    expect((await api.call('GET', '/v1/parkings', { token })).body).toMatchObject({
      parkings: [{ plate: 'NO-AA12345' }],
    });
  });
});

describe('a plate that has left', () => {
  const { asked, parking } = doubles({ execution: 'COMPLETED' });
  let api: RunningApi;

  beforeAll(async () => {
    api = await startApi(new ActivationsDouble().asActivations, { parking });
  });
  afterAll(() => api?.close());

  test.each([
    ['*', 'lock', { dryRun: true }],
    ['*', 'lock', {}],
    ['*', 'decline', { service: 'use-1' }],
    [['acme'], 'lock', {}],
    [['acme'], 'decline', { service: 'use-1' }],
    [['acme'], 'services', undefined],
  ] as const)(
    'may be in other hands: to a token of the fleets %j the provider is asked for no %s',
    async (fleets, what, body) => {
      const token = api.tokenFor('operate', fleets);
      const sent = body ? { token, body } : { token };
      const answer = await api.call(body ? 'POST' : 'GET', `/v1/parkings/NO-AA12345/${what}`, sent);
      expect([answer.status, answer.body.code]).toEqual([409, 'PARKING_ENDED']);
      expect(asked).toEqual([]);
    },
  );

  test('is still asked for by who sees every fleet', async () => {
    const answer = await api.call('GET', '/v1/parkings/NO-AA12345/services');
    expect([answer.status, asked]).toMatchObject([200, [['services', { plate: PLATE }]]]);
  });
});

test('a gateway without a credential for parking says so', async () => {
  const api = await startApi(new ActivationsDouble().asActivations);
  const { status, body } = await api.call('GET', '/v1/parkings/NO-AA12345');
  await api.close();
  expect([status, body]).toMatchObject([404, { code: 'PARKING_OFF' }]);
});
