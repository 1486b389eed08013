import { countDays, countedSince, isKept } from '../../src/days/count';
import type { OpenParking } from '../../src/snapshot/parkings';
import { readEnded, readSnapshot } from '../../src/snapshot/read-snapshot';
import type { OpenDefleeting, Snapshot } from '../../src/snapshot/snapshot';
import type { DayCounted } from '../../workflows/contract/days';
import { activationInList, type Listed } from '../snapshot/executions';

const NOON = Date.parse('2026-03-31T12:00:00.000Z');
const TODAY = Date.parse('2026-03-31T00:00:00.000Z');
const BEFORE = Date.parse('2026-03-30T00:00:00.000Z');
const NIGHT = Date.parse('2026-03-31T00:05:00.000Z');
const APP = 'high-mobility:default';

const snapshotOf = (listed: readonly Listed[], at: number): Promise<Snapshot> =>
  readSnapshot(async () => ({ executions: listed.map(activationInList), next: null }), { now: () => at });
const endedOf = async (listed: readonly Listed[], since = 0) =>
  readEnded(async () => ({ executions: listed.map(activationInList), next: null }), since);
const NONE = { activations: [], defleetings: [], parkings: [] };

const vin = (number: number): string => `WBA8E9G50GNT0000${number}`;
const approved = (number: number, begunAt: string, approvedAt: string): Listed => ({
  vin: vin(number),
  status: 'approved',
  changedAt: approvedAt,
  memo: { begunAt, approvedAt, step: 'quiet' },
});

const counted = (...days: string[]) =>
  new Map(days.map((day) => [day, { countedAt: `${day}T20:00:00.000Z`, applications: {} }]));

test('a day is counted by what is open at each application, and by what was approved, rejected and ended on it', async () => {
  const snapshot = await snapshotOf(
    [
      approved(1, '2026-03-29T08:00:00.000Z', '2026-03-31T08:00:00.000Z'),
      approved(2, '2026-03-01T08:00:00.000Z', '2026-03-02T08:00:00.000Z'),
      { vin: vin(3), owner: 'driver', reasonKey: 'privacy-mode', startedAt: '2026-03-20T00:00:00.000Z' },
      { vin: vin(4), startedAt: '2026-03-31T11:00:00.000Z' },
      { vin: vin(5), status: 'rejected', reasonSince: '2026-03-31T01:00:00.000Z', owner: 'fleet-manager' },
      { vin: vin(6), application: 'another' },
    ],
    NOON,
  );
  const ended = await endedOf([
    { vin: vin(7), status: 'revoked', ended: ['COMPLETED', '2026-03-31T02:00:00.000Z'] },
    { vin: vin(8), status: 'rejected', ended: ['FAILED', '2026-03-31T03:00:00.000Z'] },
  ]);
  expect(countDays(snapshot, ended, NOON, TODAY)).toEqual([
    {
      day: '2026-03-31',
      at: '2026-03-31T12:00:00.000Z',
      applications: {
        [APP]: {
          stand: {
            open: { approved: 2, pending: 2, rejected: 1 },
            waiting: { driver: 1, 'fleet-manager': 1 },
            // Older than the two days that 85 of 100 took.
            old: 1,
          },
          flow: { approved: 1, rejected: 2, ended: 2, took: [172_800, 172_800, 172_800] },
        },
        'high-mobility:another': {
          stand: { open: { pending: 1 }, waiting: {}, old: 0 },
          flow: { approved: 0, rejected: 0, ended: 0, took: null },
        },
      },
      beside: { parkings: { open: 0, begun: 0, ended: 0 }, defleetings: { open: 0, begun: 0, ended: 0 } },
    },
  ]);
});

test('parkings and vehicles that leave are counted as well: open, begun and ended on that day', async () => {
  const today = '2026-03-31T08:00:00.000Z';
  const before = '2026-03-01T08:00:00.000Z';
  const parking = (plate: string, addedAt: string | null, endedAt: string | null = null) =>
    ({ plate, addedAt, endedAt }) as OpenParking;
  const leaving = (askedAt: string, endedAt: string | null = null) =>
    ({ askedAt, endedAt }) as OpenDefleeting;
  const snapshot = {
    ...(await snapshotOf([], NOON)),
    parkings: [parking('NO-A', today), parking('NO-B', before), parking('NO-C', null)],
    defleetings: [leaving(before), leaving(today)],
  };
  const ended = {
    ...NONE,
    parkings: [parking('NO-D', today, today), parking('NO-E', before, '2026-03-30T23:00:00.000Z')],
    defleetings: [leaving(before, today)],
  };
  const [settled, now] = countDays(snapshot, ended, NOON, BEFORE);
  expect(now?.beside).toEqual({
    parkings: { open: 3, begun: 2, ended: 1 },
    defleetings: { open: 2, begun: 1, ended: 1 },
  });
  expect(settled).not.toHaveProperty('beside');
});

test('what happened on the day before is settled, after its last count', async () => {
  const late = '2026-03-30T23:58:00.000Z';
  const snapshot = await snapshotOf([approved(1, '2026-03-29T23:58:00.000Z', late)], NIGHT);
  const ended = await endedOf([{ vin: vin(2), status: 'revoked', ended: ['COMPLETED', late] }]);
  const [before, today] = countDays(snapshot, ended, NIGHT, BEFORE);
  expect(before).toMatchObject({
    day: '2026-03-30',
    applications: { [APP]: { flow: { approved: 1, rejected: 0, ended: 1, took: [86_400, 86_400, 86_400] } } },
  });
  expect(before?.applications[APP]?.stand).toBeUndefined();
  expect(today).toMatchObject({
    day: '2026-03-31',
    applications: { [APP]: { stand: { open: { approved: 1 } }, flow: { approved: 0, ended: 0 } } },
  });
});

test('only what has ended since then is searched for', async () => {
  const queries: string[] = [];
  await readEnded(
    async (query) => {
      queries.push(query);
      return { executions: [], next: null };
    },
    countedSince(NIGHT, counted('2026-03-30')),
  );
  expect(queries).toEqual([
    "WorkflowType IN ('activation', 'defleeting', 'parking') AND ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew' AND CloseTime >= '2026-03-30T00:00:00.000Z'",
  ]);
  expect(countedSince(NOON, new Map())).toBe(TODAY);
});

test('no vehicle is named in what is kept', async () => {
  const snapshot = await snapshotOf(
    [approved(1, '2026-03-29T08:00:00.000Z', '2026-03-31T08:00:00.000Z')],
    NOON,
  );
  expect(JSON.stringify(countDays(snapshot, NONE, NOON, TODAY))).not.toContain('WBA');
});

test('the last day that was counted is settled, whenever a worker comes: in the same night, at noon, after a weekend', () => {
  expect(countedSince(NOON, counted('2026-03-29', '2026-03-30'))).toBe(BEFORE);
  expect(countedSince(NOON, counted('2026-03-28'))).toBe(Date.parse('2026-03-28T00:00:00.000Z'));
  expect(countedSince(NOON, counted('2026-03-20'))).toBe(TODAY);
  // Known by its calls alone: nobody counted.
  expect(countedSince(NOON, new Map([['2026-03-30', { countedAt: null, applications: {} }]]))).toBe(TODAY);
});

test('over the end of a month, and where clocks change: a day is one of UTC', () => {
  const first = Date.parse('2026-04-01T00:30:00.000Z');
  expect(countedSince(first, counted('2026-03-31'))).toBe(TODAY);
  // In Berlin the 29th of March has 23 hours.
  expect(countedSince(Date.parse('2026-03-30T01:00:00.000Z'), counted('2026-03-29'))).toBe(
    Date.parse('2026-03-29T00:00:00.000Z'),
  );
});

test('an application whose last vehicle has ended today has nothing open', async () => {
  const ended = await endedOf([
    { vin: vin(7), status: 'revoked', ended: ['COMPLETED', '2026-03-31T02:00:00.000Z'] },
  ]);
  expect(countDays(await snapshotOf([], NOON), ended, NOON, TODAY)).toMatchObject([
    { applications: { [APP]: { stand: { open: {}, waiting: {}, old: 0 }, flow: { ended: 1 } } } },
  ]);
});

test('what is settled already is not told again', async () => {
  const [before] = countDays(await snapshotOf([], NOON), NONE, NOON, BEFORE);
  const flow = { ended: 0, rejected: 0, approved: 2, took: null };
  const settled = (applications: object) => ({ ...(before as DayCounted), applications }) as DayCounted;
  const kept = new Map([
    ['2026-03-30', { countedAt: '2026-03-30T20:00:00.000Z', applications: { [APP]: { flow } } }],
  ]);
  expect(isKept(settled({}), kept)).toBe(true);
  expect(isKept(settled({ [APP]: { flow: { approved: 2, rejected: 0, ended: 0, took: null } } }), kept)).toBe(
    true,
  );
  expect(isKept(settled({ [APP]: { flow: { approved: 3, rejected: 0, ended: 0, took: null } } }), kept)).toBe(
    false,
  );
});
