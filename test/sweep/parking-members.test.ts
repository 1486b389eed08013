import { membersInWords } from '../../src/cli/parking-sweep';
import { createParkingSweeper } from '../../src/sweep/parking-sweeper';
import type { AutopaySimulator } from '../../src/trial/simulator/autopay/simulator';
import { MemoryParkings } from './memory-parkings';
import { DAY, MINUTE, registration, start } from './parking-world';

/** Sweeps of vehicles, with the real client against the simulator, and parkings in memory. */

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
