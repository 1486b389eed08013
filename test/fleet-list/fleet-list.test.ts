import path from 'node:path';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { type RowPlace, readFleetList } from '../../src/fleet-list/fleet-list';
import { LONGEST_RECORD } from '../../src/fleet-list/records';
import { otonomo } from '../../src/providers/otonomo/profile';
import { bad, CATALOGUE, good, read } from './support';

const BMW = 'WBA81AC05PCM41237';
const FORD = 'WF0EXXTTREN451908';
const VW = 'WVWZZZCD4PW105842';

describe('a good row', () => {
  test('is a vehicle with everything that its columns say', async () => {
    const list = [
      'VIN,Brand,Fleet,Tag:vw-group-customer-name,TAG:Depot,Odometer,Expect',
      `${VW},Volkswagen,Sales,"Example, Inc.",North,2050km,rejected after 15d: privacy mode is enabled`,
      `${FORD},ford,,,,,`,
    ].join('\n');

    expect(await read(list)).toEqual([
      {
        ok: true,
        line: 2,
        vehicle: {
          vin: VW,
          brand: 'volkswagen',
          fleet: 'Sales',
          tags: { 'vw-group-customer-name': 'Example, Inc.', Depot: 'North' },
          odometer: { value: 2050, unit: 'kilometers' },
        },
        expect: 'rejected after 15d: privacy mode is enabled',
        warnings: [],
      },
      { ok: true, line: 3, vehicle: { vin: FORD, brand: 'ford', tags: {} }, warnings: [] },
    ]);
  });

  test.each([
    ['1200mi', { value: 1200, unit: 'miles' }],
    ['0 KM', { value: 0, unit: 'kilometers' }],
  ])('may have the odometer %s', async (odometer, expected) => {
    const rows = await read(`vin,brand,odometer\n${BMW},bmw,${odometer}`);
    expect(rows).toMatchObject([{ vehicle: { odometer: expected } }]);
  });

  test('may spell its brand and its VIN as people do', async () => {
    const rows = await read(`brand;vin\nMercedes Benz;w1k2130041b902316\n ŠKODA ;x`);
    expect(rows[0]).toMatchObject({ vehicle: { brand: 'mercedes-benz', vin: 'W1K2130041B902316' } });
  });

  test('may leave the tag of its brand to a default of the policy', async () => {
    const catalogue = loadCatalogue(undefined, {
      policy: { defaultTags: { 'vw-group-customer-name': 'Example' } },
    });
    expect(await read(`vin,brand\n${VW},vw`, { catalogue })).toMatchObject([
      { ok: true, vehicle: { brand: 'volkswagen', tags: {} } },
    ]);
  });

  test('may leave it to a default of its fleet', async () => {
    const defaultTags = { 'vw-group-customer-name': 'Example' };
    const catalogue = loadCatalogue(undefined, { fleets: { acme: { policy: { defaultTags } } } });
    const list = `vin,brand,fleet\n${VW},vw,acme\nWVWZZZ1KZAW000002,vw,other\nWVWZZZ1KZAW000003,vw,`;
    expect(await read(list, { catalogue })).toMatchObject([
      { ok: true, vehicle: { brand: 'volkswagen', fleet: 'acme', tags: {} } },
      { ok: false, problem: expect.stringContaining('needs the tag') },
      { ok: false, problem: expect.stringContaining('needs the tag') },
    ]);
  });

  test('with a test VIN is good in the sandbox, with a warning about its letters', async () => {
    const list = 'vin,brand\nVIN0TESTVIN000000,sandbox';
    expect(await read(list, { sandbox: true })).toMatchObject([
      { ok: true, warnings: [expect.stringContaining('contains I')] },
    ]);
    expect(await read(list, { sandbox: false })).toMatchObject([{ ok: false }]);
  });

  test('may carry a tag whose name means something to JavaScript', async () => {
    const [row] = good(await read(`vin,brand,tag:__proto__,tag:constructor\n${BMW},bmw,x,y`));
    expect(Object.entries(row?.vehicle.tags ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

describe('a bad row says its line, its value and what to do, and the others go on', () => {
  test.each<[string, string, string, string, RegExp, RegExp]>([
    [
      'a VIN that is too short',
      'vin,brand',
      'WBA1,bmw',
      'WBA1',
      /4 characters instead of 17/,
      /registration/,
    ],
    ['a VIN with an O', 'vin,brand', 'WBA81AC05PCM4123O,bmw', 'WBA81AC05PCM4123O', /contains O/, /digit/],
    ['no VIN', 'vin,brand', ',bmw', '', /is empty/, /Write the VIN/],
    ['an unknown brand', 'vin,brand', `${FORD},frod`, 'frod', /not a brand/, /ford/],
    ['no brand', 'vin,brand', `${FORD},`, '', /has no brand/, /for example/],
    [
      'a value without a heading',
      'vin,brand',
      `${FORD},ford,a,b`,
      'a',
      /column 3 \(C\), but the header ends with column 2 \(B\)/,
      /in quotes/,
    ],
    ['too few values', 'vin,brand,fleet', FORD, '', /has no brand/, /for example bmw/],
    ['a missing tag', 'vin,brand', `${VW},vw`, VW, /needs the tag vw-group-customer-name/, /defaultTags/],
    [
      'an empty tag',
      'vin,brand,tag:vw-group-customer-name',
      `${VW},vw," "`,
      VW,
      /needs the tag/,
      /column tag:/,
    ],
    ['an odometer without a unit', 'vin,brand,odometer', `${FORD},ford,2050`, '2050', /odometer/, /2050km/],
    ['quotes that do not close', 'vin,brand', `"${FORD},ford`, `"${FORD},ford`, /quotes/, /twice/],
  ])('%s', async (_case, header, row, value, problem, remedy) => {
    const filler = ','.repeat(header.split(',').length - 2);
    const rows = await read(`${header}\n${row}\n${BMW},bmw${filler}\n`);
    expect(rows.map((one) => ({ ...one, written: undefined }))).toEqual([
      {
        ok: false,
        line: 2,
        vin: row.startsWith('"') ? '' : row.split(',')[0],
        value,
        problem: expect.stringMatching(problem) as string,
        remedy: expect.stringMatching(remedy) as string,
      },
      expect.objectContaining({ ok: true, line: 3 }),
    ]);
  });

  test('a VIN that was there before names the line of the first, however it is written', async () => {
    const list = `vin,brand\n${BMW},bmw\n${FORD},ford\n ${BMW.toLowerCase()} ,mini\n`;
    expect(bad(await read(list))).toEqual([
      expect.objectContaining({ line: 4, value: BMW, problem: 'the VIN is already on line 2' }),
    ]);
  });

  test('a VIN whose first row was refused may come again', async () => {
    const rows = await read(`vin,brand\n${BMW},bnw\n${BMW},bmw\n`);
    expect(rows.map((row) => row.ok)).toEqual([false, true]);
  });

  test('a line that never ends is cut, and the next one is read', async () => {
    const list = `vin,brand\n${FORD},${'x'.repeat(50 * LONGEST_RECORD)}\n${BMW},bmw\n`;
    for (const chunk of [64, 7_001, list.length]) {
      const rows = await read(list, { chunk });
      expect(rows).toMatchObject([
        { ok: false, line: 2, problem: 'the line is much too long (over 10000 characters)' },
        { ok: true, line: 3 },
      ]);
      expect(bad(rows)[0]?.value.length).toBeLessThan(100);
    }
  });

  test('an unclosed quote spoils its own line only', async () => {
    const rows = await read(`vin,brand,fleet\n${FORD},ford,"the "old" one\n${BMW},bmw,ok\n`);
    expect(rows.map((row) => row.ok)).toEqual([false, true]);
  });
});

describe('a list that cannot be read at all', () => {
  test.each([
    ['without a VIN column', 'serial,brand\nx,bmw', 'LIST_COLUMN_MISSING', /no column "vin"/],
    ['without both', 'a;b\n', 'LIST_COLUMN_MISSING', /no column "vin" and no column "brand"/],
    ['that is empty', '', 'LIST_COLUMN_MISSING', /it is empty/],
    ['of blank lines', '\n \n,,\n', 'LIST_COLUMN_MISSING', /it is empty/],
    ['with a column twice', 'vin,brand,VIN\n', 'LIST_COLUMN_TWICE', /"VIN" twice/],
    ['with a tag twice', 'vin,brand,tag:a,tag:a\n', 'LIST_COLUMN_TWICE', /"tag:a" twice/],
  ])('is one error: %s', async (_case, list, code, message) => {
    await expect(read(list)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test('is one error when the file is not there', async () => {
    const rows = readFleetList('no-such-list.csv', { catalogue: CATALOGUE, sandbox: false });
    await expect(rows.next()).rejects.toMatchObject({
      code: 'LIST_UNREADABLE',
      message: expect.stringContaining('no-such-list.csv') as string,
    });
  });

  test('is one error when the file is a folder', async () => {
    const rows = readFleetList(__dirname, { catalogue: CATALOGUE, sandbox: false });
    await expect(rows.next()).rejects.toMatchObject({ code: 'LIST_UNREADABLE' });
  });
});

describe('the example', () => {
  const file = path.join(__dirname, '..', '..', 'examples', 'fleet.csv');

  test('refuses exactly the rows that are meant to be refused', async () => {
    const surprises: string[] = [];
    const refused: string[] = [];
    const elsewhere = {
      application: 'otonomo:default',
      catalogue: loadCatalogue(undefined, undefined, otonomo),
      sandbox: true,
      checkVehicle: otonomo.checkVehicle,
    };
    const placeOf = ({ application }: RowPlace) => (application === 'otonomo' ? elsewhere : null);
    const options = { catalogue: CATALOGUE, sandbox: true, placeOf, parkings: ['autopay'] };
    for await (const row of readFleetList(file, options)) {
      if (!row.ok) refused.push(`${row.expect}: ${row.problem}`);
      if (row.ok && (/^(invalid|duplicate)/.test(row.expect ?? '') || row.warnings.length > 0)) {
        surprises.push(row.vehicle.vin);
      }
    }
    expect(surprises).toEqual([]);
    expect(refused).toEqual([
      'invalid: Audi needs the tag vw-group-customer-name',
      'duplicate: the VIN is already on line 5',
      'invalid: the VIN has 16 characters instead of 17',
    ]);
  });
});

test.each([
  [
    'tags',
    `vin,brand,${Array.from({ length: 51 }, (_, index) => `tag:t${index}`)}`,
    `${Array(51).fill('x')}`,
    'has 51 tags; at most 50 are kept',
  ],
  ['fleet', 'vin,brand,fleet', 'x'.repeat(201), 'the fleet has 201 characters; at most 200 are kept'],
])(
  'a row over the bounds of an activation is refused with its line, the others are not: %s',
  async (_, header, cells, problem) => {
    const columns = header.split(',').length - 2;
    const rows = await read(`${header}\n${BMW},bmw,${cells}\n${FORD},ford${','.repeat(columns)}\n`);
    expect(bad(rows)).toEqual([
      expect.objectContaining({ line: 2, vin: BMW, problem: expect.stringContaining(problem) }),
    ]);
    expect(good(rows)).toHaveLength(1);
  },
);
