import { loadCatalogue } from '../../src/catalogue/catalogue';
import { type FleetListOptions, type ListRow, readFleetList } from '../../src/fleet-list/fleet-list';

/** The plates of a list, whose parking is started beside the data. */

const VIN = 'WBA8E9G50GNT00001';
const OTHER = 'WBA8E9G50GNT00002';

async function read(
  lines: readonly string[],
  options: Partial<FleetListOptions> = { parkings: ['autopay'] },
): Promise<ListRow[]> {
  const rows: ListRow[] = [];
  const around = { catalogue: loadCatalogue(), sandbox: false, ...options };
  for await (const row of readFleetList(text(lines), around)) rows.push(row);
  return rows;
}

async function* text(lines: readonly string[]): AsyncGenerator<string> {
  yield `${lines.join('\n')}\n`;
}

test.each([
  ['plate', `${VIN},bmw,NO-AA12345`, { country: 'NO', number: 'AA12345', subdivision: null }],
  ['plate', `${VIN},bmw,no aa 12 345`, { country: 'NO', number: 'AA12345', subdivision: null }],
  ['plate,country', `${VIN},bmw,aa.12345,no`, { country: 'NO', number: 'AA12345', subdivision: null }],
  [
    'Kennzeichen,country,subdivision',
    `${VIN},bmw,bb 123,DE,HD`,
    { country: 'DE', number: 'HDBB123', subdivision: 'HD' },
  ],
  // Dessau.
  ['plate,country', `${VIN},bmw,DE-AB 123,DE`, { country: 'DE', number: 'DEAB123', subdivision: null }],
])('%s reads the plate of %s', async (columns, row, plate) => {
  expect(await read([`vin,brand,${columns}`, row])).toMatchObject([
    { ok: true, vehicle: { vin: VIN, plate } },
  ]);
});

test.each([
  ['plate', 'AA12345', 'does not begin with its country'],
  ['plate,country', 'AA12345,Norge', 'has no country "Norge"'],
  ['plate,country', 'NO-AA12345,NO', 'names its country once more'],
  ['plate,country', 'DE-HD-BB 123,DE', 'names its country once more'],
  ['plate', '=A1', 'the plate'],
])('a row whose plate cannot be read is refused, with what to do: %s %s', async (columns, cells, problem) => {
  const [row] = await read([`vin,brand,${columns}`, `${VIN},bmw,${cells}`]);
  expect(row).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
});

test('under another word nobody has asked for it: what cannot be read is left out, and the vehicle is started', async () => {
  const [row] = await read(['vin,brand,Kennzeichen', `${VIN},bmw,AA12345`]);
  expect(row).toMatchObject({ ok: true, warnings: [expect.stringContaining('is left out')] });
  expect(row).not.toHaveProperty('vehicle.plate');
});

test('where no parking is configured a row with a plate says so, and its data is started', async () => {
  const [row] = await read(['vin,brand,plate', `${VIN},bmw,NO-AA12345`], {});
  const warning = 'the plate NO-AA12345 is not used: no parking is configured here (VIN_PARKING)';
  expect(row).toMatchObject({ ok: true, warnings: [warning] });
  expect(row).not.toHaveProperty('vehicle.plate');
});

test("a plate is one vehicle's", async () => {
  const rows = await read(['vin,brand,plate', `${VIN},bmw,NO-AA12345`, `${OTHER},bmw,no aa12345`]);
  const problem = `is already the plate of ${VIN} on line 2`;
  expect(rows).toMatchObject([{ ok: true }, { ok: false, value: 'NO-AA12345', problem }]);
});

describe('the column of providers', () => {
  const elsewhere = { application: 'otonomo:default', catalogue: loadCatalogue(), sandbox: false };
  const options: Partial<FleetListOptions> = {
    parkings: ['autopay'],
    placeOf: ({ application }) => (application === 'otonomo' ? elsewhere : null),
  };
  const rowsOf = (cell: string, plate = 'NO-AA12345') =>
    read(
      ['vin,brand,providers,plate', `${VIN},bmw,"${cell}",${plate}`].map((line) =>
        line.replace('providers', 'application'),
      ),
      options,
    );

  test('may name several: one start for each, and the parking once', async () => {
    const [first, second, ...more] = await rowsOf('high-mobility, otonomo, autopay');
    expect(more).toEqual([]);
    expect(first).toMatchObject({ ok: true, line: 2, vehicle: { plate: { number: 'AA12345' } } });
    expect(second).toMatchObject({ ok: true, line: 2, vehicle: { application: 'otonomo:default' } });
    expect(second).not.toHaveProperty('vehicle.plate');
  });

  test('may name the parking alone: then no data is started', async () => {
    expect(await rowsOf('autopay')).toMatchObject([
      { ok: true, vehicle: { onlyParking: true, application: 'autopay' } },
    ]);
  });

  test('needs a plate where it names the parking alone', async () => {
    expect(await rowsOf('autopay', '')).toMatchObject([
      { ok: false, problem: 'is a provider of parking, and the row has no plate' },
    ]);
  });
});

describe('a row without a VIN', () => {
  const only = 'only the parking of NO-AA12345 is started: the row has no VIN';
  const alone = { vin: '', onlyParking: true, plate: { number: 'AA12345' } };

  test.each([
    ['vin,brand,plate', ',,NO-AA12345'],
    ['vin,brand,plate,country', ' ,bmw,aa 12345,NO'],
    ['vin,brand,application,plate', ',,autopay,NO-AA12345'],
    ['vin,brand,Kennzeichen', ',,NO-AA12345'],
  ])('has its plate parked alone, and says so: %s', async (columns, row) => {
    expect(await read([columns, row])).toMatchObject([{ ok: true, vehicle: alone, warnings: [only] }]);
  });

  test('keeps its fleet and its reference', async () => {
    const [row] = await read(['vin,brand,plate,fleet,external_id', ',,NO-AA12345,acme,our-1']);
    expect(row).toMatchObject({ ok: true, vehicle: { ...alone, fleet: 'acme', externalId: 'our-1' } });
  });

  test.each([
    ['vin,brand,plate', ',bmw,', 'the row has neither a VIN nor a plate'],
    ['vin,brand,plate', ',bmw,AA12345', 'the plate does not begin with its country'],
    ['vin,brand,application,plate', ',bmw,high-mobility,NO-AA12345', 'the VIN is empty'],
    ['vin,brand,Kennzeichen', ',bmw,AA12345', 'the VIN is empty'],
    ['vin,brand', ',bmw', 'the VIN is empty'],
  ])(
    'and without a plate that can be parked is refused, with what to do: %s %s',
    async (columns, row, problem) => {
      const options = { parkings: ['autopay'], placeOf: () => null };
      const rows = await read(
        [columns, `${VIN},bmw,,`, row].map((line) => line),
        options,
      );
      expect(rows.at(-1)).toMatchObject({ ok: false, problem, remedy: expect.stringMatching(/\w/) });
    },
  );

  test('is refused where no parking is configured, and where nothing is started of it', async () => {
    const lines = ['vin,brand,plate', ',bmw,NO-AA12345'];
    const problem = 'the row has no VIN, and there is no parking for its plate here (VIN_PARKING)';
    expect(await read(lines, { parkings: [] })).toMatchObject([{ ok: false, problem }]);
    expect(await read(lines, {})).toMatchObject([{ ok: false, problem: 'the VIN is empty' }]);
  });

  test('has a plate of its own: twice in a list it is refused, with a VIN or without', async () => {
    const rows = await read(['vin,brand,plate', ',,NO-AA12345', ',,no aa 12345', `${VIN},bmw,NO-AA12345`]);
    const problem = 'is already on line 2';
    expect(rows).toMatchObject([{ ok: true }, { ok: false, problem }, { ok: false, problem }]);
  });
});
