import { VehiclesSplitter } from '../../../src/providers/otonomo/list-splitter';
import type { ListedRow } from '../../../src/providers/provider';
import { closeAll, connect, failureOf, ONE, SHORT, TWO, VEHICLES, workspace } from './harness';

afterEach(closeAll);

const LIST = `GET ${VEHICLES}`;
const listOf = (vehicles: readonly unknown[]) => ({ body: { vehicles } });

test.each([
  ['Enabled', 'approved', null],
  ['enabled', 'approved', null],
  ['CONSENTED', 'approved', null],
  ['Pending', 'pending', null],
  ['pending', 'pending', null],
  ['Pending Verification', 'pending', 'Pending Verification'],
  ['pending_verification', 'pending', 'pending_verification'],
  ['Pending Enablement', 'pending', 'Pending Enablement'],
  ['Incomplete', 'pending', 'Incomplete'],
  ['Disabled', 'revoked', 'Disabled'],
  ['revoked', 'revoked', 'revoked'],
  ['Error', 'rejected', null],
  ['Pending Consent', 'pending', 'Pending Consent'],
  ['On Hold', 'unknown', 'On Hold'],
  ['absent', 'unknown', 'absent'],
])('the word %s is %s', async (word, status, reason) => {
  const { client } = await connect({ [LIST]: workspace({ [ONE]: word }) });
  expect(await client.list()).toEqual([
    { vin: ONE, status, reason, brand: 'mercedes-benz', tags: {}, changelog: [], newestChange: null },
  ]);
});

test('the whole workspace is read, and only what was asked for is kept', async () => {
  const { client, server } = await connect({
    [LIST]: workspace({ [ONE.toLowerCase()]: 'Pending', [TWO]: 'Enabled', [SHORT]: 'Error' }, 'Lada'),
  });
  const found = await client.list({ vins: [ONE, SHORT] });
  expect(found.map(({ vin, status, brand }) => [vin, status, brand])).toEqual([
    [ONE, 'pending', null],
    [SHORT, 'rejected', null],
  ]);
  expect(server.to(LIST).map(({ url }) => url)).toEqual([VEHICLES]);
  expect(await client.list({ vins: [] })).toEqual([]);
  expect(server.to(LIST)).toHaveLength(1);
});

test('of two rows of a vehicle the open one counts', async () => {
  const rows = ['Disabled', 'Pending', 'Error'].map((status) => ({ vin: ONE, status, make: 'bmw' }));
  const { client } = await connect({ [LIST]: listOf(rows) });
  expect(await client.list()).toMatchObject([{ vin: ONE, status: 'pending', rows: 3 }]);
});

test('a row that names its vehicle and little more stays, as unknown', async () => {
  const skipped: unknown[] = [];
  const { client } = await connect(
    { [LIST]: listOf([{ vin: ONE }, { vin: TWO, status: 'Enabled' }]) },
    { onSkipped: (row) => skipped.push(row) },
  );
  expect((await client.list()).map(({ status }) => status)).toEqual(['unknown', 'approved']);
  expect(skipped).toMatchObject([{ index: 0, vin: ONE }]);
});

test('a row that does not name its vehicle makes those doubtful that are not shown open', async () => {
  const { client } = await connect({
    [LIST]: listOf([
      { vin: ONE, status: 'Enabled' },
      { vin: 'WVW***', status: 'Enabled' },
      { vin: TWO, status: 'Disabled' },
    ]),
  });
  expect(await client.list({ vins: [ONE] })).toHaveLength(1);
  for (const vin of [TWO, SHORT]) {
    expect(await failureOf(client.list({ vins: [vin] }))).toMatchObject({
      code: 'PROVIDER_BAD_REPLY',
      mayBeOfOne: true,
    });
  }
});

describe('the whole list is gone through', () => {
  const seen = async (body: string) => {
    const rows: [string, string | undefined][] = [];
    const { client } = await connect({ [LIST]: { body } });
    await client.scan((row: ListedRow) => {
      const read = row.read();
      rows.push([read?.vin ?? 'nameless', read?.clearance?.status]);
    });
    return rows;
  };
  const ROWS = `[{"vin":"${ONE}","status":"Enabled"}, {"vin":"${TWO}"},{"status":"Error"}]`;
  const EXPECTED = [
    [ONE, 'approved'],
    [TWO, undefined],
    ['nameless', undefined],
  ];

  test.each([
    ['as it is documented', `{"vehicles":${ROWS}}`],
    ['with spaces', ` {\n "vehicles" : ${ROWS} }\n`],
    ['behind other keys', `{"count":"3","page":1,"vehicles":${ROWS}}`],
    ['before other keys', `{"vehicles":${ROWS},"next":null,"meta":{"a":[1,2]}}`],
    ['behind a summary', `{"summary":{"total":3,"by":{"Enabled":[1,2]}},"vehicles":${ROWS}}`],
    ['behind another list', `{"errors":[{"vehicles":[1]}, "]"],"vehicles":${ROWS}}`],
    ['behind a text with quotes', `{"note":"the \\"vehicles\\": [of] {yours","vehicles":${ROWS}}`],
    ['with a byte order mark', `\uFEFF{"vehicles":${ROWS}}`],
  ])('%s', async (_, body) => {
    expect(await seen(body)).toEqual(EXPECTED);
  });

  test.each([
    ['that is cut off in a row', `{"vehicles":${ROWS.slice(0, -10)}`],
    ['that is cut off behind the list', `{"vehicles":${ROWS}`],
    ['that is a bare array', ROWS],
    ['that has no vehicles', '{"message":"maintenance"}'],
    ['that has them somewhere else', `{"data":{"vehicles":${ROWS}}}`],
    ['that has a text of them', `{"message":"\\"vehicles\\":[]"}`],
    ['that is a page', '<html>'],
    ['that is empty', ''],
  ])('and a reply %s is no list', async (_, body) => {
    expect(await failureOf(seen(body))).toMatchObject({ code: 'PROVIDER_BAD_REPLY' });
  });

  test('in pieces of any size', () => {
    const bytes = Buffer.from(`{"a":"é","s":{"t":["]}\\"",{}]},"vehicles":${ROWS},"b":"]}"}`);
    for (const size of [1, 2, 3, 7, 50]) {
      const rows: string[] = [];
      const splitter = new VehiclesSplitter(
        (row) => rows.push(row.toString()),
        (what) => new Error(what),
      );
      for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
      splitter.end();
      expect(rows.map((row) => JSON.parse(row))).toEqual(JSON.parse(ROWS));
    }
  });

  test('and the same bytes have the same fingerprint', async () => {
    const prints: string[] = [];
    const { client } = await connect({ [LIST]: workspace({ [ONE]: 'Pending', [TWO]: 'Pending' }) });
    for (const _ of [1, 2]) await client.scan(({ fingerprint }) => void prints.push(fingerprint));
    expect(prints.slice(0, 2)).toEqual(prints.slice(2));
    expect(new Set(prints).size).toBe(2);
  });
});
