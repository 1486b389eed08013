import { bad, good, notesOf, read } from './support';

const VIN = (n: number) => `WBA8E9G50GNT${String(n).padStart(5, '0')}`;

/** Vehicles of a list, each as `VIN brand fleet`. */
async function vehicles(list: string | Uint8Array, chunk?: number): Promise<string[]> {
  const rows = await read(list, chunk === undefined ? {} : { chunk });
  expect(bad(rows)).toEqual([]);
  return good(rows).map(({ vehicle: { vin, brand, fleet } }) =>
    [vin, brand, fleet].filter(Boolean).join(' '),
  );
}

describe('a first line that a spreadsheet writes for itself', () => {
  test.each([
    ['sep=; and semicolons', 'sep=;\r\nvin;brand\r\n', ';'],
    ['sep=, and commas', 'sep=,\r\nvin,brand\r\n', ','],
    ['SEP= and a tab', 'SEP=\t\nvin\tbrand\n', '\t'],
    ['sep=| in quotes, after a mark', '\uFEFF"sep=|"\nvin|brand\n', '|'],
    ['sep= with a separator that nobody else has', 'sep=^\nvin^brand\n', '^'],
    ['sep=; in a list that was saved again with commas', 'sep=;\nvin,brand\n', ','],
    ['sep=; that got commas when it was saved again', 'sep=;,,\nvin,brand\n', ','],
    ['an empty sep=', 'sep=\nvin;brand\n', ';'],
  ])('is read: %s', async (_, beginning, by) => {
    const rows = await read(`${beginning}${VIN(1)}${by}bmw\n`);
    expect(rows).toMatchObject([{ ok: true, line: 3, vehicle: { vin: VIN(1), brand: 'bmw' } }]);
  });

  test('or a title above the header, is left out, which is said', async () => {
    const list = `Our fleet "2026";;\n;;\nvin;brand;fleet\n${VIN(1)};bmw;acme\n`;
    expect(await read(list)).toMatchObject([{ ok: true, line: 4, vehicle: { fleet: 'acme' } }]);
    expect(await notesOf(list)).toEqual(['line 1 is left out: the header is line 3']);
  });
});

test('a list whose lines are in quotes as a whole is told so', async () => {
  await expect(read(`"vin,brand"\n"${VIN(1)},bmw"\n`)).rejects.toMatchObject({
    code: 'LIST_COLUMN_MISSING',
    next: expect.stringContaining('no quotes round whole lines'),
  });
});

test('the header once more, where lists were joined, is no row', async () => {
  const list = `vin,brand\n${VIN(1)},bmw\nvin,brand\n${VIN(2)},bmw\n`;
  expect(await vehicles(list)).toEqual([`${VIN(1)} bmw`, `${VIN(2)} bmw`]);
});

describe('line breaks in quotes', () => {
  test.each(['\n', '\r\n', '\r'])('are a part of the value, and lines are counted on: %j', async (end) => {
    const list = ['vin,brand,fleet', `${VIN(1)},bmw,"acme${end}Nord"`, `${VIN(2)},bmw,acme`, ''].join(end);
    for (const chunk of [1, 7, 1_000]) {
      const rows = good(await read(list, { chunk }));
      expect(rows.map(({ line, vehicle }) => [line, vehicle.fleet])).toEqual([
        [2, 'acme Nord'],
        [4, 'acme'],
      ]);
    }
  });

  test('may be in the header, and a remark in brackets makes no other name', async () => {
    const list = `"vin","brand","fleet\n(name)"\n${VIN(1)},bmw,acme\n`;
    expect(await vehicles(list)).toEqual([`${VIN(1)} bmw acme`]);
    expect(await read(list)).toMatchObject([{ line: 3, warnings: [] }]);
  });

  test('do not hide rows where a quote was opened by mistake', async () => {
    const rows = await read(`vin,brand,fleet\n${VIN(1)},bmw,"acme\n${VIN(2)},bmw,"\n${VIN(3)},bmw,acme\n`);
    expect(rows).toMatchObject([
      { ok: false, line: 2, problem: 'the quotes do not fit together' },
      { ok: false, line: 3, problem: 'the quotes do not fit together' },
      { ok: true, line: 4 },
    ]);
  });

  test('do not take the rest of a list where a quote is never closed', async () => {
    const rest = Array.from({ length: 3_000 }, (_, n) => `${VIN(n + 2)},bmw,acme\n`).join('');
    const rows = await read(`vin,brand,fleet\n${VIN(1)},bmw,"acme\n${rest}`);
    expect(bad(rows)).toMatchObject([{ line: 2, problem: 'the quotes do not fit together' }]);
    expect(good(rows)).toHaveLength(3_000);
  });
});

describe('values that are empty', () => {
  test('at the end may be missing, or be there without a heading', async () => {
    const list = `vin,brand,fleet,odometer,,\n${VIN(1)},bmw\n${VIN(2)},bmw,acme\n${VIN(3)},bmw,,,,,,\n`;
    expect(await vehicles(list)).toEqual([`${VIN(1)} bmw`, `${VIN(2)} bmw acme`, `${VIN(3)} bmw`]);
  });

  test.each([
    ['vin,brand', 'a', 'stands in column 3 (C), but the header ends with column 2 (B)'],
    ['vin,brand,,', 'a', 'stands in column 3 (C), but the header ends with column 2 (B)'],
    ['vin,brand', ',,\u200B,a', 'stands in column 6 (F), but the header ends with column 2 (B)'],
  ])('but nothing else stands behind the header %s', async (header, extra, problem) => {
    expect(await read(`${header}\n${VIN(1)},bmw,${extra}\n${VIN(2)},bmw,\n`)).toMatchObject([
      {
        ok: false,
        line: 2,
        vin: VIN(1),
        value: extra.split(',').at(-1),
        problem,
        remedy: expect.stringContaining('in quotes'),
      },
      { ok: true, line: 3 },
    ]);
  });
});

describe('what nobody sees', () => {
  const hidden = [
    '\u200B',
    '\uFEFF',
    '\u202C',
    '\u202D',
    '\u2060',
    '\u00AD',
    '\u200E',
    '\u00A0',
    '\u202F',
    '\t',
  ];
  test.each(hidden)('is no part of a VIN, a heading or a fleet: %j', async (odd) => {
    const list = `${odd}vin${odd};brand${odd};fleet\n${odd}${VIN(1)}${odd};bmw${odd};${odd}acme${odd}\n`;
    expect(await vehicles(list)).toEqual([`${VIN(1)} bmw acme`]);
    const quoted = `vin;brand;fleet\n${odd}"${VIN(1)}"${odd};bmw;${odd}"acme"${odd}\n`;
    expect(await vehicles(quoted)).toEqual([`${VIN(1)} bmw acme`]);
  });

  test('makes no second vehicle of one', async () => {
    expect(await read(`vin,brand\n${VIN(1)},bmw\n\u200B${VIN(1)},bmw\n`)).toMatchObject([
      { ok: true },
      { ok: false, line: 3, problem: 'the VIN is already on line 2' },
    ]);
  });

  test.each(['\x1A', '\n\x1A', '\r\n\x1A\r\n', '\x1A\x1A\x1A', '\0\0'])(
    'may stand at the end of a file: %j',
    async (end) => {
      expect(await vehicles(`vin,brand,fleet\n${VIN(1)},bmw,acme${end}`)).toEqual([`${VIN(1)} bmw acme`]);
    },
  );
});

describe('a text that a spreadsheet protects', () => {
  test.each([
    ['="…"', `="${VIN(1)}",bmw,="acme"`],
    ['="…" in quotes', `"=""${VIN(1)}""",bmw,"=""acme"""`],
    ['an apostrophe before each text', `'${VIN(1)},'bmw,'acme`],
    ['apostrophes round each text', `'${VIN(1)}','bmw','acme'`],
    ['an apostrophe before the VIN alone', `'${VIN(1)},bmw,acme`],
    ['a tab in front', `"\t${VIN(1)}",bmw,"\tacme"`],
  ])('is what it says: %s', async (_, row) => {
    expect(await vehicles(`vin,brand,fleet\n${row}\n`)).toEqual([`${VIN(1)} bmw acme`]);
  });

  test.each([
    [`'vin','brand','fleet'\n'${VIN(1)}','bmw','acme'\n`],
    [`'vin,'brand,'fleet\n'${VIN(1)},'bmw,'acme\n`],
  ])('may be every value of a list: %j', async (list) => {
    expect(await vehicles(list)).toEqual([`${VIN(1)} bmw acme`]);
  });

  test('may be all of a list, also in its header', async () => {
    const list = `="vin";="brand";="fleet"\r\n="${VIN(1)}";="bmw";="a, b"\r\n`;
    expect(await vehicles(list)).toEqual([`${VIN(1)} bmw a, b`]);
  });

  test('is no text in quotes that only looks like one', async () => {
    const rows = await read(`vin,brand,tag:a\n${VIN(1)},bmw,"x,=""y"""\n${VIN(2)},bmw,'t Hooft\n`);
    expect(good(rows).map(({ vehicle }) => vehicle.tags)).toEqual([{ a: 'x,="y"' }, { a: "'t Hooft" }]);
  });
});

describe('a value that a spreadsheet has made a number of', () => {
  test.each(['1.23457E+16', '1,23457E+16', '"1,23457E+16"'])('is said for the VIN %s', async (vin) => {
    expect(await read(`vin;brand\n${vin};bmw\n`)).toMatchObject([
      {
        ok: false,
        problem: 'the VIN was turned into a number by a spreadsheet, and its last digits are lost',
      },
    ]);
  });

  test('is said for an odometer', async () => {
    expect(await read(`vin,brand,odometer\n${VIN(1)},bmw,1.2E+05\n`)).toMatchObject([
      { ok: false, value: '1.2E+05', problem: expect.stringContaining('short number') },
    ]);
  });

  test.each([
    ['odometer', '2.050 km'],
    ['odometer', '"2,050km"'],
    ['odometer', '2\u00A0050 km'],
    ['odometer', "2'050 km"],
    ['odometer (km)', '2050'],
    ['odometer [KM]', '2050 km'],
  ])('is read where its meaning is plain: %s %s', async (heading, odometer) => {
    expect(await read(`vin,brand,${heading}\n${VIN(1)},bmw,${odometer}\n`)).toMatchObject([
      { ok: true, vehicle: { odometer: { value: 2050, unit: 'kilometers' } } },
    ]);
  });
});

test.each([
  ['fleet', 'a\u0007b', 'the fleet contains the character U+0007'],
  ['fleet', 'the ""old"" one', 'the fleet contains the character " (U+0022)'],
  ['fleet', '*', 'the fleet is "*", which means every fleet'],
  ['tag:a', 'a\u0007b', 'the tag a contains the character U+0007'],
])('what cannot be kept and found again is refused with its line: %s %j', async (column, value, problem) => {
  expect(await read(`vin,brand,${column}\n${VIN(1)},bmw,"${value}"\n${VIN(2)},bmw,x\n`)).toMatchObject([
    { ok: false, line: 2, vin: VIN(1), problem: expect.stringContaining(problem) },
    { ok: true, line: 3 },
  ]);
});

// Each took minutes; the time that a test has is the witness.
describe('a row that is made to cost much is read as soon as any other', () => {
  test.each([
    ['tabs behind a protected value', `vin\tbrand\tfleet\n${VIN(1)}\tbmw\t="12"\n${'\t'.repeat(60_000)}\n`],
    ['line breaks inside quotes', `vin,brand,fleet\n${VIN(1)},bmw,"${'\n'.repeat(9_900)}12"\n`],
    ['tabs inside quotes', `vin\tbrand\tfleet\n${VIN(1)}\tbmw\t"\n${'\t'.repeat(9_900)}12"\n`],
  ])('%s', async (_what, list) => {
    expect((await read(list, { chunk: 65_536 }))[0]).toMatchObject({ ok: true, vehicle: { fleet: '12' } });
  });
});

test('only of the first unknown brands is said what may have been meant', async () => {
  const rows = Array.from({ length: 300 }, (_, at) => `${VIN(at)},volkswagen no ${at},acme\n`);
  const remedies = bad(await read(`vin,brand,fleet\n${rows.join('')}`)).map(({ remedy }) => remedy);
  expect(new Set(remedies.slice(0, 200))).toEqual(new Set(['Did you mean volkswagen?']));
  expect(new Set(remedies.slice(200))).toEqual(new Set([expect.stringContaining('docs/catalogue.md')]));
});
