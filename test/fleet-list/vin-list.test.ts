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
  ])('%s', async (_what, text, vins) => {
    expect(await read(text)).toEqual(vins);
  });

  test('without a column of VINs is refused', async () => {
    await expect(read('brand,fleet\nbmw,acme\n')).rejects.toMatchObject({ code: 'LIST_COLUMN_MISSING' });
  });
});
