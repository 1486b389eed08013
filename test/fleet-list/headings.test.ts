import { bad, good, notesOf, read } from './support';

const VIN = (n: number) => `WBA8E9G50GNT${String(n).padStart(5, '0')}`;
const ROWS = `${VIN(1)};BMW;acme\n${VIN(2)};Tesla;acme\n`;
const failure = async (list: string) =>
  read(list).then(
    () => undefined,
    (error: { code: string; message: string; next: string }) => error,
  );

describe('a heading in the words of people', () => {
  test.each([
    ...['VIN number', 'Vin-Nr.', 'VIN ', 'FIN', 'Fahrgestellnummer', 'FAHRGESTELL-NR.', 'Fahrgestell Nr'],
    ...['Fahrzeug-Identifizierungsnummer', 'FIN / VIN', 'Chassis number', 'Chassis No.', 'N° de châssis'],
    ...['Numéro de châssis', 'Numero VIN', 'Número de bastidor', 'Nº bastidor', 'Bastidor', 'Telaio'],
    ...['Numero di telaio', 'N. telaio', 'Fahrgestellnummer (17-stellig)', 'vehicle_identification_number'],
  ])('is read as vin, which a note says: %s', async (heading) => {
    const list = `${heading};brand;fleet\n${ROWS}`;
    expect(good(await read(list)).map(({ vehicle }) => vehicle.vin)).toEqual([VIN(1), VIN(2)]);
    const said = heading === 'VIN ' ? [] : [`the column "${heading.trim()}" is read as vin`];
    expect(await notesOf(list)).toEqual(said);
  });

  test.each([
    ...['Brand name', 'Make', 'MAKE', 'Manufacturer', 'Marke', 'Hersteller', 'Fahrzeugmarke', 'Marque'],
    ...['Constructeur', 'Marca', 'Fabricante', 'Casa costruttrice', 'Marke (Hersteller)'],
  ])('is read as brand: %s', async (heading) => {
    const list = `vin;${heading};fleet\n${ROWS}`;
    expect(good(await read(list)).map(({ vehicle }) => vehicle.brand)).toEqual(['bmw', 'tesla']);
    expect(await notesOf(list)).toEqual([`the column "${heading}" is read as brand`]);
  });

  test.each(['Flotte', 'Fuhrpark', 'Fleet name', 'Flota', 'Flotta'])(
    'is read as fleet: %s',
    async (heading) => {
      const rows = good(await read(`vin;brand;${heading}\n${ROWS}`));
      expect(rows.map(({ vehicle }) => vehicle.fleet)).toEqual(['acme', 'acme']);
    },
  );

  test.each(['external_id', 'External ID', 'externe Referenz'])(
    'is read as the reference of whoever has made the list: %s',
    async (heading) => {
      const rows = await read(
        `vin;brand;${heading}\n${VIN(1)};bmw;A-4711\n${VIN(2)};bmw;\n${VIN(3)};bmw;=B3\n`,
      );
      expect(good(rows).map(({ vehicle }) => vehicle.externalId)).toEqual(['A-4711', undefined]);
      expect(bad(rows)).toMatchObject([{ problem: expect.stringContaining('the external id') }]);
    },
  );

  test.each([
    ['Kilometerstand', '2.050', 'kilometers'],
    ['km-Stand', '2050', 'kilometers'],
    ['Kilométrage', '2 050', 'kilometers'],
    ['Kilometraje', '2050', 'kilometers'],
    ['Chilometraggio', '2050', 'kilometers'],
    ['Mileage (mi)', '2,050', 'miles'],
    ['Mileage', '2050 mi', 'miles'],
  ])('is read as odometer, and the unit that it names counts: %s', async (heading, value, unit) => {
    expect(await read(`vin;brand;${heading}\n${VIN(1)};bmw;${value}\n`)).toMatchObject([
      { ok: true, vehicle: { odometer: { value: 2050, unit } } },
    ]);
  });

  test('does not stop a vehicle by an odometer that nobody has asked for', async () => {
    const list = `vin;brand;Mileage\n${VIN(1)};bmw;12345\n${VIN(2)};bmw;#N/A\n${VIN(3)};bmw;2050 km\n`;
    expect(
      good(await read(list)).map(({ warnings, vehicle }) => [vehicle.odometer?.value, ...warnings]),
    ).toEqual([
      [undefined, '"12345" is an odometer without a unit, and is left out'],
      [undefined, '"#N/A": the odometer is an error of the spreadsheet program, and is left out'],
      [2050],
    ]);
  });

  test('counts only where the word of the column itself stands nowhere', async () => {
    const list = `FIN;vin;Marke;brand;Flotte;fleet (name)\nx;${VIN(1)};y;bmw;z;acme\n`;
    expect(await read(list)).toMatchObject([
      { ok: true, vehicle: { vin: VIN(1), brand: 'bmw', fleet: 'acme' } },
    ]);
    expect(await notesOf(list)).toEqual([
      'the columns "FIN", "Marke", "Flotte" are not known and are ignored',
    ]);
  });

  test('is asked about where two of them mean the same', async () => {
    expect(await failure(`vin;Make;Hersteller\n${ROWS}`)).toMatchObject({
      code: 'LIST_COLUMN_TWICE',
      message: 'The columns "Make" and "Hersteller" both mean brand.',
      next: 'Rename the right one to brand.',
    });
  });

  test.each(['Modell', 'Vinyl', 'Finanzierung', 'Makeup', 'Markenfarbe', 'Typ'])(
    'is not guessed: %s',
    async (heading) => {
      expect(await failure(`${heading};brand;fleet\nx;bmw;y\n`)).toMatchObject({
        code: 'LIST_COLUMN_MISSING',
      });
    },
  );
});

describe('where a heading is not known, the error', () => {
  test('says which column to rename, by what stands in it', async () => {
    expect(await failure(`Nr.;Foo;Bar;Fleet\n1;${VIN(1)};BMW;Pool\n2;${VIN(2)};Kia;Pool\n`)).toMatchObject({
      code: 'LIST_COLUMN_MISSING',
      next: 'Rename the column "Foo" to vin, and rename the column "Bar" to brand.',
    });
    expect(await failure(`VIN;;Fleet\n${ROWS}`)).toMatchObject({ next: 'Name column 2 (B) brand.' });
    expect(await failure(`VIN\n${VIN(1)}\n`)).toMatchObject({
      next: 'Add a column "brand" with the brands.',
    });
  });

  test('points at the line of the header, not at a title above it', async () => {
    const list = `Fuhrparkliste;;;\n;;;\nNr.;Foo;Bar;Fleet\n1;${VIN(1)};BMW;Pool\n`;
    const error = await failure(list);
    expect(error?.message).toBe(
      'The list has no column "vin" and no column "brand"; line 3 names "Nr.", "Foo", "Bar", "Fleet".',
    );
    expect(error?.next).toContain('Rename the column "Foo" to vin');
    const title = await failure(`Our fleet, and the rest;;\n\nFahrzeug;Marke;Fleet\n1;BMW;Pool\n`);
    expect(title?.message).toBe('The list has no column "vin"; line 3 names "Fahrzeug", "Marke", "Fleet".');
  });

  test('says that there is no header where the first line is a vehicle', async () => {
    for (const list of [
      `${VIN(1)},BMW\n${VIN(2)},BMW\n`,
      `\n"${VIN(1)}",BMW\n\nvin,brand\n${VIN(2)},BMW\n`,
    ]) {
      const line = list.startsWith('\n') ? 2 : 1;
      expect(await failure(list)).toMatchObject({
        code: 'LIST_COLUMN_MISSING',
        message: `The list has no header: line ${line} is a vehicle already.`,
        next: 'Write a line above it that names each column: vin for column 1 (A), brand for column 2 (B).',
      });
    }
  });
});

describe('a title above the header', () => {
  test('may have a header in other words under it', async () => {
    const list = `Liste;;\nNr.;Fahrgestellnummer;Hersteller\n1;${VIN(1)};BMW\n`;
    expect(await read(list)).toMatchObject([{ ok: true, line: 3, vehicle: { brand: 'bmw' } }]);
    expect((await notesOf(list))[0]).toBe('line 1 is left out: the header is line 2');
  });

  test.each(['Fuhrparkliste 2026', 'Fuhrparkliste2026', 'FUHRPARKSTAND2026'])(
    'may have as many letters and digits as a VIN: %s',
    async (title) => {
      expect(await read(`${title};;\nvin;brand;fleet\n${ROWS}`)).toMatchObject([{ line: 3 }, { line: 4 }]);
    },
  );

  test('may be a header in other words: that in the words of the columns counts', async () => {
    const list = `Fahrgestellnummer;Marke;Kunde\nvin;brand;tag:customer\n${VIN(1)};BMW;acme\n`;
    expect(await read(list)).toMatchObject([{ ok: true, line: 3, vehicle: { tags: { customer: 'acme' } } }]);
  });
});

test.each([
  'vin;brand;fleet',
  'VIN;Brand;Fleet',
  'Fahrgestellnummer;Marke;Flotte',
  'FAHRGESTELLNUMMER;MARKE;FLOTTE',
])('the header once more is no row, in any case and spelling: %s', async (again) => {
  const rows = await read(`vin;brand;fleet\n${VIN(1)};bmw;a\n${again}\n${VIN(2)};bmw;a\n`);
  expect(rows).toMatchObject([
    { ok: true, line: 2 },
    { ok: true, line: 4 },
  ]);
});

test('a header with other columns is no repetition, and is refused as what it is', async () => {
  const rows = await read(`vin;brand;fleet;tag:a\n${VIN(1)};bmw;x;y\nvin;brand;tag:a;fleet\n`);
  expect(bad(rows)).toMatchObject([
    { line: 3, problem: 'is a header again, with other columns than the first' },
  ]);
});

describe('a column that is not known', () => {
  test.each([
    ['where rows are good', `vin,brand,flet\n${VIN(1)},bmw,a\n`],
    ['where no row gets through', `vin,brand,flet\nx,bmw,a\n`],
    ['where there are no rows', 'vin,brand,flet\n'],
  ])('is said of the list, and hangs on no vehicle: %s', async (_, list) => {
    expect(await notesOf(list)).toContain('the column "flet" is not known and is ignored');
    expect(good(await read(list)).flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  test('is to be renamed where it has the name of a tag that is missing', async () => {
    const list = `vin,brand,VW group customer name\n${VIN(1)},vw,ACME\n`;
    expect(bad(await read(list))).toMatchObject([
      { remedy: 'Rename the column "VW group customer name" to "tag:vw-group-customer-name".' },
    ]);
  });
});
