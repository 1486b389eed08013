import { bad, good, notesOf, read } from './support';

const VIN = (n: number) => `WBA8E9G50GNT${String(n).padStart(5, '0')}`;
const LIST = `vin;brand;fleet\r\n${VIN(1)};BMW;Köln\r\n${VIN(2)};BMW;Küln\r\n`;

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
/** As an old program of a Mac writes the letters of these tests. */
const macRoman = (text: string) => latin1(text.replaceAll('ö', '\x9a').replaceAll('ü', '\x9f'));
const utf32 = (text: string, write: 'writeUInt32LE' | 'writeUInt32BE') =>
  Buffer.concat(
    [...text].map((character) => {
      const bytes = Buffer.alloc(4);
      bytes[write](character.codePointAt(0) ?? 0);
      return bytes;
    }),
  );

test.each<[string, string | Uint8Array]>([
  ['UTF-8', LIST],
  ['UTF-8 with a mark', `\uFEFF${LIST}`],
  ['UTF-8 with two marks, and quotes', `\uFEFF\uFEFF${LIST.replace('vin', '"vin"')}`],
  ['UTF-8 with letters in two parts', LIST.normalize('NFD')],
  ['Windows-1252', latin1(LIST)],
  ['UTF-16 LE with a mark', Buffer.from(`\uFEFF${LIST}`, 'utf16le')],
  ['UTF-16 LE without a mark', Buffer.from(LIST, 'utf16le')],
  ['UTF-16 BE with a mark', utf16be(`\uFEFF${LIST}`)],
  ['UTF-16 BE without a mark', utf16be(LIST)],
  ['UTF-32 LE', utf32(`\uFEFF${LIST}`, 'writeUInt32LE')],
  ['UTF-32 BE', utf32(`\uFEFF${LIST}`, 'writeUInt32BE')],
  ['"Unicode Text": UTF-16 with tabs', Buffer.from(`\uFEFF${LIST.replaceAll(';', '\t')}`, 'utf16le')],
  ['"CSV (Macintosh)": Mac Roman', macRoman(LIST.replaceAll('\r\n', '\r'))],
])('a list in %s is read as it was meant', async (_, list) => {
  for (const chunk of [1, 5, 10_000]) {
    const rows = await read(list, { chunk });
    expect(bad(rows)).toEqual([]);
    expect(good(rows).map(({ vehicle }) => [vehicle.vin, vehicle.fleet])).toEqual([
      [VIN(1), 'Köln'],
      [VIN(2), 'Küln'],
    ]);
  }
});

test('that a list is not in UTF-8 is said once, with a word by which one sees whether it is right', async () => {
  expect(await notesOf(latin1(LIST))).toEqual([
    'the list is not in UTF-8; it is read as Windows-1252, so that a word of it is "Köln". If that is wrong, save it as "CSV UTF-8".',
  ]);
  expect(await notesOf(macRoman(LIST.replaceAll('\r\n', '\r')))).toEqual([
    expect.stringContaining('Mac Roman'),
  ]);
  expect(await notesOf(LIST)).toEqual([]);
});

test('of a line of a hundred thousand letters the part around the odd one is shown, without a try for each letter', async () => {
  const line = `${VIN(1)},bmw,${'x'.repeat(100_000)}\xf6ln`;
  const [note] = await notesOf(latin1(`vin,brand,fleet\n${line}\n`), 10_000);
  expect(note).toContain(`so that a word of it is "${'x'.repeat(20)}öln".`);
});

test('the text that is sent to a carmaker is whole', async () => {
  const header = 'vin;brand;fleet;tag:vw-group-customer-name';
  const list = latin1(`${header}\r\nWVWZZZ1KZAW000021;VW;Süd;Müller Leasing GmbH – 100 € ’26\r\n`);
  list[list.indexOf(0x13)] = 0x96;
  const bytes = Buffer.from(list.map((byte) => (byte === 0xac ? 0x80 : byte === 0x19 ? 0x92 : byte)));
  expect(await read(bytes)).toMatchObject([
    { vehicle: { fleet: 'Süd', tags: { 'vw-group-customer-name': 'Müller Leasing GmbH – 100 € ’26' } } },
  ]);
});

test.each([
  ['M\x81ller, as a DOS program writes it', 'M\x81ller'],
  ['K\x94ln, as a DOS program writes it', 'K\x94ln'],
  ['\x99sterreich, as a DOS program writes it', '\x99sterreich'],
  ['M\x9fller, as a Mac writes it', 'M\x9fller'],
])('an encoding that cannot be told is not guessed where a word becomes none: %j', async (_, name) => {
  expect(await read(latin1(`vin,brand,fleet\n${VIN(1)},bmw,${name}\n${VIN(2)},bmw,K\xf6ln\n`))).toMatchObject(
    [
      { ok: false, line: 2, problem: expect.stringContaining('the fleet contains the character U+FFFD') },
      { ok: true, vehicle: { fleet: 'Köln' } },
    ],
  );
});

test('a damaged line of a list in UTF-8 is refused, and the others are read', async () => {
  const list = Buffer.concat([
    Buffer.from(`vin,brand,fleet\n${VIN(1)},bmw,Köln\n`),
    latin1(`${VIN(2)},bmw,Köln\n`),
    Buffer.from(`${VIN(3)},bmw,Zürich\n`),
  ]);
  expect(await read(list)).toMatchObject([
    { ok: true, vehicle: { fleet: 'Köln' } },
    { ok: false, line: 3, problem: expect.stringContaining('U+FFFD') },
    { ok: true, vehicle: { fleet: 'Zürich' } },
  ]);
});

test('a name that a program has damaged is said, with what was meant', async () => {
  const rows = await read(`vin,brand,fleet,tag:a\n${VIN(1)},bmw,KÃ¶ln,StraÃŸe\n${VIN(2)},bmw,São João,Ã\n`);
  expect(good(rows).map(({ warnings }) => warnings)).toEqual([
    [
      '"KÃ¶ln" looks damaged by a program: was "Köln" meant?',
      '"StraÃŸe" looks damaged by a program: was "Straße" meant?',
    ],
    [],
  ]);
});

test('a list that a program has broken before is refused where it is broken', async () => {
  expect(await read(`vin,brand,fleet\n${VIN(1)},bmw,K\uFFFDln\n`)).toMatchObject([
    { ok: false, problem: expect.stringContaining('stands where a program could not read a letter') },
  ]);
});

test('a title that begins like another file is one', async () => {
  expect(await read(`PKW <Liste>\nvin,brand\n${VIN(1)},bmw\n`)).toMatchObject([{ ok: true, line: 3 }]);
});

test.each([
  ['a text in UTF-7', '+/v8-vin,brand\n'],
  ['an Excel or LibreOffice file', 'PK\x03\x04\x14'],
  ['an old Excel file', '\xd0\xcf\x11\xe0\xa1\xb1'],
  ['a web page or an XML file', '<html><table><tr><td>vin'],
])('what is known and not read is one error, which says what it is: %s', async (what, text) => {
  await expect(read(latin1(text))).rejects.toMatchObject({
    code: 'LIST_ENCODING',
    message: `The list is ${what}, which is not read.`,
  });
});
