import { type RowBatch, readBatches } from '../../src/fleet-list/fleet-list';
import { problemOf } from '../../src/fleet-list/import-rows';
import { bad, CATALOGUE, chunks, good, notesOf, read } from './support';

const VIN = (n: number) => `WBA8E9G50GNT${String(n).padStart(5, '0')}`;
const spaced = (n: number, by = ' ') => [VIN(n).slice(0, 3), VIN(n).slice(3, 9), VIN(n).slice(9)].join(by);

describe('a VIN with spaces inside', () => {
  test.each([' ', '\u00A0', '\u202F', '\u3000', '  ', '\t', ' \u00A0'])(
    'is read without them: %j',
    async (by) => {
      for (const value of [spaced(1, by), `"${spaced(1, by)}"`, ` ${spaced(1, by).toLowerCase()}\u00A0`]) {
        const list = `vin,brand\n${value},bmw\n`;
        for (const chunk of [1, 7, 1_000]) {
          expect(await read(list, { chunk })).toMatchObject([
            { ok: true, vehicle: { vin: VIN(1) }, warnings: [] },
          ]);
        }
      }
    },
  );

  test('is said once for the list', async () => {
    const list = `vin,brand\n${VIN(1)},bmw\n${spaced(2)},bmw\n${spaced(3)},bmw\n`;
    expect(await notesOf(list)).toEqual([
      `VINs with spaces inside are read without them: first ${VIN(2)} on line 3`,
    ]);
  });

  test('is the same vehicle as without them', async () => {
    expect(await read(`vin,brand\n${VIN(1)},bmw\n${spaced(1)},bmw\n`)).toMatchObject([
      { ok: true },
      { ok: false, problem: 'the VIN is already on line 2' },
    ]);
  });

  test.each([
    ['WBA\u00A08E9', 'a no-break space (U+00A0)'],
    ['WBA\u202F8E9', 'a space (U+202F)'],
    ['WBA 8E9', 'a space (U+0020)'],
    ['WBA8E9\uFF0D', 'the character "－" (U+FF0D)'],
  ])('is refused where it is none without them, and the real character is named: %j', async (vin, name) => {
    expect(await read(`vin,brand\n${vin},bmw\n`)).toMatchObject([
      { ok: false, problem: `the VIN contains ${name}` },
    ]);
  });

  test.each([
    ['-', 'Delete the hyphens: a VIN has digits and the letters A to Z only.'],
    ['.', 'Delete the dots: a VIN has digits and the letters A to Z only.'],
    ['_', 'Delete the characters "_": a VIN has digits and the letters A to Z only.'],
  ])('or with %s inside, which stays refused, has a remedy', async (by, remedy) => {
    expect(await read(`vin,brand\n${spaced(1, by)},bmw\n`)).toMatchObject([{ ok: false, remedy }]);
  });
});

const FORMULAS = ['=B3', '=SUM(E2:E5)', '+A1', '-$B$2', '@SUM(A1)', '=HYPERLINK(1)', '＝B3', '= A1+B2'];
const ERRORS = [
  '#N/A',
  '#REF!',
  '#WERT!',
  '#NV',
  '#DIV/0!',
  '#NAME?',
  '#BEZUG!',
  '#VALEUR!',
  '#¡REF!',
  '#N/D',
  '####',
  'Err:502',
];

describe.each(['vin', 'brand', 'fleet', 'odometer', 'tag:site'])('in the column %s', (column) => {
  const rowWith = (value: string) => {
    const values: Record<string, string> = {
      vin: VIN(1),
      brand: 'bmw',
      fleet: '',
      odometer: '',
      'tag:site': '',
    };
    values[column] = value;
    return `${Object.keys(values).join(';')}\n${Object.values(values).join(';')}\n${VIN(2)};bmw;;;\n`;
  };
  const name = { vin: 'VIN', 'tag:site': 'tag site' }[column] ?? column;

  test.each(FORMULAS)('a formula is refused as one: %s', async (value) => {
    expect(await read(rowWith(value))).toMatchObject([
      { ok: false, line: 2, value, problem: `the ${name} is a formula` },
      { ok: true, line: 3 },
    ]);
  });

  test.each(ERRORS)('an error of the spreadsheet program is refused as one: %s', async (value) => {
    expect(await read(rowWith(value))).toMatchObject([
      { ok: false, line: 2, value, problem: `the ${name} is an error of the spreadsheet program` },
      { ok: true, line: 3 },
    ]);
  });
});

test.each([
  '-',
  '0',
  'TRUE',
  '01.02.2024',
  '#1',
  '+49 30 123',
  '- Nord -',
  '@home',
  '+plus',
  '#Nord',
  'E-Flotte',
  'Err',
])('a name that only looks odd is one: %s', async (name) => {
  expect(await read(`vin;brand;fleet;tag:a\n${VIN(1)};bmw;${name};${name}\n`)).toMatchObject([
    { ok: true, vehicle: { fleet: name, tags: { a: name } } },
  ]);
});

describe('a row that adds up the others', () => {
  const HEAD = `VIN;Brand;Fleet;Odometer (km)\n${VIN(1)};bmw;Pool;10\n`;
  test.each([
    ...[
      'Total;;;10',
      'TOTAL;;;',
      'Summe;;;10',
      'Gesamt:;;;10',
      'Gesamtsumme;;;10',
      'Somme;;;10',
      'Totale;;;10',
      'Suma;;;10',
    ],
    ...[
      'Summe: 24 Fahrzeuge;;;',
      '24 Fahrzeuge;;;',
      'Grand Total;;;',
      'Anzahl: 1;;;',
      ';;Summe;60.000',
      ';Total;;10',
    ],
    ...[';;;10', ';;;=SUM(D2:D2)', '1;;Total;', '"Total";;;="10"'],
  ])('at the end is left out, which is said with its line: %s', async (total) => {
    for (const list of [`${HEAD}${total}\n`, `${HEAD}\n${total}`, `${HEAD}${total}\n;;;\n\n`]) {
      expect(await read(list)).toMatchObject([{ ok: true, line: 2 }]);
      const line = list.startsWith(`${HEAD}\n`) ? 4 : 3;
      expect(await notesOf(list)).toEqual([`line ${line} looks like a total row and is left out`]);
    }
  });

  test('is refused where vehicles come after it, in its place', async () => {
    const rows = await read(`${HEAD}Total;;;10\n;;;\n${VIN(2)};bmw;Pool;10\nTotal;;;20\n`);
    expect(rows.map(({ line, ok }) => [line, ok])).toEqual([
      [2, true],
      [3, false],
      [5, true],
    ]);
  });

  test.each([
    ['a vehicle without a VIN', ';bmw;Pool;10'],
    ['a vehicle without a VIN and a brand', ';;Pool;10'],
    ['a VIN in another column', `;;${VIN(2)};10`],
    ['a VIN that is no total', 'Totalschaden;;;'],
    ['a total of a brand', 'Total;bmw;;10'],
    ['a VIN that is too short', 'WBA8E9G50GNT0001;;;10'],
    ['a number that lost digits', '1.2E+16;;;'],
  ])('is not %s: that is refused', async (_, row) => {
    expect(await read(`${HEAD}${row}\n`)).toMatchObject([{ ok: true }, { ok: false, line: 3 }]);
  });

  test('is one of at most ten at the end', async () => {
    const list = `${HEAD}${'Total;;;10\n'.repeat(12)}`;
    expect(bad(await read(list)).map(({ line }) => line)).toEqual([3, 4]);
    expect(await notesOf(list)).toHaveLength(10);
  });
});

describe('a list without vehicles', () => {
  test.each(['vin,brand\n', 'vin,brand', 'title\nvin,brand\n\n,\n'])('says so: %j', async (list) => {
    expect(await notesOf(list)).toContain('the list has a header and no vehicles');
  });

  test('is none that has a row, good or bad', async () => {
    for (const row of [`${VIN(1)},bmw`, 'x,bmw']) expect(await notesOf(`vin,brand\n${row}\n`)).toEqual([]);
  });
});

test.each([
  ['an SQLite file', Buffer.from('SQLite format 3\0\x10\0\x01\x01\0@  \0\0')],
  [
    'an SQLite file of another version',
    Buffer.from(`SQLite format 4\0\x10\0\x01\x01\0@  ${'\0x'.repeat(200)}`),
  ],
  ['a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0', 'latin1')],
])('what has zeros and no header is no text: %s', async (_, bytes) => {
  await expect(read(bytes)).rejects.toMatchObject({ code: 'LIST_ENCODING' });
});

test('a number without a unit names the heading that gives it one', async () => {
  expect(await read(`vin;brand;Odometer\n${VIN(1)};bmw;12.345\n${VIN(2)};bmw;abc\n`)).toMatchObject([
    {
      value: '12.345',
      problem: 'is an odometer without a unit',
      remedy: 'Name the column "Odometer (km)" or "Odometer (mi)", or write for example 2050km or 1200mi.',
    },
    { value: 'abc', problem: 'is not an odometer', remedy: 'Write for example 2050km or 1200mi.' },
  ]);
});

test.each([VIN(1).toLowerCase(), spaced(1), ` ${VIN(1)} `])(
  'a duplicate names the VIN once: %s',
  async (again) => {
    const [row] = bad(await read(`vin,brand\n${VIN(1)},bmw\n${again},bmw\n`));
    expect(row && problemOf(row)).toBe('the VIN is already on line 2');
  },
);

test.each([
  ['bwm', 'Did you mean bmw?'],
  ['TESLA MODEL 3', 'Did you mean tesla?'],
  ['Opl', 'Did you mean opel?'],
  ['VW Golf', 'Did you mean volkswagen?'],
  ['Rolls Royce', 'Use a brand that docs/catalogue.md lists, or add it to your catalogue file.'],
])('an unknown brand has a remedy that fits into a cell: %s', async (brand, remedy) => {
  expect(await read(`vin,brand\n${VIN(1)},${brand}\n`)).toMatchObject([{ ok: false, value: brand, remedy }]);
});

test('where the list is cut changes neither rows nor notes', async () => {
  const list = `Titel;;;\nFIN;Marke;Flotte;Farbe\n${spaced(1, '\u00A0')};bmw;=B3;\nTotal;;;\n${VIN(2)};bmw;"a\u00A0b";\n;;Summe;1\n`;
  const readIn = async (size: number) => {
    const batches: RowBatch[] = [];
    const options = { catalogue: CATALOGUE, sandbox: false };
    for await (const batch of readBatches(chunks(Buffer.from(list), size), options)) batches.push(batch);
    return [batches.flatMap(({ rows }) => rows), batches.flatMap(({ notes }) => notes)];
  };
  const whole = await readIn(10_000);
  for (const size of [1, 2, 3, 5, 8, 13, 50]) expect(await readIn(size)).toEqual(whole);
  expect(good(whole[0] as never)).toHaveLength(1);
});
