import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { plainRows } from '../../src/fleet-list/plain-lines';

const DELIMITERS = [',', ';', '\t', '|', ' ', 'x'];

const parsed = (text: string, delimiter: string): string[][] =>
  parse(text, { delimiter, record_delimiter: '\n', trim: true, relax_column_count: true });

/** What lists are made of, and what they are hardly ever made of. */
const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('WBA8E9G50GNT00001', 'bmw', 'Müller', '12km', '北京', '\u{1F697}', ''),
  },
  { weight: 3, arbitrary: fc.constantFrom('"', '""', '"a, b"', '"a\n"', '="1"', "'") },
  { weight: 3, arbitrary: fc.constantFrom(...DELIMITERS, '\n', '\n\n') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(' ', '\u00A0', '\u3000', '\uFEFF', '\v', '\f', '\r', '\u0085', '\0'),
  },
);
const lines = fc.array(piece, { maxLength: 40 }).map((pieces) => `${pieces.join('')}\n`);

describe('a plain line', () => {
  test('says what csv-parse reads in it, whatever stands there', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(...DELIMITERS), (text, delimiter) => {
        const rows = plainRows(text, delimiter);
        if (rows !== null) expect(rows).toEqual(parsed(text, delimiter));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['values', 'a,b,c\n1,,3\n'],
    ['values in quotes', '"a","b, c",""\n'],
    ['spaces round values', ' a ,\u00A0b\u3000,\tc\n'],
    ['nothing', '\n\n,\n'],
    ['letters of every kind', 'Müller,北京,\u{1F697}\n'],
  ])('is one with %s', (_, text) => {
    expect(plainRows(text, ',')).toEqual(parsed(text, ','));
  });

  test.each([
    ['a line break in quotes', '"a\nb",c\n'],
    ['a quote that was written twice', '"a ""b""",c\n'],
    ['a quote inside a value', 'a "b",c\n'],
    ['something behind the quotes', '"a" ,b\n'],
    ['a quote that nobody closes', '"a,b\n'],
    ['no end', 'a,b'],
  ])('is none with %s', (_, text) => {
    expect(plainRows(text, ',')).toBeNull();
  });
});
