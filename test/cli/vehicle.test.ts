import type { Client } from '@temporalio/client';
import { VinError } from '../../src/base/errors';
import { withParking } from '../../src/cli/start-parking';
import type { ListedVehicle } from '../../src/fleet-list/fleet-list';
import type { ParkingListed } from '../../workflows/contract/parking';
import { runVin } from './scripted-vin';

/** A vehicle is one thing to a person: its data at each provider, and its parking. */

const VIN = 'WBA8E9G50GNT00001';
const at = (application: string) => ({
  VIN,
  Provider: application.split(':')[0] as string,
  Application: application.split(':')[1] as string,
  ClearanceStatus: 'approved',
});
const PARKED: ParkingListed = {
  ...{
    provider: 'autopay',
    plate: 'NO-AA12345',
    vin: VIN,
    fleet: 'acme',
    externalId: 'A-1',
    step: 'in-fleet',
  },
  ...{ addedAt: '2026-11-20T10:00:00.000Z', waitingFor: null, nextAt: null, trouble: null },
};

describe('vin status', () => {
  test('shows the data at each other provider, and the parking', async () => {
    const world = { alive: [at('high-mobility:a'), at('otonomo:default')], parkings: [PARKED] };
    const { stdout, error } = await runVin(['status', VIN], world);
    expect(error).toBeNull();
    expect(stdout).toContain('Also at      high-mobility:a: approved');
    expect(stdout).toContain('Also at      otonomo:default: approved');
    expect(stdout).toContain('Parking      NO-AA12345 at autopay: in-fleet, since 2026-11-20T10:00:00Z');
  });

  test('shows a vehicle of which only the parking is known', async () => {
    const { stdout } = await runVin(['status', VIN, '-o', 'json'], { parkings: [PARKED] });
    expect(JSON.parse(stdout)).toMatchObject({ elsewhere: [], parkings: [{ plate: 'NO-AA12345' }] });
  });

  test('of a vehicle that nobody knows says so, and so does that of a plate', async () => {
    expect((await runVin(['status', VIN])).error).toMatchObject({ code: 'ACTIVATION_UNKNOWN' });
    expect((await runVin(['status', 'no aa 12345'])).error).toMatchObject({ code: 'PARKING_UNKNOWN' });
    expect((await runVin(['status', 'what'])).error).toMatchObject({ code: 'VIN_INVALID' });
  });
});

describe('vin amend --plate', () => {
  test('begins the parking of the new plate, and has that of the old one leave: one order', async () => {
    const { stdout, error, methods } = await runVin(['amend', VIN, '--plate', 'no bb 1'], {
      parkings: [PARKED],
    });
    expect(error).toBeNull();
    expect(stdout).toContain('NO-BB1 of acme is added');
    expect(stdout).toContain('NO-AA12345 leaves');
    const changing = methods.filter((name) => /Start|Signal/.test(name));
    expect(changing).toEqual(['StartWorkflowExecution', 'SignalWorkflowExecution']);
  });

  test.each([
    [['--plate', 'BB1'], 'does not begin with its country'],
    [['--plate', 'NO-BB1', '--fleet', 'north'], 'give --plate by itself'],
    [['WBA8E9G50GNT00002', '--plate', 'NO-BB1'], 'that is for one VIN'],
  ])('is refused where it cannot be carried out: %j', async (words, problem) => {
    const { error, stderr, methods } = await runVin(['amend', VIN, ...words]);
    expect(`${error} ${stderr}`).toContain(problem);
    expect(methods).toEqual([]);
  });
});

describe('vin list', () => {
  test('has a line for each parking, in JSON too', async () => {
    const world = { alive: [at('otonomo:default')], parkings: [PARKED] };
    const { stdout } = await runVin(['list', '--fleet', 'acme'], world);
    expect(stdout).toContain('Parking      NO-AA12345 at autopay: in-fleet');
    const { rows } = JSON.parse((await runVin(['list', '-o', 'json'], world)).stdout);
    expect(rows).toMatchObject([
      { vin: VIN, provider: 'otonomo' },
      { kind: 'parking', vin: VIN },
    ]);
  });

  test('asks for no parkings by what only activations have', async () => {
    const { queries } = await runVin(['list', '--status', 'pending'], { parkings: [PARKED] });
    expect(queries.join()).not.toContain("'parking'");
  });
});

describe('a row with a plate', () => {
  const row: ListedVehicle = {
    ...{ vin: VIN, brand: 'bmw', fleet: 'acme', tags: {} },
    plate: { country: 'NO', number: 'AA12345', subdivision: null },
  };

  function temporal(start: () => Promise<unknown> = async () => undefined) {
    const started: unknown[] = [];
    const workflow = {
      start: async (type: string, { workflowId, args }: { workflowId: string; args: unknown[] }) => {
        await start();
        started.push([type, workflowId, args[0]]);
      },
    };
    return { client: { workflow } as unknown as Client, started };
  }

  test('starts the data and the parking of the vehicle', async () => {
    const { client, started } = temporal();
    const data: unknown[] = [];
    const begin = withParking(client, async (vehicle) => {
      data.push(vehicle);
      return { outcome: 'started' };
    });
    expect(await begin(row)).toEqual({ outcome: 'started' });
    expect(data).toEqual([{ vin: VIN, brand: 'bmw', fleet: 'acme', tags: {} }]);
    expect(started).toMatchObject([['parking', 'parking:autopay:NO-AA12345', { vin: VIN, fleet: 'acme' }]]);
  });

  test.each([
    ['leaving', { outcome: 'leaving' }],
    ['ended', { outcome: 'ended' }],
  ] as const)('of a vehicle that is %s starts no parking', async (_, began) => {
    const { client, started } = temporal();
    expect(await withParking(client, async () => began)(row)).toEqual(began);
    expect(started).toEqual([]);
  });

  test('whose parking alone is refused is told why, and what to do: that is no fault of the server', async () => {
    const { client } = temporal(async () => {
      throw new VinError('PLATE_TAKEN', 'NO-AA12345 is the plate of another', 'Compare the plate.');
    });
    const begin = withParking(client, async () => ({ outcome: 'started' }));
    expect(await begin({ ...row, vin: '', onlyParking: true })).toEqual({
      outcome: 'failed',
      problem: 'its parking was not started: NO-AA12345 is the plate of another',
      remedy: 'Compare the plate.',
    });
  });

  test('and no VIN has its parking started for a vehicle that nobody has named', async () => {
    const { client, started } = temporal();
    await withParking(client, async () => ({ outcome: 'started' }))({ ...row, vin: '', onlyParking: true });
    expect(started).toMatchObject([['parking', 'parking:autopay:NO-AA12345', { vin: null, fleet: 'acme' }]]);
  });

  test('that asks for its parking alone starts no data', async () => {
    const { client, started } = temporal();
    const begin = withParking(client, async () => {
      throw new Error('data');
    });
    expect(await begin({ ...row, onlyParking: true })).toEqual({ outcome: 'started' });
    expect(started).toHaveLength(1);
  });
});

describe('vin activate --plate', () => {
  const words = ['activate', VIN, '--brand', 'bmw', '--fleet', 'acme'];
  const startsOf = (methods: readonly string[]) =>
    methods.filter((name) => name === 'StartWorkflowExecution');

  test.each([[['--plate', 'no aa 12345']], [['--plate', 'AA 12345', '--country', 'no']]])(
    'starts data and parking: %j',
    async (plate) => {
      const { stdout, error, methods } = await runVin([...words, ...plate]);
      expect(error).toBeNull();
      expect(stdout).toBe(`${VIN}: activation started\nNO-AA12345: parking started\n`);
      expect(startsOf(methods)).toHaveLength(2);
    },
  );

  test('says in JSON what came of the parking, and nothing of it where no plate is given', async () => {
    const { stdout } = await runVin([...words, '--plate', 'NO-AA12345', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ parking: { plate: 'NO-AA12345', outcome: 'started' } });
    expect(JSON.parse((await runVin([...words, '-o', 'json'])).stdout)).not.toHaveProperty('parking');
  });

  test.each([[['--plate', 'AA12345']], [['--country', 'NO']], [['--plate', 'A?', '--country', 'NO']]])(
    'with a plate that cannot be used starts nothing: %j',
    async (plate) => {
      const { error, methods } = await runVin([...words, ...plate]);
      expect(error).toMatchObject({ code: 'PLATE_INVALID' });
      expect(startsOf(methods)).toEqual([]);
    },
  );
});

describe('vin why', () => {
  test('takes a plate for the vehicle that has it', async () => {
    const { stderr, error } = await runVin(['why', 'no aa 12345'], { parkings: [PARKED] });
    expect(stderr).toContain(`note: NO-AA12345 is the plate of ${VIN}`);
    expect(error).toMatchObject({ code: 'ACTIVATION_UNKNOWN' });
  });

  test('of a plate whose vehicle nobody has said says where its parking is shown', async () => {
    const { error } = await runVin(['why', 'NO-AA12345'], { parkings: [{ ...PARKED, vin: null }] });
    expect(error).toMatchObject({ next: expect.stringContaining('vin parking show NO-AA12345') });
  });
});
