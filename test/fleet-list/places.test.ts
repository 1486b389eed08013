import { loadCatalogue } from '../../src/catalogue/catalogue';
import { readConfig } from '../../src/config/config';
import { createPlaceOf, readPlace } from '../../src/config/places';
import { type ListRow, type RowPlace, readFleetList } from '../../src/fleet-list/fleet-list';
import { otonomo } from '../../src/providers/otonomo/profile';

/** Where the vehicles of one list go that belong to several applications. */

const ELSEWHERE = {
  application: 'otonomo:default',
  catalogue: loadCatalogue(undefined, undefined, otonomo),
  sandbox: false,
  checkVehicle: otonomo.checkVehicle,
};

async function read(
  lines: readonly string[],
  placeOf?: Parameters<typeof readFleetList>[1]['placeOf'],
): Promise<ListRow[]> {
  const options = { catalogue: loadCatalogue(), sandbox: false, ...(placeOf && { placeOf }) };
  const rows: ListRow[] = [];
  for await (const row of readFleetList(textOf(lines), options)) rows.push(row);
  return rows;
}

async function* textOf(lines: readonly string[]): AsyncGenerator<string> {
  yield `${lines.join('\n')}\n`;
}

const byColumn = ({ application }: RowPlace) => (application === '' ? null : ELSEWHERE);

test('a row goes where its column says, and is read by the rules of that provider', async () => {
  const rows = await read(
    [
      'vin,brand,provider',
      'WBA8E9G50GNT00001,bmw,',
      'WVWZZZCD4PW10584,Another make,otonomo',
      'WVWZZZCD4PW10585,bmw,',
    ],
    byColumn,
  );
  expect(rows).toMatchObject([
    { ok: true, vehicle: { vin: 'WBA8E9G50GNT00001' } },
    { ok: true, vehicle: { vin: 'WVWZZZCD4PW10584', brand: 'other', application: 'otonomo:default' } },
    { ok: false, problem: expect.stringContaining('16 characters instead of 17') },
  ]);
  expect(rows[0]).not.toHaveProperty('vehicle.application');
});

test('a vehicle may be in the list once for each application', async () => {
  const row = 'WBA8E9G50GNT00001,bmw';
  const rows = await read(['vin,brand,application', `${row},`, `${row},otonomo`, `${row},otonomo`], byColumn);
  expect(rows.map(({ ok }) => ok)).toEqual([true, true, false]);
});

test('what the column says decides with the fleet and the brand as they are written', async () => {
  const asked: RowPlace[] = [];
  await read(['vin,brand,fleet,application', 'WBA8E9G50GNT00001,bmw,Acme,otonomo:acme'], (row) => {
    asked.push(row);
    return null;
  });
  expect(asked).toEqual([{ application: 'otonomo:acme', fleet: 'Acme', brand: 'bmw' }]);
});

test('a row whose application there is not says why, and so does one where no other is known', async () => {
  const lines = ['vin,brand,application', 'WBA8E9G50GNT00001,bmw,x:y'];
  expect(await read(lines, () => 'names a provider that there is not: x')).toMatchObject([
    { ok: false, value: 'x:y', problem: 'names a provider that there is not: x' },
  ]);
  expect(await read(lines)).toMatchObject([{ ok: false, value: 'x:y', problem: 'is another application' }]);
});

test('a fleet and a brand have their place by the configuration', () => {
  const VIN_PLACES = 'fleet:Acme Leasing=otonomo:acme, brand:Mercedes-Benz=otonomo';
  const { fleet, brand } = readConfig({ VIN_PLACES }, ['VIN_PLACES']).VIN_PLACES;
  expect(fleet.get('acmeleasing')).toEqual({ provider: 'otonomo', application: 'acme' });
  expect(brand.get('mercedesbenz')).toEqual({ provider: 'otonomo', application: 'default' });
  expect(readConfig({}, ['VIN_PLACES']).VIN_PLACES.fleet.size).toBe(0);
  for (const bad of ['acme=otonomo', 'fleet:acme', 'brand:=otonomo', 'fleet:acme=a:b:c']) {
    expect(() => readConfig({ VIN_PLACES: bad }, ['VIN_PLACES'])).toThrow('is no place');
  }
});

describe('where a vehicle goes', () => {
  const VIN_PLACES = 'fleet:Acme Leasing=otonomo:acme,brand:Volkswagen=otonomo:vw';
  const placeOf = createPlaceOf(readConfig({ VIN_PLACES }, ['VIN_PLACES']).VIN_PLACES, {
    brands: loadCatalogue().brands,
    has: ({ provider }) => provider === 'otonomo',
  });

  test.each([
    ['its own word counts before its fleet', { application: 'otonomo', fleet: 'Acme Leasing' }, 'default'],
    ['its fleet counts before its brand', { fleet: 'acme leasing', brand: 'Volkswagen' }, 'acme'],
    ['its brand, as it is written', { brand: 'volkswagen' }, 'vw'],
    ['its brand by another spelling', { brand: 'VW' }, 'vw'],
  ])('%s', (_, wanted, application) => {
    const place = placeOf({ application: '', fleet: '', brand: '', ...wanted });
    expect(place).toEqual({ provider: 'otonomo', application });
  });

  test('nothing says so, or what is said is none', () => {
    const nothing = { application: '', fleet: 'Other', brand: 'bmw' };
    expect(placeOf(nothing)).toBeNull();
    expect(placeOf({ ...nothing, application: 'a:b:c' })).toBe('is no application');
    expect(placeOf({ ...nothing, application: 'toy' })).toContain('a provider that there is not: toy');
  });
});

test.each([
  ['otonomo', { provider: 'otonomo', application: 'default' }],
  [' otonomo:acme ', { provider: 'otonomo', application: 'acme' }],
  ['Otonomo!', null],
  ['a:b:c', null],
  ['', null],
])('%j names the application %j', (text, application) => {
  expect(readPlace(text)).toEqual(application);
});
