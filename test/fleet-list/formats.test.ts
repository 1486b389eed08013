import fc from 'fast-check';
import { readFleetList } from '../../src/fleet-list/fleet-list';
import { CATALOGUE, good, read } from './support';

const LIST = [
  'vin,brand,tag:site,odometer',
  'WBA81AC05PCM41237,bmw,Zürich,2050km',
  '',
  ',,,',
  'WF0EXXTTREN451908,ford,"a ""b"", c",',
  'XP7YGCEK3RB418062,tesla,北京,1200mi',
  '',
].join('\n');
const SITES = ['Zürich', 'a "b", c', '北京'];

const forms: [string, string | Buffer][] = [
  ['as Unix writes it', LIST],
  ['as Windows writes it', LIST.replaceAll('\n', '\r\n')],
  ['as an old Mac writes it', LIST.replaceAll('\n', '\r')],
  ['with a byte order mark', `\uFEFF${LIST}`],
  ['in UTF-16, as a spreadsheet may save it', Buffer.from(`\uFEFF${LIST}`, 'utf16le')],
  ['without a line end at its end', LIST.trimEnd()],
  ['with spaces round its values', LIST.replaceAll(/,(?! c)/g, ' , ')],
];

test.each(forms)('a list is read %s', async (_case, list) => {
  const rows = good(await read(list));
  expect(rows.map((row) => row.vehicle.tags['site'])).toEqual(SITES);
  expect(rows.map((row) => row.line)).toEqual([2, 5, 6]);
});

test('a list may have semicolons, and then commas are part of its values', async () => {
  const rows = await read('vin;brand;fleet\nWBA81AC05PCM41237;bmw;a, b\n');
  expect(rows).toMatchObject([{ vehicle: { fleet: 'a, b' } }]);
});

test('where the stream is cut never matters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...forms), fc.integer({ min: 1, max: 200 }), async ([, list], chunk) => {
      expect(await read(list, { chunk })).toEqual(await read(list));
    }),
  );
});

test('no bytes at all make the reader fail in an unexpected way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const list = Buffer.concat([
        Buffer.from('vin,brand\n'),
        bytes,
        Buffer.from('\nWBA81AC05PCM41237,bmw\n'),
      ]);
      expect(good(await read(list)).at(-1)).toMatchObject({ vehicle: { vin: 'WBA81AC05PCM41237' } });
    }),
    { numRuns: 500 },
  );
});

test('a hundred thousand rows are read in a steady stream', async () => {
  const rows = 100_000;
  async function* list() {
    yield 'vin,brand,fleet\n';
    for (let i = 0; i < rows; i += 100) {
      yield Array.from({ length: 100 }, (_, j) => `WBA81AC05P${String(i + j).padStart(7, '0')},bmw,x\n`).join(
        '',
      );
    }
  }
  let count = 0;
  for await (const row of readFleetList(list(), { catalogue: CATALOGUE, sandbox: false })) {
    if (row.ok) count += 1;
  }
  expect(count).toBe(rows);
});
