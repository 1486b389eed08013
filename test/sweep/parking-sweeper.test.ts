import { Random } from '../simulation/random';
import { DAY, ids, MINUTE, registration, start } from './parking-world';

/** Sweeps of stays, with the real client against the simulator, and parkings in memory. */

const SEED = Number(process.env['PARKING_SWEEP_SEED'] ?? Date.now() % 1_000_000);

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
