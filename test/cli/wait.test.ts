import { EXIT } from '../../src/cli/output';
import { waitedAsText, waitedFor } from '../../src/cli/wait';
import type { Goal } from '../../src/snapshot/goals';
import type { ReadPage } from '../../src/snapshot/read-snapshot';
import { waitForAll } from '../../src/snapshot/wait-for-all';
import { activationInList, type Listed } from '../snapshot/executions';
import { APP } from '../support/application';
import { runVin } from './scripted-vin';

const VIN = 'WBA8E9G50GNT00001';
const OTHER = 'WBA8E9G50GNT00002';
const MINUTE = 60_000;

/** Lists that are others from minute to minute. */
class Lists {
  now = 0;
  readonly queries: string[] = [];
  readonly times: number[] = [];

  constructor(private readonly at: (minutes: number) => readonly Listed[]) {}

  readonly readPage: ReadPage = async (query) => {
    this.queries.push(query);
    this.times.push(this.now);
    const rows = this.at(this.now / MINUTE).filter(({ vin }) => query.includes(vin));
    return { executions: rows.map(activationInList), next: null };
  };

  wait = (
    vins: readonly string[],
    goal: Goal,
    minutes: number,
    onProblem = (_: unknown): void => undefined,
  ) =>
    waitForAll(this.readPage, APP, vins, goal, {
      until: minutes * MINUTE,
      onProblem,
      now: () => this.now,
      wait: async (milliseconds) => {
        this.now += milliseconds;
      },
    });
}

const outcomes = (waited: Awaited<ReturnType<Lists['wait']>>) => waited.map(({ outcome }) => outcome);
const before = process.exitCode;
afterEach(() => {
  process.exitCode = before;
});

describe('a wait for vehicles', () => {
  test('ends when each has reached its goal, and asks only for those that have not', async () => {
    const lists = new Lists((minutes) => [
      { vin: VIN, status: minutes >= 1 ? 'approved' : 'pending' },
      { vin: OTHER, status: minutes >= 5 ? 'approved' : 'pending' },
    ]);
    const waited = await lists.wait([VIN, OTHER], 'approved', 60);
    expect(outcomes(waited)).toEqual(['reached', 'reached']);
    expect(lists.now).toBeLessThan(6 * MINUTE);
    expect(lists.queries.at(-1)).toContain(`VIN IN ('${OTHER}')`);
    expect(waitedFor(waited, 'approved').exitCode).toBe(EXIT.ok);
  });

  test('asks after a second, and then less and less often, up to every 20 seconds', async () => {
    const lists = new Lists(() => [{ vin: VIN }]);
    const waited = await lists.wait([VIN], 'approved', 3);
    const pauses = lists.times.slice(1).map((time, index) => time - (lists.times[index] ?? 0));
    expect(pauses.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 20_000]);
    expect(lists.now).toBe(3 * MINUTE);
    expect(waitedFor(waited, 'approved').exitCode).toBe(EXIT.pending);
  });

  test('ends at once where it cannot come any more: its activation has ended otherwise', async () => {
    const lists = new Lists(() => [
      { vin: VIN, status: 'rejected', ended: ['FAILED', '2026-03-01T00:00:00Z'] },
    ]);
    const waited = await lists.wait([VIN], 'approved', 60);
    expect(outcomes(waited)).toEqual(['missed']);
    expect(lists.queries).toHaveLength(1);
    expect(waitedFor(waited, 'approved').exitCode).toBe(EXIT.failed);
  });

  test('waits a little for one that was started just now, and says that it is not known', async () => {
    const late = new Lists((minutes) =>
      minutes * MINUTE >= 5_000 ? [{ vin: VIN, status: 'approved' }] : [],
    );
    expect(outcomes(await late.wait([VIN], 'approved', 60))).toEqual(['reached']);
    const never = new Lists(() => []);
    expect(outcomes(await never.wait([VIN], 'approved', 60))).toEqual(['unknown']);
    expect(never.now).toBeLessThan(MINUTE);
  });

  test('outlasts a server that is away for a while, and is not begun where it is away', async () => {
    const problems: string[] = [];
    const awayFrom = (least: number, most: number) =>
      new Lists((minutes) => {
        if (minutes >= least && minutes < most) throw new Error('the server is away');
        return [{ vin: VIN, status: minutes >= 5 ? 'approved' : 'pending' }];
      });
    const onProblem = (error: unknown) => problems.push((error as Error).message);
    expect(outcomes(await awayFrom(1, 4).wait([VIN], 'approved', 60, onProblem))).toEqual(['reached']);
    expect(new Set(problems)).toEqual(new Set(['the server is away']));
    await expect(awayFrom(0, 4).wait([VIN], 'approved', 60)).rejects.toThrow('the server is away');
  });

  test.each([
    ['ended', { ended: ['COMPLETED', '2026-03-01T00:00:00Z'] }, 'reached'],
    ['ended', {}, 'pending'],
    ['data', { status: 'approved', memo: { step: 'quiet' } }, 'reached'],
    ['data', { status: 'approved', memo: { step: 'first-data' } }, 'pending'],
    ['revoked', { status: 'revoked', ended: ['COMPLETED', '2026-03-01T00:00:00Z'] }, 'reached'],
  ] as const)('for %s, of %j: %s', async (goal, row, outcome) => {
    const lists = new Lists(() => [{ vin: VIN, ...row }]);
    expect(outcomes(await lists.wait([VIN], goal, 0))).toEqual([outcome]);
  });

  test('for hundreds is a search for each hundred, two a second', async () => {
    const lists = new Lists(() => []);
    const vins = Array.from({ length: 250 }, (_, index) => `WBA8E9G50GN${String(index).padStart(6, '0')}`);
    await lists.wait(vins, 'approved', 0);
    expect(lists.times).toEqual([0, 500, 1_000]);
  });

  test('shows each to a person, and has a version for machines', async () => {
    const lists = new Lists(() => [
      { vin: VIN, status: 'approved' },
      { vin: OTHER, owner: 'driver', memo: { reason: 'Privacy mode', action: 'Turn it off.' } },
    ]);
    const answer = waitedFor(await lists.wait([VIN, OTHER], 'approved', 0), 'approved');
    expect(waitedAsText(answer)).toBe(
      [
        '1 of 2 approved',
        '',
        'VIN                Outcome  Status    Whose turn  Reason',
        'WBA8E9G50GNT00001  reached  approved',
        'WBA8E9G50GNT00002  pending  pending   driver      Privacy mode',
      ].join('\n'),
    );
    expect(answer).toMatchObject({
      version: 1,
      for: 'approved',
      exitCode: EXIT.pending,
      vehicles: [{ outcome: 'reached' }, { outcome: 'pending', owner: 'driver', action: 'Turn it off.' }],
    });
  });
});

describe('vin wait', () => {
  const alive = [{ VIN, Brand: 'bmw', ClearanceStatus: 'approved' }];

  test('ends with 0 where it is so already', async () => {
    const { stdout, error } = await runVin(['wait', VIN], { alive });
    expect(error).toBeNull();
    expect(stdout).toContain('1 of 1 approved');
    expect(process.exitCode).toBe(EXIT.ok);
  });

  test('ends with 8 where the time is over', async () => {
    await runVin(['wait', VIN, '--for', 'data', '--timeout', '1ms', '-o', 'json'], { alive });
    expect(process.exitCode).toBe(EXIT.pending);
  });

  test('is wrong usage without vehicles, and with both VINs and a file', async () => {
    for (const words of [[], [VIN, '--file', 'list.csv']]) {
      expect((await runVin(['wait', ...words])).error).toMatchObject({ code: 'USAGE_WRONG' });
    }
  });
});
