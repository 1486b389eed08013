import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { ReadPage } from '../../src/snapshot/read-snapshot';
import { SnapshotReader } from '../../src/snapshot/snapshot-reader';
import { activationInList, type Listed } from './executions';

const MINUTE = 60_000;
const PAGE = 1_000;
const BEGIN = Date.parse('2026-03-10T12:00:00.000Z');
const vinOf = (number: number): string => `WBA8E9G50GN${String(number).padStart(6, '0')}`;

/** A server with many open activations, two hours ahead of the machine that asks. */
class Server {
  now = BEGIN;
  readonly queries: string[] = [];
  readonly #listed: readonly WorkflowExecutionInfo[];
  /** What it answers the question what has changed; those that are asked for. */
  news: Listed[] = [];

  constructor(count: number) {
    this.#listed = Array.from({ length: count }, (_, number) =>
      activationInList({
        vin: vinOf(number),
        startedAt: '2026-03-01T00:00:00.000Z',
        changedAt: '2026-03-10T13:59:00.000Z',
      }),
    );
  }

  readonly readPage: ReadPage = async (query, from) => {
    this.queries.push(query);
    this.now += 10;
    if (query.includes('ChangedAt')) {
      return { executions: this.news.map((one) => activationInList(one)), next: null };
    }
    if (query.includes('StartTime')) return { executions: [], next: null };
    const begin = from ? Number(Buffer.from(from).toString()) : 0;
    const executions = this.#listed.slice(begin, begin + PAGE);
    return { executions, next: executions.length === PAGE ? Buffer.from(String(begin + PAGE)) : null };
  };

  reader(): SnapshotReader {
    return new SnapshotReader(this.readPage, {
      now: () => this.now,
      wait: async (milliseconds) => {
        this.now += milliseconds;
      },
    });
  }
}

describe('pictures of tens of thousands', () => {
  test('are read whole every few minutes, and between two of them in one call what has changed', async () => {
    const server = new Server(30_000);
    const reader = server.reader();
    const whole = await reader.read();
    expect([whole.activations.length, whole.calls]).toEqual([30_000, 32]);
    expect(whole.duration).toBeGreaterThan(15_000);

    server.now += 20_000;
    const news = await reader.read();
    expect([news.activations.length, news.calls, news.at]).toEqual([30_000, 1, server.now - 10]);
    // By the server's own clock, and a minute before the last change that it told of.
    expect(server.queries.at(-1)).toContain("ChangedAt >= '2026-03-10T13:58:00.000Z'");

    server.now += 5 * MINUTE;
    expect((await reader.read()).calls).toBe(32);
  });

  test('have what has changed, what has begun, and not what has ended; one that came back stays', async () => {
    const server = new Server(20_000);
    const reader = server.reader();
    await reader.read();
    const [changed, begun, ended, back] = [vinOf(7), vinOf(20_001), vinOf(8), vinOf(9)];
    const now = '2026-03-10T14:00:00.000Z';
    server.news = [
      { vin: changed, status: 'approved', changedAt: now },
      { vin: begun, startedAt: now, status: 'absent' },
      { vin: ended, status: 'revoked', ended: ['COMPLETED', now] },
      { vin: back, startedAt: now },
      { vin: back, status: 'revoked', ended: ['COMPLETED', now] },
    ];
    const { activations } = await reader.read();
    const row = (vin: string) => activations.find((one) => one.vin === vin);
    expect(activations).toHaveLength(20_000);
    expect([row(changed)?.status, row(begun)?.status, row(ended)]).toEqual(['approved', 'absent', undefined]);
    expect(row(back)).toMatchObject({ status: 'pending', startedAt: now });
  });

  test('of which one could not be read leave the one before as it was', async () => {
    const server = new Server(20_000);
    let isAway = false;
    const readPage: ReadPage = (query, from) =>
      isAway ? Promise.reject(new Error('the server is away')) : server.readPage(query, from);
    const reader = new SnapshotReader(readPage, {
      now: () => server.now,
      wait: async (milliseconds) => {
        server.now += milliseconds;
      },
    });
    await reader.read();
    isAway = true;
    await expect(reader.read()).rejects.toThrow('away');
    isAway = false;
    expect(await reader.read()).toMatchObject({ calls: 1 });
  });
});

test('a picture of a few thousand is read whole each time', async () => {
  const server = new Server(2_500);
  const reader = server.reader();
  expect((await reader.read()).calls).toBe(4);
  expect((await reader.read()).calls).toBe(4);
});
