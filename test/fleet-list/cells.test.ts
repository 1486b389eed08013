import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { joinCells, plainCell, splitCells } from '../../src/fleet-list/cells';

const delimiter = fc.constantFrom(',' as const, ';' as const);
const text = fc.string({ unit: fc.constantFrom(...'ab",; =+-@\'é🚗\t'), maxLength: 8 });

test('a line is cut as csv-parse cuts it, or refused as csv-parse refuses it', () => {
  fc.assert(
    fc.property(
      text.filter((line) => line.trim() !== ''),
      delimiter,
      (line, by) => {
        let expected: string[] | undefined;
        try {
          expected = parse(line, { delimiter: by, trim: true, relax_column_count: true })[0] as string[];
        } catch {
          expected = undefined;
        }
        expect(splitCells(line, by)).toEqual(expected?.map((cell) => cell.trim()));
      },
    ),
    { numRuns: 3_000 },
  );
});

test('what was joined is split into the same values', () => {
  const value = text.map((cell) => cell.trim());
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), delimiter, (values, by) => {
      const line = joinCells(values, by);
      const read = splitCells(line.slice(0, -1), by)?.map(plainCell);
      expect(read).toEqual(values);
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

test('a line of quotes that never fit is refused at once', () => {
  expect(splitCells(`"${'""'.repeat(5_000)}x`, ',')).toBeUndefined();
  expect(splitCells(`${' '.repeat(5_000)}"a" x`, ',')).toBeUndefined();
});
