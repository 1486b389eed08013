import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { checkFleet } from '../../src/domain/name';
import { isWords, joinCells, plainCell, spreadsheetMishap } from '../../src/fleet-list/cells';

const delimiter = fc.constantFrom(',', ';', '\t', '|');
const text = fc.string({ unit: fc.constantFrom(...'ab",;| =+-@\'é🚗\t'), maxLength: 8 });

test('what was joined is split into the same values', () => {
  const value = text.map((cell) => cell.trim());
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), delimiter, (values, by) => {
      const line = joinCells(values, by);
      const [read = []] = parse(line, { delimiter: by }) as string[][];
      expect(read.map(plainCell)).toEqual(values);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '=HYPERLINK("http://x","y")'])(
  'a spreadsheet does not run %j as a formula',
  (value) => {
    const [row = []] = parse(joinCells([value, 'WBA1'], ',')) as string[][];
    expect(row[0]).toBe(`'${value}`);
  },
);

test.each([
  ['="0012"', '0012'],
  ['="a ""b"""', 'a "b"'],
  ["'0012", '0012'],
  ["'=1+1", '=1+1'],
  ["'t Hooft Leasing", "'t Hooft Leasing"],
  ['=1+1', '=1+1'],
])('the text that %s protects is %s', (cell, text) => {
  expect(plainCell(cell)).toBe(text);
});

describe('words, which are taken as they are', () => {
  const piece = fc.constantFrom(
    'a',
    'E',
    'Err:',
    '12',
    ' ',
    '  ',
    "'",
    '=',
    '-',
    '+',
    '.',
    '_',
    '@',
    '#NV',
    '"',
    '\\',
    '?',
    '*',
    'é',
    '\u00A0',
    '\u200B',
    '\t',
    '\n',
    ',',
    '9'.repeat(120),
  );
  const words = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

  test('say the same when they are looked at closely, and are written without quotes', () => {
    fc.assert(
      fc.property(words, (given) => {
        fc.pre(isWords(given));
        expect(plainCell(given)).toBe(given);
        expect(spreadsheetMishap(given)).toBeUndefined();
        expect(checkFleet(given)).toEqual({ ok: true, name: given });
        expect(joinCells([given], ',')).toBe(`${given}\n`);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    '',
    ' a',
    'a ',
    'a  b',
    '-1',
    "'1",
    '=1',
    'Err:504',
    'é',
    'a,b',
    'a"b',
    'a\nb',
    'a'.repeat(201),
  ])('are not %j', (given) => expect(isWords(given)).toBe(false));
});
