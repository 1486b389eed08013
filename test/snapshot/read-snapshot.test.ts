import type { WorkflowExecutionInfo } from '@temporalio/client';
import { type ReadPage, readSnapshot } from '../../src/snapshot/read-snapshot';
import { DEFLEETING, DEFLEETING_MEMO, defleetingId } from '../../workflows/contract/defleetings';
import { activationInList, inList } from './executions';

const vinOf = (number: number): string => `WBA8E9G50GN${String(number).padStart(6, '0')}`;
const PAGE = 1_000;

/** A server that lists these, newest first, a thousand at once. */
class Listing {
  readonly queries: string[] = [];
  readonly times: number[] = [];
  now = Date.parse('2026-03-10T12:00:00.000Z');
  /** What happens after so many calls. */
  readonly after = new Map<number, () => void>();

  constructor(public open: WorkflowExecutionInfo[]) {}

  readonly readPage: ReadPage = async (query, from) => {
    this.queries.push(query);
    this.times.push(this.now);
    this.now += 100;
    const since = /StartTime >= '([^']*)'/.exec(query)?.[1];
    const found = this.open
      .filter(({ startTime }) => !since || startTime >= new Date(since))
      .sort((a, b) => Number(b.startTime) - Number(a.startTime));
    const begin = from ? Number(Buffer.from(from).toString()) : 0;
    const executions = found.slice(begin, begin + PAGE);
    this.after.get(this.queries.length)?.();
    // As the server does it: a full page says that there may be more.
    return { executions, next: executions.length === PAGE ? Buffer.from(String(begin + PAGE)) : null };
  };

  read = () =>
    readSnapshot(this.readPage, {
      now: () => this.now,
      wait: async (milliseconds) => {
        this.now += milliseconds;
      },
    });
}

describe('a snapshot', () => {
  test('of 10,000 takes at most 12 calls, two a second, and asks no workflow', async () => {
    const listing = new Listing(
      Array.from({ length: 10_000 }, (_, number) =>
        activationInList({
          vin: vinOf(number),
          startedAt: new Date(Date.parse('2026-03-09T00:00:00Z') - number * 60_000).toISOString(),
        }),
      ),
    );
    const snapshot = await listing.read();
    expect(snapshot.activations).toHaveLength(10_000);
    expect(snapshot.calls).toBe(listing.queries.length);
    expect(snapshot.calls).toBeLessThanOrEqual(12);
    for (const [index, time] of listing.times.entries()) {
      expect(
        listing.times.filter((other) => other >= time && other < time + 1_000).length,
      ).toBeLessThanOrEqual(2);
      expect(index === 0 || time > (listing.times[index - 1] ?? 0)).toBe(true);
    }
    expect(snapshot.duration).toBeLessThan(6_000);
  });

  test('asks at the end for what began since the first page, by the clock of the server', async () => {
    const listing = new Listing(
      Array.from({ length: 1_500 }, (_, number) =>
        activationInList({
          vin: vinOf(number),
          startedAt: new Date(Date.parse('2026-03-10T14:00:00Z') - number * 1_000).toISOString(),
        }),
      ),
    );
    // This machine is two hours behind it.
    expect(await listing.read()).toMatchObject({ calls: 3 });
    expect(listing.queries.at(-1)).toContain("AND StartTime >= '2026-03-10T13:59:55.000Z'");
  });

  test('of a few is one call', async () => {
    const listing = new Listing([activationInList({ vin: vinOf(1) })]);
    expect(await listing.read()).toMatchObject({ calls: 1, duration: 100, at: listing.now - 100 });
    expect(listing.queries).toEqual([
      "WorkflowType IN ('activation', 'defleeting', 'parking', 'tokens') AND ExecutionStatus = 'Running'",
    ]);
  });

  test('has each kind by its own rows, and what nobody knows in none', async () => {
    const vin = vinOf(1);
    const listing = new Listing([
      activationInList({ vin, reasonKey: 'privacy-mode', owner: 'driver', memo: { action: 'Turn it off.' } }),
      inList(DEFLEETING, defleetingId(vinOf(2)), {
        memo: { [DEFLEETING_MEMO]: { vin: vinOf(2), step: 'watching', deadlineAt: null, parts: [] } },
      }),
      inList('sweep', 'sweep:high-mobility:default:full'),
    ]);
    const { activations, defleetings } = await listing.read();
    expect(activations).toMatchObject([
      { vin, reasonKey: 'privacy-mode', owner: 'driver', action: 'Turn it off.', isFaulty: false },
    ]);
    expect(defleetings).toMatchObject([{ vin: vinOf(2), step: 'watching', overdue: false }]);
  });

  test('knows which a fault of the program keeps from going on', async () => {
    const listing = new Listing([
      activationInList({ vin: vinOf(1), isFaulty: true }),
      activationInList({ vin: vinOf(2) }),
    ]);
    const { activations } = await listing.read();
    expect(activations.map(({ isFaulty }) => isFaulty)).toEqual([true, false]);
  });

  test('does not miss one that goes on in a fresh run while pages are read, and has it once', async () => {
    const listing = new Listing(
      Array.from({ length: 2_500 }, (_, number) =>
        activationInList({
          vin: vinOf(number),
          startedAt: new Date(Date.parse('2026-02-01') + number * 1_000).toISOString(),
        }),
      ),
    );
    const [oldest] = listing.open.splice(0, 1);
    if (!oldest) throw new Error('none');
    listing.open.push(oldest);
    // Its first run would stand on the third page; its fresh one stands on the first, which was read already.
    listing.after.set(1, () => {
      listing.open = listing.open.map((one) =>
        one === oldest ? { ...one, runId: 'fresh', startTime: new Date(listing.now) } : one,
      );
    });
    const { activations } = await listing.read();
    expect(activations).toHaveLength(2_500);
    expect(activations.filter(({ vin }) => vin === vinOf(0))).toHaveLength(1);
  });
});
