import { createParkingActivities, type ParkingLine } from '../../activities/parking';
import { sharedReading } from '../../activities/shared-reading';
import { createAutopay } from '../../src/providers/autopay/client';
import { readVehicles } from '../../src/providers/autopay/services';
import type { ParkingClient } from '../../src/providers/parking';
import { type AutopaySimulator, startAutopaySimulator } from '../../src/trial/simulator/autopay/simulator';
import type { Told } from '../../workflows/contract/parking';

const PLATE = { country: 'NO', number: 'AA12345', subdivision: null };
const SHOWN = { license_plate_number: 'AA12345', country_code: 'NO' };
const AT = { provider: 'autopay', plate: PLATE };
const LEVELS = ['medium', 'enterprise', 'small'] as const;

/** With the simulator, and a credential of each level. */
describe('the activities of a parking', () => {
  let autopay: AutopaySimulator;
  let lines: ParkingLine[];
  let told: Told[];
  let activities: ReturnType<typeof createParkingActivities>;
  const span = () => ({ from: autopay.clock.now() - 86_400_000, to: autopay.clock.now() + 1_000 });

  beforeEach(async () => {
    autopay = await startAutopaySimulator({
      seed: 1,
      credentials: LEVELS.map((level, index) => ({
        clientId: level,
        clientSecret: `the-secret-of-${level}`,
        operator: `operator-${index + 1}`,
        level,
      })),
    });
    lines = LEVELS.map((level) => ({
      app: { provider: 'autopay', application: level },
      client: createAutopay({
        baseUrl: autopay.url,
        authUrl: autopay.url,
        clientId: level,
        clientSecret: `the-secret-of-${level}`,
      }),
      level,
      operator: null,
    }));
    told = [];
    activities = createParkingActivities({
      lines,
      tell: async (_at, what) => void told.push(what),
      beat: () => undefined,
    });
  });
  afterEach(async () => {
    for (const { client } of lines) await client.close();
    await autopay.close();
  });

  const used = (operator: string) => {
    const use = autopay.use({ plate: SHOWN, operator });
    autopay.end(use.id);
    return use;
  };

  test('vehicles are added, detached and removed with the first credential alone', async () => {
    await activities.addParking(AT);
    await activities.detachParking(AT);
    expect(await activities.findParking(AT)).toEqual({ addedAt: expect.any(Number) });
    await activities.removeParking(AT);
    expect(await activities.findParking(AT)).toBeNull();
    expect(Object.keys(autopay.tokens())).toEqual(['medium']);
  });

  test.each([
    ['AA12345', 'Norway'],
    ['aa 12345', null],
    ['AA123\uFFFD5', 'NO'],
    [null, 'NO'],
  ])(
    'a plate that a row may be which cannot be read is neither there nor absent: %j of %j',
    async (...row) => {
      const [license_plate_number, country_code] = row;
      const unread = [
        { license_plate_number: 'ZZ99999', country_code: '?' },
        { license_plate_number, country_code },
      ];
      const list = async () => readVehicles(unread, () => undefined);
      const client = { vehicles: list } as unknown as ParkingClient;
      const [line] = lines as [ParkingLine];
      const odd = createParkingActivities({
        lines: [{ ...line, client }],
        tell: async () => undefined,
        beat: () => undefined,
      });
      await expect(odd.findParking(AT)).rejects.toMatchObject({
        type: 'PROVIDER_BAD_REPLY',
        message: expect.stringContaining('may be NO-AA12345: whether it is there is not known'),
      });
      // One that can be read beside it counts, and one that no such row can be is absent.
      unread.push(SHOWN);
      expect(await odd.findParking(AT)).toEqual({ addedAt: null });
      unread.splice(1);
      expect(await odd.findParking(AT)).toBeNull();
    },
  );

  test('payments are locked with every credential that has the level, and what has not is said', async () => {
    const [one, other] = [used('operator-1'), used('operator-2')];
    const locked = await activities.lockPayments({ ...AT, ...span() });
    expect(locked).toMatchObject([
      { application: 'medium', outcome: 'locked', locked: [{ id: one.id }], unlocked: [] },
      { application: 'enterprise', outcome: 'locked', locked: [{ id: other.id }] },
      { application: 'small', outcome: 'no-level', words: expect.stringContaining('level small') },
    ]);
    expect(autopay.calls.filter(({ status }) => status === 403)).toEqual([]);
  });

  test('what the answer does not list as locked is read again, and named', async () => {
    autopay.switch({ unlisted: 1 });
    const use = used('operator-1');
    const [first] = await activities.lockPayments({ ...AT, ...span() });
    expect(first).toMatchObject({ locked: [], unlocked: [{ id: use.id }] });
  });

  test('a 403 of a credential that should have the level is no missing level: its words are told', async () => {
    autopay.setFault({ on: 'lock', kind: 'error', id: 'forbidden', status: 403 });
    await expect(activities.lockPayments({ ...AT, ...span() })).rejects.toMatchObject({
      type: 'PROVIDER_FORBIDDEN',
      message: expect.stringContaining('forbidden: As the simulator was told.'),
    });
  });

  test('of thousands of payments some are named and the others counted: an answer of 2 MB would end in nothing', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({
      ...{ id: `use-${index}`, plate: PLATE, facility: null, zone: null, product: null, type: 'TOLL_ROAD' },
      ...{ startedAt: index, endedAt: index, cost: null, operator: null, invoicing: null, data: {} },
    }));
    const client = { lock: async () => many, servicesOf: async () => many } as unknown as ParkingClient;
    const app = { provider: 'autopay', application: 'default' };
    const busy = createParkingActivities({
      lines: [{ app, client, level: 'medium', operator: null }],
      tell: async (_at, what) => void told.push(what),
      beat: () => undefined,
    });
    const [locked] = await busy.lockNow({ ...AT, ...span(), by: 'ops' });
    expect((locked?.locked.length ?? 0) + (locked?.leftOut?.locked ?? 0)).toBe(20_000);
    expect(told).toMatchObject([{ note: '20000 payments are locked' }]);
    const [shown] = await busy.showServices({ ...AT, ...span() });
    expect(shown?.words).toContain('too many to be shown');
    for (const one of [locked, shown, told]) expect(JSON.stringify(one).length).toBeLessThan(300_000);
  });

  test('a lock at a return tells the parking of the plate', async () => {
    const use = used('operator-1');
    await activities.lockNow({ ...AT, ...span(), by: 'ops' });
    expect(told).toMatchObject([{ by: 'ops', note: '1 payments are locked', stays: [{ id: use.id }] }]);
  });

  test('what one credential has locked at a return is told, whatever becomes of the others', async () => {
    const use = used('operator-1');
    // The second lock is that of the second credential.
    const [, second] = lines;
    if (!second) throw new Error('there is no second credential');
    await second.client.close();
    const locked = await activities.lockNow({ ...AT, ...span(), by: 'ops' });
    expect(locked).toMatchObject([
      { application: 'medium', outcome: 'locked', locked: [{ id: use.id }] },
      { application: 'enterprise', outcome: 'failed', words: expect.stringContaining('Autopay'), locked: [] },
      { application: 'small', outcome: 'no-level' },
    ]);
    expect(told).toMatchObject([{ note: '1 payments are locked; in vain with enterprise' }]);
    expect(await activities.showServices({ ...AT, ...span() })).toMatchObject([
      { outcome: 'shown', services: [{ id: use.id }] },
      { outcome: 'failed' },
      { outcome: 'no-level' },
    ]);
    // What leaves waits for all of them.
    await expect(activities.lockPayments({ ...AT, ...span() })).rejects.toThrow('Autopay');
  });

  test('where no credential could ask at a return, that is the outcome, and nothing is told', async () => {
    autopay.setFault({ on: 'lock', kind: 'error', id: 'query_limit_error', times: 'always' });
    const failed = activities.lockNow({ ...AT, ...span(), by: 'ops' });
    await expect(failed).rejects.toMatchObject({ type: 'PROVIDER_RATE_LIMITED' });
    expect(told).toEqual([]);
  });

  test('a service of before the plate came is not declined for who has it now', async () => {
    const use = used('operator-1');
    const asked = { provider: 'autopay', id: use.id, by: null, plate: PLATE };
    const late = activities.declineNow({ ...asked, since: autopay.clock.now() + 60_000 });
    await expect(late).rejects.toMatchObject({ type: 'SERVICE_UNKNOWN' });
    expect(use.isDeclined).toBe(false);
  });

  test('a service is declined with the credential that shows it, and only where it is of the plate that is meant', async () => {
    const use = used('operator-2');
    const other = { ...PLATE, number: 'ZZ99999' };
    const asked = { provider: 'autopay', id: use.id, by: null };
    await expect(activities.declineNow({ ...asked, plate: other })).rejects.toMatchObject({
      type: 'SERVICE_UNKNOWN',
    });
    expect(await activities.declineNow({ ...asked, plate: PLATE })).toMatchObject({
      application: 'enterprise',
    });
    expect(use.isDeclined).toBe(true);
  });

  test('one that cannot be declined holds up no other, and is named', async () => {
    const use = used('operator-1');
    const words = await activities.declineServices({
      ...AT,
      from: [{ application: 'medium', ids: ['nobody-knows', use.id] }],
    });
    expect(words).toContain('nobody-knows');
    expect(use.isDeclined).toBe(true);
  });
});

test('who asks while a reading is under way gets the next one, which is one for all of them', async () => {
  const open: ((value: number) => void)[] = [];
  const read = sharedReading(() => new Promise<number>((resolve) => open.push(resolve)));
  const first = read();
  const [second, third] = [read(), read()];
  expect(open).toHaveLength(1);
  open[0]?.(1);
  expect(await first).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(open).toHaveLength(2);
  open[1]?.(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
});

test('a reading that fails fails for those who waited for it, and the next one is a new one', async () => {
  let count = 0;
  const read = sharedReading(async () => {
    count += 1;
    if (count === 1) throw new Error('broke off');
    return count;
  });
  await expect(read()).rejects.toThrow('broke off');
  expect(await read()).toBe(2);
});
