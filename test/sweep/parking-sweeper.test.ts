import { membersInWords } from '../../src/cli/parking-sweep';
import { createAutopay } from '../../src/providers/autopay/client';
import type { Level } from '../../src/providers/parking';
import { createParkingSweeper, type ParkingSweeper } from '../../src/sweep/parking-sweeper';
import {
  type AutopaySimulator,
  type AutopaySimulatorOptions,
  startAutopaySimulator,
} from '../../src/trial/simulator/autopay/simulator';
import type { ParkingChanges } from '../../workflows/contract/parking-sweep';
import { Random } from '../simulation/random';
import { MemoryParkings } from './memory-parkings';

/** Sweeps of stays and of vehicles, with the real client against the simulator, and parkings in memory. */

const MINUTE = 60_000;
const DAY = 86_400_000;
const SEED = Number(process.env['PARKING_SWEEP_SEED'] ?? Date.now() % 1_000_000);
const CREDENTIALS = [
  { clientId: 'north', clientSecret: 'the-secret-of-north', operator: 'operator-1', level: 'enterprise' },
  { clientId: 'south', clientSecret: 'the-secret-of-south', operator: 'operator-2', level: 'enterprise' },
] as const;

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

interface World {
  readonly simulator: AutopaySimulator;
  readonly parkings: MemoryParkings;
  readonly sweeper: ParkingSweeper;
  /** Sweeps as a schedule does: each goes on from the last one that went well. */
  sweep(): Promise<ParkingChanges>;
  readonly last: () => ParkingChanges | undefined;
}

async function start(
  plates: readonly string[],
  options: Partial<AutopaySimulatorOptions> & { levels?: readonly Level[] } = {},
): Promise<World> {
  const { levels = ['medium', 'medium'], ...rest } = options;
  const simulator = await startAutopaySimulator({
    credentials: CREDENTIALS,
    seed: 1,
    tokensADay: 1_000,
    ...rest,
  });
  open.push(simulator);
  const parkings = new MemoryParkings(plates, () => simulator.clock.now());
  const lines = CREDENTIALS.map(({ clientId, clientSecret }, index) => {
    const client = createAutopay({ baseUrl: simulator.url, authUrl: simulator.url, clientId, clientSecret });
    open.unshift(client);
    return { app: { provider: 'autopay', application: clientId }, level: levels[index] ?? 'small', client };
  });
  const sweeper = createParkingSweeper({ provider: 'autopay', lines, parkings });
  let last: ParkingChanges | undefined;
  const sweep = async (): Promise<ParkingChanges> => {
    last = await sweeper.changes({ begun: simulator.clock.now(), read: last?.read ?? {} });
    return last;
  };
  return { simulator, parkings, sweeper, sweep, last: () => last };
}

const registration = (plate: string) => {
  const [country_code = '', license_plate_number = ''] = plate.split('-');
  return { country_code, license_plate_number };
};
const ids = (stays: readonly { readonly id: string }[]) => stays.map(({ id }) => id).sort();

describe('a sweep of what has changed', () => {
  test('tells each parking of its stays, with each credential, and nobody of those of others', async () => {
    const { simulator, parkings, sweep } = await start(['NO-AA1', 'NO-AA2', 'NO-AA3']);
    const one = simulator.use({ plate: registration('NO-AA1') });
    const two = simulator.use({ plate: registration('NO-AA1'), operator: 'operator-2', type: 'TOLL_ROAD' });
    simulator.use({ plate: registration('SE-BBB111') });
    simulator.clock.advance(2 * MINUTE);
    simulator.end(one.id);
    simulator.clock.advance(2 * MINUTE);
    expect(await sweep()).toMatchObject({ signals: 2, unmanaged: 1, untold: 0 });
    expect(ids(parkings.stays('NO-AA1'))).toEqual([one.id, two.id].sort());
    expect(parkings.stays('NO-AA1').find(({ id }) => id === one.id)).toMatchObject({
      cost: { currency: 'NOK' },
      endedAt: expect.any(Number),
    });
    expect(parkings.stays('NO-AA2')).toEqual([]);
  });

  test('begins where the last one ended', async () => {
    const { simulator, sweep } = await start([]);
    const ends: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      simulator.clock.advance(30 * MINUTE);
      const { windows } = await sweep();
      if (count > 0) expect(windows.map(({ from }) => from)).toEqual([ends.at(-1), ends.at(-1)]);
      ends.push(windows[0]?.to ?? '');
    }
  });

  test('after an outage of months asks for spans that the provider takes', async () => {
    const { simulator, parkings, sweep } = await start(['NO-AA1'], { switches: { spanDays: 30 } });
    await sweep();
    const stays: string[] = [];
    for (let week = 0; week < 20; week += 1) {
      simulator.clock.advance(7 * DAY);
      stays.push(simulator.use({ plate: registration('NO-AA1') }).id);
    }
    simulator.clock.advance(2 * MINUTE);
    await sweep();
    expect(ids(parkings.stays('NO-AA1'))).toEqual(stays.sort());
  });

  test.each([1, 2])('begins a list again whose cursor was refused, %d times', async (times) => {
    const { simulator, parkings, sweep } = await start(['NO-AA1'], { switches: { page: 2 } });
    const stays = Array.from({ length: 7 }, () => simulator.use({ plate: registration('NO-AA1') }).id);
    simulator.clock.advance(2 * MINUTE);
    for (let count = 0; count < times; count += 1)
      simulator.setFault({ on: 'updated', kind: 'error', id: 'cursor_decoding_error' });
    expect(await sweep()).toMatchObject({ signals: 1 });
    expect(ids(parkings.stays('NO-AA1'))).toEqual(stays.sort());
  });

  test('ends where the provider has enough of calls, with its wait, and the next one has the same window', async () => {
    const { simulator, parkings, sweep, last } = await start(['NO-AA1']);
    await sweep();
    const before = last();
    const { id } = simulator.use({ plate: registration('NO-AA1') });
    simulator.clock.advance(30 * MINUTE);
    simulator.setFault({ on: 'updated', kind: 'error', id: 'query_limit_error', status: 500, times: 2 });
    await expect(sweep()).rejects.toMatchObject({ code: 'PROVIDER_RATE_LIMITED', retryAfter: 60_000 });
    expect(last()).toBe(before);
    await sweep();
    expect(ids(parkings.stays('NO-AA1'))).toEqual([id]);
  });

  test('goes on with the others where one credential fails, and reads that one from the same time on', async () => {
    const { simulator, parkings, sweep } = await start(['NO-AA1']);
    const first = await sweep();
    const { id } = simulator.use({ plate: registration('NO-AA1') });
    const other = simulator.use({ plate: registration('NO-AA1'), operator: 'operator-2' });
    simulator.clock.advance(30 * MINUTE);
    simulator.setFault({ on: 'updated', kind: 'error', id: 'internal_server_error', status: 500 });
    const second = await sweep();
    expect(second.windows).toMatchObject([
      { application: 'north', outcome: 'failed', words: expect.stringContaining('internal_server_error') },
      { application: 'south', outcome: 'read', stays: 1 },
    ]);
    expect(second.read['north']).toBe(first.read['north']);
    expect(ids(parkings.stays('NO-AA1'))).toEqual([other.id]);
    await sweep();
    expect(ids(parkings.stays('NO-AA1'))).toEqual([id, other.id].sort());
  });

  test('says of a credential of level small that it shows nothing, and asks nothing with it', async () => {
    const { simulator, sweep } = await start([], { levels: ['small', 'medium'] });
    const { windows } = await sweep();
    expect(windows.map(({ outcome }) => outcome)).toEqual(['no-level', 'read']);
    expect(simulator.calls.filter(({ call }) => call === 'updated')).toHaveLength(1);
  });

  test('reads its window again where a parking could not be told', async () => {
    const { simulator, parkings, sweep } = await start(['NO-AA1', 'NO-AA2']);
    const { id } = simulator.use({ plate: registration('NO-AA1') });
    simulator.use({ plate: registration('NO-AA2') });
    simulator.clock.advance(30 * MINUTE);
    parkings.deaf.add('NO-AA1');
    expect(await sweep()).toMatchObject({ untold: 1, signals: 1, read: { south: expect.any(Number) } });
    parkings.deaf.clear();
    expect(await sweep()).toMatchObject({ untold: 0 });
    expect(ids(parkings.stays('NO-AA1'))).toEqual([id]);
    expect(parkings.stays('NO-AA2')).toHaveLength(1);
  });

  test('takes a stay from a vehicle whose plate was read wrongly', async () => {
    const { simulator, parkings, sweep } = await start(['NO-AA1', 'NO-AA2']);
    const { id } = simulator.use({ plate: registration('NO-AA1') });
    simulator.clock.advance(30 * MINUTE);
    await sweep();
    simulator.correct(id, registration('NO-AA2'));
    simulator.clock.advance(30 * MINUTE);
    await sweep();
    expect(parkings.stays('NO-AA1')).toEqual([]);
    expect(ids(parkings.stays('NO-AA2'))).toEqual([id]);
  });

  test('over some days with failures of every kind loses nothing and doubles nothing', async () => {
    process.stderr.write(`parking sweep: PARKING_SWEEP_SEED=${SEED}\n`);
    const random = new Random(SEED);
    const plates = Array.from({ length: 30 }, (_, index) => `NO-AA${100 + index}`);
    const { simulator, parkings, sweep } = await start(plates, { switches: { page: 3 } });
    await sweep();
    const running: string[] = [];
    for (let step = 0; step < 60; step += 1) {
      for (let count = random.between(0, 8); count > 0; count -= 1) {
        const operator = random.pick(['operator-1', 'operator-2']);
        running.push(simulator.use({ plate: registration(random.pick(plates)), operator }).id);
        if (random.chance(0.6))
          simulator.end(running.splice(random.between(0, running.length - 1), 1)[0] ?? '');
        simulator.clock.advance(random.between(0, 10) * MINUTE);
      }
      if (random.chance(0.4)) {
        const id = random.pick(['cursor_decoding_error', 'query_limit_error', 'server_communication_error']);
        simulator.setFault({ on: 'updated', kind: 'error', id, times: random.between(1, 4) });
      }
      if (random.chance(0.2)) parkings.deaf.add(random.pick(plates));
      // A failure ends it, and the next one goes on where the last good one ended.
      await sweep().catch(() => undefined);
      if (random.chance(0.5)) parkings.deaf.clear();
    }
    simulator.clearFaults();
    parkings.deaf.clear();
    simulator.clock.advance(5 * MINUTE);
    await sweep();
    for (const plate of plates) {
      const own = simulator.fleet().uses.filter((use) => `NO-${use.plate.license_plate_number}` === plate);
      const told = parkings.stays(plate);
      expect(ids(told)).toEqual(ids(own));
      for (const use of own) {
        const ended = use.endedAt === null ? null : Math.floor(use.endedAt / 1_000) * 1_000;
        expect(told.find(({ id }) => id === use.id)?.endedAt).toBe(ended);
      }
    }
  });
});

describe('a comparison with the list of vehicles', () => {
  test('tells a parking whose plate has vanished, which looks for itself, and names what has no parking', async () => {
    const { simulator, parkings, sweeper } = await start(['NO-AA1', 'NO-AA2'], {
      levels: ['small', 'small'],
    });
    simulator.fleet().add(registration('NO-AA1'));
    simulator.fleet().add(registration('SE-BBB111'));
    const summary = await sweeper.members({ begun: simulator.clock.now() });
    expect(summary).toMatchObject({
      ...{ listed: 2, parkings: 2, untold: 0 },
      vanished: { count: 1, first: [{ plate: 'NO-AA2' }] },
      unmanaged: { count: 1, first: [{ plate: 'SE-BBB111' }] },
    });
    expect(parkings.states.get('NO-AA2')?.inFlight).toEqual({ type: 'look' });
    expect(parkings.states.get('NO-AA1')?.inFlight).toBeNull();
    const absent = (at: number) => parkings.hear('NO-AA2', { type: 'looked', at, member: null });
    absent(simulator.clock.now());
    expect(parkings.notices).toEqual([]);
    absent(simulator.clock.now() + 10 * MINUTE);
    expect(parkings.notices).toMatchObject([{ kind: 'drift' }]);
  });

  test('calls nothing gone that a row may be which cannot be read, and says of how many it knows nothing', async () => {
    const parkings = new MemoryParkings(['NO-AA1', 'NO-AA2', 'DE-HDAA3'], () => 0);
    const sweepOf = (unread: readonly (string | null)[]) => {
      const vehicles = async () => ({ vehicles: [], unread });
      const client = { vehicles, updated: async () => undefined };
      const app = { provider: 'autopay', application: 'default' };
      const sweeper = createParkingSweeper({
        provider: 'autopay',
        lines: [{ app, level: 'small', client }],
        parkings,
      });
      return sweeper.members({ begun: 0 });
    };
    const { signals } = parkings;
    const any = await sweepOf([null]);
    expect(any).toMatchObject({ unread: { rows: 1, parkings: 3 }, vanished: { count: 0 } });
    expect(any).not.toHaveProperty('doubted');
    expect(membersInWords(any)).toContain('cannot be read: 1. Of 3 parkings it is not known');
    expect(parkings.signals).toBe(signals);
    // By its number it may be one, whatever stands in front of it; and none of the others.
    const one = await sweepOf(['AA3', 'aa 2', 'ZZ9']);
    expect(one).toMatchObject({ unread: { rows: 3, parkings: 2 } });
    expect(parkings.states.get('NO-AA2')?.inFlight).toBeNull();
  });

  test('is one call, whatever the fleet has, and asks nothing of a parking that leaves', async () => {
    const { simulator, parkings, sweeper } = await start(['NO-AA1']);
    parkings.hear('NO-AA1', { type: 'leave-asked', at: simulator.clock.now(), by: null, reason: null });
    const { signals } = parkings;
    expect(await sweeper.members({ begun: simulator.clock.now() })).toMatchObject({ vanished: { count: 0 } });
    expect(parkings.signals).toBe(signals);
    expect(simulator.calls.map(({ call }) => call)).toEqual(['token', 'vehicles']);
  });

  describe('of a list that was cut', () => {
    const fleet = Array.from({ length: 40 }, (_, index) => `NO-AB${10_000 + index}`);
    const cutTo = (simulator: AutopaySimulator, count: number): void => {
      for (const plate of fleet) simulator.fleet().remove(registration(plate));
      for (const plate of fleet.slice(0, count)) simulator.fleet().add(registration(plate));
    };

    test.each([
      [0, 40],
      [20, 20],
    ])('calls nothing drift: %i of 40 are left', async (left, doubted) => {
      const { simulator, parkings, sweeper } = await start(fleet);
      cutTo(simulator, left);
      const { signals } = parkings;
      const begun = simulator.clock.now();
      expect(await sweeper.members({ begun })).toMatchObject({ doubted, vanished: { count: 0, first: [] } });
      // The same list once more is no second word.
      expect(await sweeper.members({ begun: begun + MINUTE })).toMatchObject({ doubted });
      expect(parkings.signals).toBe(signals);
    });

    test('believes it where a list of later says the same', async () => {
      const { simulator, parkings, sweeper } = await start(fleet);
      cutTo(simulator, 20);
      const begun = simulator.clock.now();
      await sweeper.members({ begun });
      const summary = await sweeper.members({ begun: begun + DAY });
      expect(summary).toMatchObject({ vanished: { count: 20 } });
      expect(summary).not.toHaveProperty('doubted');
      expect(parkings.states.get('NO-AB10039')?.inFlight).toEqual({ type: 'look' });
    });

    test('forgets its doubt with the next whole list, and a few that are gone are told at once', async () => {
      const { simulator, sweeper } = await start(fleet);
      cutTo(simulator, 20);
      const begun = simulator.clock.now();
      await sweeper.members({ begun });
      cutTo(simulator, 37);
      expect(await sweeper.members({ begun: begun + DAY })).toMatchObject({ vanished: { count: 3 } });
      cutTo(simulator, 20);
      expect(await sweeper.members({ begun: begun + 2 * DAY })).toMatchObject({ doubted: 20 });
    });
  });

  test('fails where the list cannot be read: then nobody is told anything', async () => {
    const { simulator, parkings, sweeper } = await start(['NO-AA1']);
    const { signals } = parkings;
    simulator.setFault({ on: 'vehicles', kind: 'error', id: 'fleet_vehicle_get_error', status: 500 });
    await expect(sweeper.members({ begun: simulator.clock.now() })).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    });
    expect(parkings.signals).toBe(signals);
  });
});
