import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ListRow, RowBatch } from '../../src/fleet-list/fleet-list';
import { readBatches } from '../../src/fleet-list/fleet-list';
import { importList, type Tally } from '../../src/fleet-list/import-list';
import { importRows, type Start, type Verdict } from '../../src/fleet-list/import-rows';
import { ResultFile, resultPathFor } from '../../src/fleet-list/result-file';
import { CATALOGUE, chunks } from './support';

const folder = mkdtempSync(join(tmpdir(), 'vin-import-'));
let files = 0;

function freshPath(): string {
  files += 1;
  return join(folder, `${files}.csv`);
}

const vinOf = (index: number) => `WBA81AC05P${String(index).padStart(7, '0')}`;
const rowOf = (index: number): ListRow => ({
  ok: true,
  line: index + 2,
  vehicle: { vin: vinOf(index), brand: 'bmw', tags: {} },
  warnings: [],
});
const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => rowOf(index));

interface Run {
  readonly tally: Tally;
  readonly problems: Verdict[];
  readonly result: string;
  readonly records: string[][];
}

/** Imports a list from its text, and reads the result file. */
async function importText(list: string, start: Start, chunk?: number): Promise<Run> {
  const result = new ResultFile(freshPath(), 'elsewhere.csv');
  const problems: Verdict[] = [];
  const tally = await importList({
    batches: readBatches(chunks(Buffer.from(list), chunk), { catalogue: CATALOGUE, sandbox: false }),
    start,
    concurrency: 8,
    result,
    onProblem: (verdict) => problems.push(verdict),
    onProgress: () => undefined,
  }).finally(() => result.close());
  const text = readFileSync(result.path, 'utf8');
  return {
    tally,
    problems,
    result: text,
    records: parse(text, { delimiter: list.includes(';') ? ';' : ',', bom: true }),
  };
}

const LIST = `vin,brand,fleet
${vinOf(0)},bmw,acme
${vinOf(1)},bnw,acme
${vinOf(2)},bmw,acme
"=HYPERLINK(""http://x"",""y"")",bmw,acme
${vinOf(0)},bmw,acme
${vinOf(3)},bmw,acme
1M8GDM9A_KP042788,bmw,acme
1M8GDM9A1KP042788,bmw,acme
`;

describe('the result file', () => {
  const start: Start = async ({ vin }) => {
    if (vin === vinOf(2)) return { outcome: 'ended' };
    if (vin === vinOf(3)) throw new Error('14 UNAVAILABLE: no connection');
    return { outcome: 'started' };
  };

  test('has a verdict for each row, in the order of the list, with what to do', async () => {
    const { tally, records } = await importText(LIST, start);
    expect(tally).toEqual({
      rows: 8,
      ready: 0,
      started: 2,
      alreadyActive: 0,
      leaving: 0,
      startsAgain: 0,
      ended: 1,
      failed: 5,
      warnings: 1,
    });
    const text = (pattern: RegExp) => expect.stringMatching(pattern) as string;
    expect(records).toEqual([
      ['line', 'vin', 'outcome', 'problem', 'remedy', 'brand', 'fleet'],
      ...[
        ['2', vinOf(0), 'started', '', ''],
        ['3', vinOf(1), 'failed', '"bnw" is not a brand that the catalogue knows', text(/bmw/)],
        ['4', vinOf(2), 'ended', 'its activation has ended before', text(/--again/)],
        ['5', `'=HYPERLINK("http://x","y")`, 'failed', text(/the VIN is a formula/), text(/./)],
        ['6', vinOf(0), 'failed', 'the VIN is already on line 2', 'Delete one of the two rows.'],
        ['7', vinOf(3), 'failed', text(/no connection/), text(/nothing starts twice/)],
        ['8', '1M8GDM9A_KP042788', 'failed', text(/the VIN contains the character "_"/), text(/./)],
        ['9', '1M8GDM9A1KP042788', 'started', text(/^warning: the VIN has a wrong check digit/), ''],
      ].map((cells, index) => [...cells, index === 1 ? 'bnw' : 'bmw', 'acme']),
    ]);
  });

  test('is the same however the list is cut into batches', async () => {
    const whole = await importText(LIST, start);
    for (const chunk of [1, 17, 64]) expect((await importText(LIST, start, chunk)).result).toBe(whole.result);
  });

  test('has the delimiter of the list', async () => {
    const { result } = await importText(`vin;brand\n${vinOf(0)};bmw\n`, async () => ({ outcome: 'started' }));
    expect(result).toBe(`line;vin;outcome;problem;remedy;brand;fleet\n2;${vinOf(0)};started;;;bmw;\n`);
  });

  test('has its header also where the list has no rows', async () => {
    const { result, tally } = await importText('vin,brand\n', async () => ({ outcome: 'started' }));
    expect(result).toBe('line,vin,outcome,problem,remedy,brand,fleet\n');
    expect(tally.rows).toBe(0);
  });

  test('is beside the list', () => {
    expect(resultPathFor(join('fleets', 'acme.csv'))).toBe(join('fleets', 'acme.result.csv'));
    expect(resultPathFor('acme')).toBe('acme.result.csv');
    expect(resultPathFor(join('fleets', 'acme.csv'), true)).toBe(join('fleets', 'acme.dry-run.csv'));
  });

  test('has each row as the list had it, so that it can be corrected and imported from there', async () => {
    const list = [
      'FIN;Marke;Flotte;Kilometerstand;tag:vw-group-customer-name;tag:Größe;Farbe',
      `${vinOf(0)};bnw;Köln;2.050;"a; ""b""";L;rot`,
      `${vinOf(2)};vw;;;ACME;;rot`,
      `${vinOf(3)};bmw;'=x;1200 mi;;M;rot`,
      '',
    ].join('\n');
    const { result } = await importText(list, start);
    const corrected = result.replace(';bnw;', ';bmw;');
    const vehicles: unknown[] = [];
    const take: Start = async (vehicle) => {
      vehicles.push(vehicle);
      return { outcome: 'already-active' };
    };
    await importText(corrected, take);
    expect(vehicles).toEqual([
      {
        vin: vinOf(0),
        brand: 'bmw',
        fleet: 'Köln',
        odometer: { value: 2050, unit: 'kilometers' },
        tags: { 'vw-group-customer-name': 'a; "b"', Größe: 'L' },
      },
      { vin: vinOf(2), brand: 'volkswagen', tags: { 'vw-group-customer-name': 'ACME' } },
      {
        vin: vinOf(3),
        brand: 'bmw',
        fleet: '=x',
        odometer: { value: 1200, unit: 'miles' },
        tags: { Größe: 'M' },
      },
    ]);
  });

  test.each([0, 1, 10_000])(
    'has a mark for spreadsheets where it is not ASCII, also after %i rows that are',
    async (ascii) => {
      const rows = rowsOf(ascii + 1).map(
        (_, index) => `${vinOf(index)},bmw,${index < ascii ? 'acme' : 'Köln'}\n`,
      );
      const { result } = await importText(`vin,brand,fleet\n${rows.join('')}`, async () => ({
        outcome: 'started',
      }));
      const lines = result.split('\n');
      expect(lines[0]).toBe('\uFEFFline,vin,outcome,problem,remedy,brand,fleet');
      expect(lines.slice(1, -1)).toEqual(
        rows.map((row, index) => `${index + 2},${row.slice(0, 17)},started,,,${row.trim().slice(18)}`),
      );
      expect(result.indexOf('\uFEFF', 1)).toBe(-1);
    },
  );

  test('has no mark where it is ASCII', async () => {
    const { result } = await importText(LIST, start);
    expect(result.startsWith('line,')).toBe(true);
  });

  test('never takes the place of the list, also under another name', async () => {
    const list = freshPath();
    const link = freshPath();
    writeFileSync(list, LIST);
    symlinkSync(list, link);
    for (const path of [list, link]) {
      await expect(new ResultFile(path, list).open(',', [])).rejects.toMatchObject({
        code: 'RESULT_NOT_WRITABLE',
      });
    }
    expect(readFileSync(list, 'utf8')).toBe(LIST);
  });

  test('is opened before anything starts: where it cannot be written, nothing does', async () => {
    const start = jest.fn<Promise<{ outcome: 'started' }>, []>(async () => ({ outcome: 'started' }));
    const result = new ResultFile(join(folder, 'no-such-folder', 'x.csv'), 'list.csv');
    const importing = importList({
      batches: oneBatch(rowsOf(3)),
      start,
      concurrency: 2,
      result,
      onProblem: () => undefined,
      onProgress: () => undefined,
    });
    await expect(importing).rejects.toMatchObject({ code: 'RESULT_NOT_WRITABLE' });
    expect(start).not.toHaveBeenCalled();
  });

  test('has the verdicts of every batch before the next one is started', async () => {
    const result = new ResultFile(freshPath(), 'list.csv');
    const written: number[] = [];
    async function* batches(): AsyncGenerator<RowBatch> {
      for (const row of rowsOf(3)) {
        yield { rows: [row], delimiter: ',', columns: ['brand', 'fleet'], bytes: 0, notes: [] };
        written.push(readFileSync(result.path, 'utf8').trim().split('\n').length - 1);
      }
    }
    await importList({
      batches: batches(),
      start: async () => ({ outcome: 'started' }),
      concurrency: 2,
      result,
      onProblem: () => undefined,
      onProgress: () => undefined,
    });
    await result.close();
    expect(written).toEqual([1, 2, 3]);
  });
});

async function* oneBatch(rows: readonly ListRow[]): AsyncGenerator<RowBatch> {
  yield { rows, delimiter: ',', columns: ['brand', 'fleet'], bytes: 0, notes: [] };
}

describe('starts under way at the same time', () => {
  test.each([1, 7, 32])('are never more than %i, and as many as that', async (concurrency) => {
    let open = 0;
    let most = 0;
    const verdicts = await importRows(
      rowsOf(200),
      async ({ vin }) => {
        open += 1;
        most = Math.max(most, open);
        // Rows take turns in finishing: some are much slower than others.
        for (let turn = 0; turn <= Number(vin.slice(-1)); turn += 1) await Promise.resolve();
        open -= 1;
        return { outcome: 'started' };
      },
      concurrency,
    );
    expect(most).toBe(concurrency);
    expect(verdicts.map(({ vin }) => vin)).toEqual(rowsOf(200).map((_, index) => vinOf(index)));
  });
});

describe('a server that is away', () => {
  test('stops the import: what was not tried says so, and the batch is in the result file', async () => {
    let tried = 0;
    const start: Start = async () => {
      tried += 1;
      throw new Error('no connection');
    };
    const list = `vin,brand\n${rowsOf(500)
      .map((_, index) => `${vinOf(index)},bmw\n`)
      .join('')}`;
    const before = files;
    await expect(importText(list, start)).rejects.toMatchObject({
      code: 'IMPORT_STOPPED',
      message: expect.stringContaining('no connection') as string,
    });
    // Those under way when the last straw came are tried too.
    expect(tried).toBeGreaterThanOrEqual(100);
    expect(tried).toBeLessThan(100 + 8);
    const records = parse(readFileSync(join(folder, `${before + 1}.csv`), 'utf8'), {
      columns: true,
    }) as Record<string, string>[];
    expect(records).toHaveLength(500);
    expect(records.filter(({ problem }) => problem?.includes('not tried any more'))).toHaveLength(
      500 - tried,
    );
  });

  test('does not stop it as long as a start comes through now and then', async () => {
    let tried = 0;
    const start: Start = async () => {
      tried += 1;
      if (tried % 50 !== 0) throw new Error('busy');
      return { outcome: 'started' };
    };
    const list = `vin,brand\n${rowsOf(500)
      .map((_, index) => `${vinOf(index)},bmw\n`)
      .join('')}`;
    expect((await importText(list, start)).tally).toMatchObject({ rows: 500, started: 10, failed: 490 });
  });
});
