import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { type ListRow, readFleetList } from '../../src/fleet-list/fleet-list';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import { writeUnmanaged } from '../../src/sweep/unmanaged-list';
import { startScriptedServer } from '../support/scripted-server';
import { Believers, closeAll, failureOf, LIST, row, TOKEN, vin } from './support';

const folder = mkdtempSync(join(tmpdir(), 'vin-unmanaged-'));
const path = join(folder, 'unmanaged.csv');
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await closeAll();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the list of what a provider with these rows holds and nobody here manages. */
async function write(list: readonly unknown[] | string, believers = new Believers(), application?: string) {
  const server = await startScriptedServer({
    [TOKEN]: { body: { access_token: 'a-token-of-the-test', expires_in: 300 } },
    [LIST]: { body: list },
  });
  const source = createHighMobility({ baseUrl: server.url, clientId: 'id', clientSecret: 'a-secret' });
  open.push(source, server);
  return writeUnmanaged({
    source,
    activations: believers,
    path,
    ...(application !== undefined && { application }),
  });
}

/** What `vin import` reads of the list. */
async function read(): Promise<ListRow[]> {
  const rows: ListRow[] = [];
  for await (const one of readFleetList(path, { catalogue: loadCatalogue(), sandbox: true })) rows.push(one);
  return rows;
}

test('the list of what nobody manages goes through vin import with every brand and tag', async () => {
  const tags = {
    'fleet id': '42',
    formula: '=HYPERLINK("http://x")',
    negative: '-1',
    quoted: "'=1",
    sep: 'a,b;c',
    'a;b;c;d,e': 'x',
    umlaut: 'Köln',
  };
  const believers = new Believers();
  believers.believe(vin(1), 'approved');
  const answer = await write(
    [
      { ...row(vin(1), 'approved'), brand: 'bmw', tags: { only: 'here' } },
      { ...row(vin(2), 'approved'), brand: 'mercedes-benz', tags },
      { ...row(vin(3).toLowerCase(), 'pending'), brand: 'bmw', tags: { plain: 'x' } },
      { ...row(vin(4), 'revoked'), brand: 'bmw' },
      row(vin(5), 'pending'),
      { vin: vin(6), status: 7 },
    ],
    believers,
  );
  expect(answer).toEqual({ file: path, count: 3, withoutBrand: 1 });
  const rows = await read();
  expect(rows.map((one) => (one.ok ? one.vehicle : one.problem))).toEqual([
    { vin: vin(2), brand: 'mercedes-benz', tags },
    { vin: vin(3), brand: 'bmw', tags: { plain: 'x' } },
    'has no brand',
  ]);
  expect(rows.flatMap((one) => (one.ok ? one.warnings : []))).toEqual([]);
  const text = readFileSync(path, 'utf8');
  // No spreadsheet runs what came from outside.
  expect(text).not.toMatch(/(?:^|,)"?[=+\-@]/m);
  expect(text).not.toContain('only');
  expect(readdirSync(folder)).toEqual(['unmanaged.csv']);
});

test('of several open rows of one vehicle the newest is in the list, once', async () => {
  await write([
    { ...row(vin(1), 'approved', 5), brand: 'bmw', tags: { which: 'newest' } },
    { ...row(vin(1), 'pending', 2), brand: 'bmw', tags: { which: 'older' } },
    { ...row(vin(1), 'revoked', 9), brand: 'bmw', tags: { which: 'over' } },
  ]);
  expect((await read()).map((one) => one.ok && one.vehicle.tags)).toEqual([{ which: 'newest' }]);
});

test('it has all of them, not only the first thousand', async () => {
  const rows = Array.from({ length: 6_000 }, (_, number) => ({
    ...row(vin(number), 'approved'),
    brand: 'bmw',
    tags: { n: String(number) },
  }));
  expect(await write(rows)).toMatchObject({ count: 6_000 });
  expect(await read()).toHaveLength(6_000);
});

test('an activation that the search for all did not see yet keeps its vehicle out of the list', async () => {
  const believers = new Believers();
  believers.believe(vin(1), 'pending');
  believers.all = async function* () {};
  expect(await write([{ ...row(vin(1), 'approved'), brand: 'bmw' }], believers)).toMatchObject({ count: 0 });
  expect(readFileSync(path, 'utf8')).toBe('vin,brand\n');
});

test('a list that is cut off, or a place that cannot be written, leaves what was there', async () => {
  writeFileSync(path, 'of yesterday');
  const text = JSON.stringify([row(vin(1), 'approved'), row(vin(2), 'approved')]).slice(0, -30);
  expect((await failureOf(write(text))).code).toBe('PROVIDER_BAD_REPLY');
  expect(readFileSync(path, 'utf8')).toBe('of yesterday');
  expect(readdirSync(folder)).toEqual(['unmanaged.csv']);
  const call = writeUnmanaged({
    source: { scan: async () => undefined },
    activations: new Believers(),
    path: join(folder, 'no-such-folder', 'list.csv'),
  });
  expect(await failureOf(call)).toMatchObject({ code: 'RESULT_NOT_WRITABLE' });
});

test('the list says of which application its vehicles are, where that was asked for', async () => {
  const rows = [{ ...row(vin(1), 'approved'), brand: 'bmw', tags: { a: '1' } }];
  await write(rows, undefined, 'otonomo:default');
  expect(readFileSync(path, 'utf8').split(/\r?\n/)).toEqual([
    'vin,brand,application,tag:a',
    `${vin(1)},bmw,otonomo:default,1`,
    '',
  ]);
});
