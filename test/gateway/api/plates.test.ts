import type { Fleets } from '../../../src/activations/search';
import { VinError } from '../../../src/base/errors';
import { type Plate, plateText } from '../../../src/domain/plate';
import type { Parkings } from '../../../src/parkings/parkings';
import type { Payments } from '../../../src/parkings/payments';
import { ActivationsDouble, VIN } from './activations-double';
import { type RunningApi, startApi } from './support';

const OTHER = 'WBA8E9G50GNT00002';
const PLATE = { country: 'NO', number: 'AA12345', subdivision: null };
const TAKEN = 'NO-TAKEN1';

/** Parkings in memory: one plate is somebody else's. */
class ParkingsDouble {
  readonly added: { readonly fleets: Fleets; readonly vehicle: object; readonly by: unknown }[] = [];
  readonly there = new Set<string>();
  /** Thrown by the next addition. */
  failure: unknown = null;

  of(fleets: Fleets): Parkings {
    return {
      forFleets: (limit: Fleets) => this.of(limit),
      add: async (vehicle: { plate: Plate }, _policy: unknown, { by }: { by: unknown }) => {
        if (this.failure) throw this.failure;
        const text = plateText(vehicle.plate);
        if (text === TAKEN) throw new VinError('PLATE_TAKEN', `${TAKEN} is the plate of another`, 'Compare.');
        this.added.push({ fleets, vehicle, by });
        const outcome = this.there.has(text) ? 'already' : 'added';
        this.there.add(text);
        return { outcome };
      },
    } as unknown as Parkings;
  }
}

function surroundings(parkings: ParkingsDouble) {
  const policy = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };
  return { parkings: parkings.of('*'), payments: {} as Payments, policy };
}

let activations: ActivationsDouble;
let parkings: ParkingsDouble;
let api: RunningApi;
beforeEach(async () => {
  activations = new ActivationsDouble();
  parkings = new ParkingsDouble();
  api = await startApi(activations.asActivations, { parking: surroundings(parkings) });
});
afterEach(() => api.close());

describe('a vehicle that is started with its plate', () => {
  const start = (body: object, token = api.tokenFor('operate', ['acme'])) =>
    api.call('POST', '/v1/activations', { body: { vin: VIN, brand: 'bmw', ...body }, token });
  const startMany = (body: object[], token = api.tokenFor('operate', ['acme'])) =>
    api.call('POST', '/v1/activations/batch', { body, token });
  const startsOfData = () => activations.asked.filter(({ method }) => method === 'start').length;

  test.each([[{ plate: 'no aa-123.45' }], [{ plate: 'AA 12345', country: 'no' }]])(
    'has data and parking by one order, in the fleet of the token: %j',
    async (words) => {
      const { status, body } = await start({ ...words, externalId: 'our-1' });
      expect([status, body]).toMatchObject([
        202,
        {
          outcome: 'started',
          next: null,
          parking: { plate: 'NO-AA12345', outcome: 'started', problem: null },
        },
      ]);
      const vehicle = { plate: PLATE, vin: VIN, fleet: 'acme', externalId: 'our-1' };
      expect(parkings.added).toEqual([{ fleets: ['acme'], vehicle, by: 'operate of acme' }]);
    },
  );

  test('has a plate with its subdivision apart', async () => {
    const { body } = await start({ plate: 'BB 123', country: 'DE', subdivision: 'B' });
    expect(body.parking).toMatchObject({ plate: 'DE-BBB123', outcome: 'started' });
  });

  test('is asked for again, and nothing starts twice', async () => {
    await start({ plate: 'NO-AA12345' });
    const { body } = await start({ plate: 'NO-AA12345' });
    expect(body).toMatchObject({ outcome: 'already-active', parking: { outcome: 'already-active' } });
  });

  test('whose plate is that of others has its data, and is told what was not started', async () => {
    const { status, body } = await start({ plate: TAKEN });
    expect([status, body]).toMatchObject([
      202,
      {
        outcome: 'started',
        next: expect.stringContaining('its parking was not started'),
        parking: { plate: TAKEN, outcome: 'refused', problem: { code: 'PLATE_TAKEN', status: 409 } },
      },
    ]);
  });

  test('whose VIN is held by others is seen in the log', async () => {
    parkings.failure = new VinError('VIN_NOT_AVAILABLE', 'It cannot be had', 'Compare.');
    await start({ plate: 'NO-AA12345' });
    expect(api.logged.join('\n')).toContain('start of a held vehicle');
  });

  test('whose parking failed once is sent again: only what is missing is started', async () => {
    parkings.failure = new Error('the connection is gone');
    const half = await start({ plate: 'NO-AA12345' });
    expect(half.body).toMatchObject({
      outcome: 'started',
      parking: { outcome: 'refused', problem: { code: 'UNEXPECTED' } },
    });
    expect(half.text).not.toContain('the connection is gone');
    parkings.failure = null;
    const whole = await start({ plate: 'NO-AA12345' });
    expect(whole.body).toMatchObject({
      outcome: 'already-active',
      next: null,
      parking: { outcome: 'started' },
    });
  });

  test.each(['leaving', 'starts-again'] as const)('and is %s has no parking that begins', async (outcome) => {
    activations.active.add(VIN);
    activations.started = outcome;
    const { body } = await start({ plate: 'NO-AA12345' });
    expect(body).toMatchObject({
      outcome,
      next: expect.stringContaining('send it again once it has left'),
      parking: { plate: 'NO-AA12345', outcome: 'not-started', problem: null },
    });
    expect(parkings.added).toEqual([]);
  });

  test('has no parking in a fleet that is not the token’s, and no data', async () => {
    const { status, body } = await start({ plate: 'NO-AA12345', fleet: 'others' });
    expect([status, body.code]).toEqual([403, 'FLEET_FORBIDDEN']);
    expect([startsOfData(), parkings.added]).toEqual([0, []]);
  });

  test.each([
    [{ plate: 'AA12345' }, '#/plate', 'PLATE_INVALID'],
    [{ plate: 'AA12345', country: 'Norge' }, '#/plate', 'PLATE_INVALID'],
    [{ plate: 'NO-AA12345', country: 'NO' }, '#/plate', 'PLATE_INVALID'],
    [{ country: 'NO' }, '#/country', 'FIELD_INVALID'],
    [{ subdivision: 'HD' }, '#/subdivision', 'FIELD_INVALID'],
  ])('of which %j cannot be read is refused, and nothing is started', async (words, pointer, code) => {
    const { status, body } = await start(words);
    expect([status, body.errors]).toMatchObject([422, [{ pointer, code }]]);
    expect([startsOfData(), parkings.added]).toEqual([0, []]);
  });

  test('is one of many: what is wrong with one row stops no other, and the counts say it', async () => {
    const { status, body } = await startMany([
      { vin: VIN, brand: 'bmw', plate: 'NO-AA12345' },
      { vin: OTHER, brand: 'bmw', plate: TAKEN },
      { vin: 'WBA8E9G50GNT00003', brand: 'bmw', plate: '?' },
      { vin: 'WBA8E9G50GNT00004', brand: 'bmw' },
      { vin: 'WBA8E9G50GNT00005', brand: 'bmw', plate: 'aa 12345', country: 'NO' },
    ]);
    expect([status, body]).toMatchObject([
      202,
      {
        ...{ started: 3, refused: 2, parkingsStarted: 1, parkingsRefused: 1 },
        results: [
          { outcome: 'started', parking: { outcome: 'started' } },
          { outcome: 'started', parking: { outcome: 'refused', problem: { code: 'PLATE_TAKEN' } } },
          { outcome: 'refused', problem: { errors: [{ pointer: '#/2/plate', code: 'PLATE_INVALID' }] } },
          { outcome: 'started', parking: null },
          {
            outcome: 'refused',
            problem: { errors: [{ pointer: '#/4/plate', detail: 'is already item 0' }] },
          },
        ],
      },
    ]);
  });
});

describe('a plate without a VIN', () => {
  const start = (body: object, token = api.tokenFor('operate', ['acme'])) =>
    api.call('POST', '/v1/activations', { body, token });

  test('is parked alone, and the answer says so', async () => {
    const { status, body, headers } = await start({ plate: 'AA 12345', country: 'NO', externalId: 'our-1' });
    expect([status, body, headers['location']]).toEqual([
      202,
      {
        ...{ outcome: 'started', next: null, activation: null, elsewhere: [] },
        warnings: ['There is no VIN: only the parking of NO-AA12345 is started'],
        parking: { plate: 'NO-AA12345', outcome: 'started', problem: null },
      },
      '/v1/parkings/NO-AA12345',
    ]);
    const vehicle = { plate: PLATE, vin: null, fleet: 'acme', externalId: 'our-1' };
    expect(parkings.added).toEqual([{ fleets: ['acme'], vehicle, by: 'operate of acme' }]);
    expect(activations.asked).toEqual([]);
  });

  test('of others is refused as it is', async () => {
    const { status, body } = await start({ plate: TAKEN });
    expect([status, body]).toMatchObject([
      409,
      { code: 'PLATE_TAKEN', next: expect.stringContaining('transfer') },
    ]);
  });

  test.each([
    [
      { brand: 'bmw' },
      '#/vin',
      'is missing: name the vehicle by "vin" and "brand", or its parking alone by "plate"',
    ],
    [{ vin: VIN, plate: 'NO-AA12345' }, '#/brand', 'is missing: data needs it'],
    [{ plate: 'AA12345' }, '#/plate', 'does not begin with its country'],
  ])('is refused where neither it nor a vehicle is named: %j', async (body, pointer, detail) => {
    const reply = await start(body);
    expect([reply.status, reply.body.errors]).toMatchObject([422, [{ pointer, detail }]]);
  });

  test('needs one of the fleets of the token', async () => {
    const token = api.tokenFor('operate', ['acme', 'beta']);
    const without = await start({ plate: 'NO-AA12345' }, token);
    expect([without.status, without.body.errors]).toMatchObject([422, [{ pointer: '#/fleet' }]]);
    const others = await start({ plate: 'NO-AA12345', fleet: 'others' }, token);
    expect([others.status, others.body.code]).toEqual([403, 'FLEET_FORBIDDEN']);
    expect(parkings.added).toEqual([]);
  });

  test('is one of many, each once', async () => {
    const items = [
      { plate: 'NO-AA12345' },
      { plate: 'no aa 12345' },
      { vin: VIN, brand: 'bmw', plate: 'NO-BB1' },
      { plate: TAKEN },
      {},
    ];
    const { body } = await api.call('POST', '/v1/activations/batch', { body: items });
    expect(body).toMatchObject({
      ...{ started: 2, refused: 3, parkingsStarted: 2, parkingsRefused: 0 },
      results: [
        { vin: null, outcome: 'started', parking: { plate: 'NO-AA12345' } },
        { outcome: 'refused', problem: { errors: [{ pointer: '#/1/plate', detail: 'is already item 0' }] } },
        { vin: VIN, outcome: 'started', parking: { plate: 'NO-BB1' } },
        { outcome: 'refused', problem: { code: 'PLATE_TAKEN' } },
        { outcome: 'refused', problem: { errors: [{ pointer: '#/4/vin' }] } },
      ],
    });
  });
});

describe('a gateway without parking', () => {
  test('refuses a plate in words, and starts nothing of that vehicle', async () => {
    const activations = new ActivationsDouble();
    const api = await startApi(activations.asActivations);
    const vehicle = { vin: VIN, brand: 'bmw', plate: 'NO-AA12345' };
    const one = await api.call('POST', '/v1/activations', { body: vehicle });
    const many = await api.call('POST', '/v1/activations/batch', {
      body: [vehicle, { vin: OTHER, brand: 'bmw' }],
    });
    await api.close();
    expect([one.status, one.body.code]).toEqual([404, 'PARKING_OFF']);
    expect(many.body.results).toMatchObject([
      { outcome: 'refused', problem: { code: 'PARKING_OFF', next: expect.stringContaining('VIN_PARKING') } },
      { outcome: 'started', parking: null },
    ]);
    expect(activations.asked.filter(({ method }) => method === 'start')).toHaveLength(1);
  });
});
