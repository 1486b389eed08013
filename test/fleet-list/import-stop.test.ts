import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type ListRow, type RowBatch, readBatches } from '../../src/fleet-list/fleet-list';
import { importList } from '../../src/fleet-list/import-list';
import type { Start } from '../../src/fleet-list/import-rows';
import { ResultFile } from '../../src/fleet-list/result-file';
import { CATALOGUE, chunks } from './support';

const folder = mkdtempSync(join(tmpdir(), 'vin-import-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function freshPath(): string {
  files += 1;
  return join(folder, `${files}.csv`);
}

const vinOf = (index: number) => `WBA81AC05P${String(index).padStart(7, '0')}`;
const rowsOf = (count: number): ListRow[] =>
  Array.from({ length: count }, (_, index) => ({
    ok: true,
    line: index + 2,
    vehicle: { vin: vinOf(index), brand: 'bmw', tags: {} },
    warnings: [],
  }));

describe('an import that is told to stop', () => {
  const list = `vin,brand\n${rowsOf(3_000)
    .map((_, index) => `${vinOf(index)},bmw\n`)
    .join('')}`;
  const stopAfter = async (most: number, startIt: boolean) => {
    const stop = new AbortController();
    const result = new ResultFile(freshPath(), 'elsewhere.csv');
    let started = 0;
    const start: Start = async () => {
      started += 1;
      if (started === most) stop.abort();
      await Promise.resolve();
      return { outcome: 'started' };
    };
    const tally = await importList({
      batches: readBatches(chunks(Buffer.from(list), 1_000), { catalogue: CATALOGUE, sandbox: false }),
      start: startIt ? start : null,
      concurrency: 8,
      result,
      onProblem: () => undefined,
      onProgress: ({ rows }) => void (!startIt && rows >= most && stop.abort()),
      stopped: stop.signal,
    }).finally(() => result.close());
    return {
      tally,
      started,
      records: parse(readFileSync(result.path, 'utf8'), { columns: true }) as unknown[],
    };
  };

  test('begins no further start, and writes the verdict of each that was begun', async () => {
    const { tally, started, records } = await stopAfter(1_234, true);
    expect(started).toBeGreaterThanOrEqual(1_234);
    expect(started).toBeLessThan(1_234 + 8);
    expect(tally).toMatchObject({ rows: started, started });
    expect(records).toHaveLength(started);
    expect(records.at(-1)).toMatchObject({ vin: vinOf(started - 1), outcome: 'started' });
  });

  test('reads no further in a dry run', async () => {
    const { tally, records } = await stopAfter(100, false);
    expect(tally.rows).toBeLessThan(1_500);
    expect(records).toHaveLength(tally.rows);
  });
});

test('progress comes to the end of the list with its last row, and not before', async () => {
  const size = 78_000;
  async function* batches(): AsyncGenerator<RowBatch> {
    yield { rows: rowsOf(2_500), delimiter: ',', columns: [], bytes: 65_000, notes: [] };
    yield { rows: rowsOf(500), delimiter: ',', columns: [], bytes: size, notes: [] };
  }
  const shown: [number, number][] = [];
  const result = new ResultFile(freshPath(), 'elsewhere.csv');
  await importList({
    batches: batches(),
    start: async () => ({ outcome: 'started' }),
    concurrency: 8,
    result,
    onProblem: () => undefined,
    onProgress: ({ rows }, bytes) => shown.push([rows, Math.floor((bytes * 100) / size)]),
  }).finally(() => result.close());
  expect(shown).toEqual([
    [500, 16],
    [1_000, 33],
    [1_500, 50],
    [2_000, 66],
    [2_500, 83],
    [3_000, 100],
  ]);
});
