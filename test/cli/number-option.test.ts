import { InvalidArgumentError } from 'commander';
import { numberThatIs, portNumber, wholeNumber } from '../../src/cli/number-option';

describe('a number on the command line', () => {
  test.each([
    [wholeNumber(1, 256), '1', 1],
    [wholeNumber(1, 256), '256', 256],
    [wholeNumber(1), '1e3', 1_000],
    [portNumber, '0', 0],
    [portNumber, '65535', 65_535],
    [numberThatIs('a number greater than 0', (value) => value > 0), '0.5', 0.5],
  ])('is read, its ends included (%#)', (read, text, value) => {
    expect(read(text)).toBe(value);
  });

  test.each([
    [wholeNumber(1, 256), ['0', '257', '1.5', 'two', '', ' '], 'It must be a whole number from 1 to 256.'],
    [wholeNumber(1), ['0', '1e300', 'Infinity'], 'It must be a whole number, 1 or more.'],
    [portNumber, ['-1', '65536', ''], 'It must be a whole number from 0 to 65535.'],
    [
      numberThatIs('a number greater than 0', (value) => value > 0),
      ['0', 'NaN'],
      'It must be a number greater than 0.',
    ],
  ])('that does not fit is refused with what it must be (%#)', (read, texts, complaint) => {
    for (const text of texts) {
      expect(() => read(text)).toThrow(InvalidArgumentError);
      expect(() => read(text)).toThrow(complaint);
    }
  });
});
