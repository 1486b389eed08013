import { reportAsText, reportFor } from '../../src/cli/report';
import { besideOf, trendsOf } from '../../src/days/trend';
import type { CallCounts } from '../../src/domain/call-counts';
import { readSnapshot } from '../../src/snapshot/read-snapshot';
import { timesOf } from '../../src/snapshot/report';
import type { Snapshot } from '../../src/snapshot/snapshot';
import type { KeptDay } from '../../workflows/contract/days';
import { activationInList, type Listed } from '../snapshot/executions';

const NOW = Date.parse('2026-03-31T00:00:00.000Z');
const DAY = 24 * 3_600_000;
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString();
let number = 0;
const newVin = (): string => {
  number += 1;
  return `WBA8E9G50GN${String(number).padStart(6, '0')}`;
};
beforeEach(() => {
  number = 0;
});

/** Approved after so many days. */
const approved = (days: number, step = 'quiet'): Listed => ({
  vin: newVin(),
  brand: 'ford',
  status: 'approved',
  changedAt: ago(0),
  memo: { begunAt: ago(25), approvedAt: ago(25 - days), step },
  startedAt: ago(1),
});
const pending = (days: number, more: Partial<Listed> = {}): Listed => ({
  vin: newVin(),
  brand: 'ford',
  startedAt: ago(days),
  ...more,
});

async function reportOn(...listed: Listed[]) {
  return reportFor(await snapshotOf(...listed));
}

function snapshotOf(...listed: Listed[]): Promise<Snapshot> {
  const executions = listed.map(activationInList);
  return readSnapshot(async () => ({ executions, next: null }), { now: () => NOW });
}

/** A day as it is kept: so many pending, so many of them old. */
const kept = (pendingOnes: number, old: number): KeptDay => ({
  countedAt: '2026-03-20T23:00:00.000Z',
  applications: {
    'high-mobility:default': {
      stand: {
        open: { pending: pendingOnes, approved: 100 },
        waiting: { driver: 2, 'fleet-manager': 1 },
        old,
      },
      flow: { approved: 4, rejected: 1, ended: 2, took: [86_400, 259_200, 345_600] },
    },
  },
});

describe('percentiles', () => {
  test('are times that were, by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(timesOf(hundred)).toEqual({ count: 100, p50: 50, p85: 85, p90: 90 });
    expect(timesOf([7])).toEqual({ count: 1, p50: 7, p85: 7, p90: 7 });
    expect(timesOf([])).toBeNull();
  });
});

describe('vin report', () => {
  const fleet = (): Listed[] => [
    ...Array.from({ length: 10 }, (_, index) => approved(index + 1)),
    approved(4, 'first-data'),
    pending(1),
    pending(7),
    pending(12, { owner: 'driver', reasonKey: 'privacy-mode' }),
    { ...pending(20), brand: 'bmw', owner: 'driver', reasonKey: 'privacy-mode' },
    { ...pending(0), brand: 'bmw', status: 'absent' },
  ];

  test('measures from the begin of an activation, whatever number of runs it had, to its approval', async () => {
    const { brands } = await reportOn(approved(3), approved(5));
    expect(brands).toMatchObject([{ brand: 'ford', times: { count: 2, p50: 3 * DAY, p85: 5 * DAY } }]);
  });

  test('judges what is pending by the past of its own brand, and names what is old', async () => {
    const { brands } = await reportOn(...fleet());
    expect(brands).toMatchObject([
      { brand: 'bmw', times: null, pending: { young: 1, usual: 0, old: 0 }, oldest: [] },
      { brand: 'ford', pending: { young: 1, usual: 1, old: 1 }, oldest: [{ age: 12 * DAY }] },
    ]);
  });

  test('shows the funnel, the times and the reasons to a person', async () => {
    const text = reportAsText(await reportOn(...fleet()), 80);
    expect(text).toBe(GOLDEN);
  });

  test('has a version for machines', async () => {
    expect(await reportOn()).toEqual({
      version: 1,
      at: '2026-03-31T00:00:00.000Z',
      funnel: { begun: 0, submitted: 0, approved: 0, flowing: 0 },
      brands: [],
      reasons: [],
      trends: null,
      beside: null,
    });
    expect(reportAsText(await reportOn(), 80)).toBe('No activations.');
  });
});

describe('the last days', () => {
  const days = new Map([
    ['2026-03-27', kept(20, 1)],
    ['2026-03-28', kept(20, 2)],
    ['2026-03-30', kept(20, 4)],
    ['2026-03-31', kept(10, 3)],
  ]);

  test('stand against today, and a day on which no worker ran is said to be one', async () => {
    const report = reportFor(await snapshotOf(), trendsOf(days, '2026-03-31'));
    expect(reportAsText(report, 80)).toBe(GOLDEN_DAYS);
  });

  test('are fifteen for machines, each gap without numbers', async () => {
    const [trend] = trendsOf(days, '2026-03-31');
    expect(trend?.days.map(({ day }) => day).at(0)).toBe('2026-03-17');
    expect(trend?.days).toHaveLength(15);
    expect(trend?.days.find(({ day }) => day === '2026-03-29')).toMatchObject({
      countedAt: null,
      open: null,
      approved: null,
    });
    expect(trend?.ageing).toEqual({ today: 0.3, before: 0.1, counted: 3 });
  });

  test('show the calls of the workers by brand: today so far, and before', async () => {
    const called = (calls: CallCounts): KeptDay => ({
      countedAt: null,
      applications: { 'high-mobility:default': { calls } },
    });
    const known = new Map([
      ['2026-03-29', called({ ford: { submit: 3, list: 30 }, bmw: { all: 7 } })],
      ['2026-03-30', called({ ford: { submit: 1 } })],
      ['2026-03-31', called({ ford: { submit: 2, list: 9 }, 'whole-list': { scan: 4 } })],
    ]);
    const report = reportFor(await snapshotOf(), trendsOf(known, '2026-03-31'));
    expect(reportAsText(report, 80)).toBe(GOLDEN_CALLS);
  });

  test('show parkings and vehicles that leave, where days are known to have counted them', async () => {
    const counts = (open: number) => ({ open, begun: 1, ended: 0 });
    const beside = { parkings: counts(5), defleetings: counts(2) };
    const known = new Map([...days, ['2026-03-30', { ...kept(20, 4), beside }] as const]);
    const report = reportFor(await snapshotOf(), null, besideOf(known, '2026-03-31'));
    expect(reportAsText(report, 80)).toBe(
      `No activations.\n
Parkings and vehicles that leave, in UTC, until the last count of the day
Day         Parkings  Added  Gone  Leaving  Asked  Left
2026-03-30  5         1      0     2        1      0`,
    );
    expect(report.beside?.at(-1)).toEqual({ day: '2026-03-31', parkings: null, defleetings: null });
  });

  test('of which nothing is known are not spoken of', async () => {
    expect(reportAsText(reportFor(await snapshotOf(), []), 80)).toBe('No activations.');
  });
});

const GOLDEN_CALLS = `No activations.

Calls of the workers at the provider, as they have told
Brand       Calls today  For               14 days before
bmw         0                              7
ford        11           submit 2, list 9  34
whole-list  4            scan 4            0`;

const GOLDEN_DAYS = `No activations.

The last days, in UTC
Day         Open  Pending  Older  Waiting  Approved  p50  p85  Rejected  Ended
2026-03-27  120   20       1      3        4         1d   3d   1         2
2026-03-28  120   20       2      3        4         1d   3d   1         2
2026-03-30  120   20       4      3        4         1d   3d   1         2
today       110   10       3      3        4         1d   3d   1         2
  not counted, as no worker ran: 2026-03-17 to 2026-03-26
  not counted, as no worker ran: 2026-03-29
Of what is pending 30 % is older than 85 of 100 of its brand took; on half of the 3 days before it was 10 % or less.`;

const GOLDEN = `16 begun · 15 submitted · 11 approved · 10 with data

Brand  Approved  p50  p85  p90  Pending  older than p50  than p85
bmw    0         -    -    -    1        -               -
ford   11        5d   9d   9d   3        2               1

Older than 85 of 100 approved ones of their brand took
  WBA8E9G50GN000014  ford, 12d (p85 9d)

Why some wait for a person
      2  privacy-mode (driver)`;
