import { VinError } from '../../../src/base/errors';
import { loadCatalogue } from '../../../src/catalogue/catalogue';
import type { Application } from '../../../src/domain/application';
import { makeToken } from '../../../src/gateway/api/tokens';
import { otonomo } from '../../../src/providers/otonomo/profile';
import { ActivationsDouble, VIN } from './activations-double';
import { type RunningApi, startApi } from './support';

const OTONOMO: Application = { provider: 'otonomo', application: 'default' };
const ABSENT: Application = { provider: 'otonomo', application: 'elsewhere' };
const KEY = 'otonomo:default';
const OWN = 'high-mobility:default';

let here: ActivationsDouble;
let there: ActivationsDouble;
let api: RunningApi;
beforeEach(async () => {
  here = new ActivationsDouble();
  there = new ActivationsDouble();
  const other = {
    app: OTONOMO,
    activations: there.asActivations,
    catalogue: loadCatalogue(undefined, undefined, otonomo),
    checkVehicle: otonomo.checkVehicle,
  };
  api = await startApi(here.asActivations, { others: [other] });
});
afterEach(() => api.close());

const both = () => api.tokenFor('operate', ['acme'], null, [OTONOMO, ABSENT]);
const startsOf = ({ asked }: ActivationsDouble) => asked.filter(({ method }) => method === 'start').length;

describe('a request that names an application', () => {
  test.each([[KEY], ['otonomo']])('is one of that application: %s', async (named) => {
    const token = both();
    const started = await api.call('POST', `/v1/activations?application=${named}`, {
      body: { vin: VIN, brand: 'bmw' },
      token,
    });
    expect([started.status, startsOf(here), startsOf(there)]).toEqual([202, 0, 1]);
    expect(started.headers['location']).toBe(`/v1/activations/${VIN}?application=${KEY}`);
    const [read, list, told] = [
      await api.call('GET', `/v1/activations/${VIN}?application=${named}`, { token }),
      await api.call('GET', `/v1/activations?limit=5&application=${named}`, { token }),
      await api.call('POST', `/v1/activations/${VIN}/retry?application=${named}`, { token, body: {} }),
    ];
    expect([read.status, list.status, told.status]).toEqual([200, 200, 200]);
    expect(here.asked).toEqual([]);
  });

  test('is held to its own rules: the length of an identifier, and its brands', async () => {
    const vehicle = { vin: VIN.slice(0, 16), brand: 'bmw' };
    const ask = (query: string) =>
      api.call('POST', `/v1/activations${query}`, { body: vehicle, token: both() });
    expect((await ask('')).body).toMatchObject({ status: 422, errors: [{ code: 'VIN_INVALID' }] });
    expect((await ask(`?application=${KEY}`)).status).toBe(202);
  });

  test('that the token does not have is refused, whether there is such a one or not', async () => {
    const token = api.tokenFor('operate', ['acme']);
    for (const named of [KEY, 'otonomo:nobody']) {
      const { status, body } = await api.call('GET', `/v1/activations?application=${named}`, { token });
      expect([status, body]).toMatchObject([403, { code: 'APPLICATION_FORBIDDEN' }]);
      expect(body.detail).toContain(named);
    }
    const own = await api.call('GET', `/v1/activations?application=${OWN}`, { token });
    expect(own.status).toBe(200);
  });

  test('that this gateway does not serve is told to those whose it is', async () => {
    const { status, body } = await api.call('GET', '/v1/activations?application=otonomo:elsewhere', {
      token: both(),
    });
    expect([status, body]).toMatchObject([403, { code: 'APPLICATION_OFF' }]);
  });

  test('is started at where the own application of the token is not served: nothing is judged behind the act', async () => {
    const wish = { name: 'moved', role: 'operate', fleets: ['acme'], expiresAt: null } as const;
    const { text, token } = makeToken({ ...wish, ...ABSENT, others: [OTONOMO] }, Date.now());
    api.tokens.push(token);
    const answer = await api.call('POST', `/v1/activations?application=${KEY}`, {
      body: { vin: VIN, brand: 'bmw' },
      token: text,
    });
    expect([answer.status, startsOf(there)]).toEqual([202, 1]);
    expect(answer.headers['location']).toBe(`/v1/activations/${VIN}?application=${KEY}`);
  });

  test.each([['OTONOMO'], ['a:b:c'], [''], [`${KEY}&application=${KEY}`]])(
    'by a word that can be none is refused: %j',
    async (named) => {
      const { status, body } = await api.call('GET', `/v1/activations?application=${named}`, {
        token: both(),
      });
      expect([status, body]).toMatchObject([422, { errors: [{ parameter: 'application' }] }]);
    },
  );
});

describe('a vehicle that is started at several applications', () => {
  const start = (body: object, token = both()) =>
    api.call('POST', '/v1/activations', { body: { vin: VIN, brand: 'bmw', ...body }, token });

  test('starts at each, and is told what came of each', async () => {
    there.active.add(VIN);
    const { status, body, headers } = await start({ applications: [OWN, 'otonomo'] });
    expect([status, body]).toMatchObject([
      202,
      {
        outcome: 'started',
        next: null,
        elsewhere: [{ application: KEY, outcome: 'already-active', next: null, problem: null }],
      },
    ]);
    expect(headers['location']).toBe(`/v1/activations/${VIN}`);
    const again = await start({ applications: [OWN, KEY] });
    expect(again.body).toMatchObject({
      outcome: 'already-active',
      elsewhere: [{ outcome: 'already-active' }],
    });
  });

  test('has the first that is named told of, also where it is not the own one of the token', async () => {
    const { body, headers } = await start({ applications: [KEY] });
    expect([body.outcome, body.elsewhere, startsOf(here), startsOf(there)]).toEqual(['started', [], 0, 1]);
    expect(headers['location']).toBe(`/v1/activations/${VIN}?application=${KEY}`);
  });

  test('which one of them refuses stays started at the first, and the same again starts what is missing', async () => {
    there.failure = new VinError('VIN_NOT_AVAILABLE', `${VIN} cannot be started`, 'Ask.', { vin: VIN });
    const half = await start({ applications: [OWN, KEY] });
    expect(half.body).toMatchObject({
      outcome: 'started',
      next: expect.stringContaining(KEY),
      elsewhere: [
        { application: KEY, outcome: 'refused', problem: { code: 'VIN_NOT_AVAILABLE', status: 409 } },
      ],
    });
    there.failure = null;
    const whole = await start({ applications: [OWN, KEY] });
    expect(whole.body).toMatchObject({
      outcome: 'already-active',
      next: null,
      elsewhere: [{ outcome: 'started' }],
    });
  });

  test('is started nowhere where one of them cannot take it', async () => {
    const short = { vin: VIN.slice(0, 16), applications: [KEY, OWN] };
    expect((await start(short)).body).toMatchObject({ code: 'REQUEST_INVALID' });
    const forbidden = await start({ applications: [OWN, KEY] }, api.tokenFor('operate', ['acme']));
    expect(forbidden.body).toMatchObject({ status: 403, code: 'APPLICATION_FORBIDDEN' });
    expect([here.asked, there.asked]).toEqual([[], []]);
  });

  test.each([
    ['twice the same', { applications: [KEY, 'otonomo'] }, '#/applications'],
    ['none', { applications: [] }, '#/applications'],
    ['a word that can be none', { applications: ['Otonomo!'] }, '#/applications/0'],
    [
      'without a VIN',
      { vin: undefined, brand: undefined, plate: 'NO-AA12345', applications: [KEY] },
      '#/applications',
    ],
  ])('is refused with %s', async (_what, body, where) => {
    const { status, body: said } = await start(body);
    expect(status).toBe(422);
    expect(said.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain(where);
  });

  test('is counted in a batch, item by item', async () => {
    there.active.add('WBA8E9G50GNT00002');
    const items = [
      { vin: VIN, brand: 'bmw', applications: [OWN, KEY] },
      { vin: 'WBA8E9G50GNT00002', brand: 'bmw', applications: [OWN, KEY] },
      { vin: 'WBA8E9G50GNT00003', brand: 'bmw', applications: [OWN, 'otonomo:nobody'] },
    ];
    const { body } = await api.call('POST', '/v1/activations/batch', { body: items, token: both() });
    expect(body).toMatchObject({ started: 2, refused: 1, startedElsewhere: 1, refusedElsewhere: 0 });
    expect(body.results).toMatchObject([
      { outcome: 'started', elsewhere: [{ application: KEY, outcome: 'started' }] },
      { outcome: 'started', elsewhere: [{ application: KEY, outcome: 'already-active' }] },
      { outcome: 'refused', problem: { code: 'APPLICATION_FORBIDDEN' } },
    ]);
  });

  test('takes from the share of the token at each of them', async () => {
    const share = { waits: 9, batches: 9, starts: 1, checks: 9, calls: 1_000 };
    const other = { app: OTONOMO, activations: there.asActivations };
    const narrow = await startApi(here.asActivations, { others: [other], share, holdFor: 0 });
    try {
      const token = narrow.tokenFor('operate', ['acme'], null, [OTONOMO]);
      const body = { vin: VIN, brand: 'bmw', applications: [OWN, KEY] };
      const { body: said } = await narrow.call('POST', '/v1/activations', { body, token });
      expect(said).toMatchObject({
        outcome: 'started',
        elsewhere: [{ outcome: 'refused', problem: { code: 'TOO_MANY_REQUESTS' } }],
      });
      expect(startsOf(there)).toBe(0);
    } finally {
      await narrow.close();
    }
  });
});

test('what was started is told, also where it cannot be read any more', async () => {
  here.looking = async () => {
    throw new VinError('TEMPORAL_UNREACHABLE', 'No answer', 'Wait.');
  };
  const answer = await api.call('POST', '/v1/activations', {
    body: { vin: VIN, brand: 'bmw' },
    token: both(),
  });
  expect([answer.status, answer.body]).toMatchObject([202, { outcome: 'started', activation: null }]);
});
