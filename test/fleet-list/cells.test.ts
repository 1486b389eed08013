import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { joinCells, plainCell } from '../../src/fleet-list/cells';

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
