import { Readable } from 'node:stream';
import { readVinList } from '../../src/fleet-list/vin-list';

const read = async (text: string | Buffer) =>
  (await readVinList(Readable.from([text]))).map(({ line, text: vin }) => `${line} ${vin}`);

describe('a list of VINs', () => {
  test.each([
    [
      'one a line',
      'WBA8E9G50GNT00001\n\n WBA8E9G50GNT00002 \r\n',
      ['1 WBA8E9G50GNT00001', '3 WBA8E9G50GNT00002'],
    ],
    ['with a heading', 'VIN\nWBA8E9G50GNT00001', ['2 WBA8E9G50GNT00001']],
    ['as vin import has it', 'brand;vin\nbmw;WBA8E9G50GNT00001\n', ['2 WBA8E9G50GNT00001']],
    ['as its result has it', 'line,vin,outcome\n7,WBA8E9G50GNT00001,failed\n', ['2 WBA8E9G50GNT00001']],
    ['without a heading, among others', 'acme\tWBA8E9G50GNT00001\n', ['1 WBA8E9G50GNT00001']],
    ['in UTF-16', Buffer.from('\uFEFFvin\nWBA8E9G50GNT00001\n', 'utf16le'), ['2 WBA8E9G50GNT00001']],
    ['what is no VIN stays, for its verdict', 'WBA8E9G50GNT00001\nnone\n', ['1 WBA8E9G50GNT00001', '2 none']],
    ['empty', '', []],
    ['behind sep=', 'sep=;\r\nvin;brand\r\nWBA8E9G50GNT00001;bmw\r\n', ['3 WBA8E9G50GNT00001']],
    ['behind sep= in quotes', '"sep=;"\nFIN;Marke\nWBA8E9G50GNT00001;bmw\n', ['3 WBA8E9G50GNT00001']],
    [
      'under a title, above a total',
      'Fuhrpark 2026;\n;\nvin;brand\nWBA8E9G50GNT00001;bmw\nSumme;1\n',
      ['4 WBA8E9G50GNT00001'],
    ],
    [
      'under a title and a heading with commas in them',
      'Ours, 2026\nName, first;vin\n"Meier, J";WBA8E9G50GNT00001\n',
      ['3 WBA8E9G50GNT00001'],
    ],
    [
      'that a program protects with an apostrophe',
      "vin\n'WBA8E9G50GNT00001\n'WBA8E9G50GNT00002\n",
      ['2 WBA8E9G50GNT00001', '3 WBA8E9G50GNT00002'],
    ],
    ['in apostrophes', "vin;brand\n'WBA8E9G50GNT00001';'bmw'\n", ['2 WBA8E9G50GNT00001']],
    ['with spaces inside', 'WBA 8E9 G50 GNT 00001\n', ['1 WBA8E9G50GNT00001']],
    [
      'that was joined of two',
      'brand;vin\nbmw;WBA8E9G50GNT00001\nbrand;vin\nbmw;WBA8E9G50GNT00002\n',
      ['2 WBA8E9G50GNT00001', '4 WBA8E9G50GNT00002'],
    ],
  ])('%s', async (_what, text, vins) => {
    expect(await read(text)).toEqual(vins);
  });

  test('without a column of VINs is refused', async () => {
    await expect(read('brand,fleet\nbmw,acme\n')).rejects.toMatchObject({ code: 'LIST_COLUMN_MISSING' });
  });
});
