import { reportAsText, reportFor } from '../../src/cli/report';
import { readSnapshot } from '../../src/snapshot/read-snapshot';
import { timesOf } from '../../src/snapshot/report';
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
  const executions = listed.map(activationInList);
  return reportFor(await readSnapshot(async () => ({ executions, next: null }), { now: () => NOW }));
}

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
    });
    expect(reportAsText(await reportOn(), 80)).toBe('No activations.');
  });
});

const GOLDEN = `16 begun · 15 submitted · 11 approved · 10 with data

Brand  Approved  p50  p85  p90  Pending  older than p50  than p85
bmw    0         -    -    -    1        -               -
ford   11        5d   9d   9d   3        2               1

Older than 85 of 100 approved ones of their brand took
  WBA8E9G50GN000014  ford, 12d (p85 9d)

Why some wait for a person
      2  privacy-mode (driver)`;
