import fc from 'fast-check';
import { numberBeside, readGivenPlate } from '../../src/domain/given-plate';
import { plateText } from '../../src/domain/plate';

/** The plate that is read, or what is wrong with it. */
function read(plate: string, country?: string, subdivision?: string): string {
  const check = readGivenPlate({ plate, country, subdivision });
  return check.ok ? plateText(check.plate) : check.problem;
}

test.each([
  // What looks like a subdivision in front is the number itself.
  ['B 123', 'DE', 'B', 'DE-BB123'],
  ['BB 123', 'DE', 'B', 'DE-BBB123'],
  ['BB123', 'DE', 'B', 'DE-BBB123'],
  ['HD-BB 12345', 'DE', 'HD', 'DE-HDBB12345'],
  ['HDBB12345', 'DE', 'hd', 'DE-HDBB12345'],
  ['B-B 123', 'DE', 'B', 'DE-BB123'],
  ['bb 12345', 'de', 'hd', 'DE-HDBB12345'],
  ['DE-HD-BB 123', '', 'HD', 'DE-HDBB123'],
  ['DE-BB 123', undefined, 'B', 'DE-BBB123'],
  ['ZH 123456', 'CH', 'ZH', 'CH-ZH123456'],
  ['123456', 'CH', 'ZH', 'CH-ZH123456'],
  ['ZH123456', 'CH', '', 'CH-ZH123456'],
  ['AA 12345', 'NO', undefined, 'NO-AA12345'],
])('%s of the country %s with the subdivision %s is %s', (plate, country, subdivision, whole) => {
  expect(read(plate, country, subdivision)).toBe(whole);
});

test('two vehicles of one region have two plates, however they are given', () => {
  const plates = ['B 123', 'BB 123', 'B-B 123', 'B-BB 123'].map((plate) => read(plate, 'DE', 'B'));
  expect(plates).toEqual(['DE-BB123', 'DE-BBB123', 'DE-BB123', 'DE-BBB123']);
});

test.each([
  ['ZH123456', 'CH', 'ZH', 'begins with its subdivision ZH, or only looks so'],
  ['NO-AA12345', 'NO', '', 'names its country once more'],
  ['', 'DE', 'B', 'has no number'],
  ['AA12345', '', 'B', 'does not begin with its country'],
])('%s of the country %s with the subdivision %s is refused: %s', (plate, country, subdivision, problem) => {
  expect(read(plate, country, subdivision)).toBe(problem);
});

test('what is written down beside its subdivision is read as the same plate again', () => {
  const part = fc.stringMatching(/^[A-Z]{1,3}$/);
  fc.assert(
    fc.property(
      fc.constantFrom('DE', 'CH', 'AT'),
      part,
      fc.stringMatching(/^[A-Z]{0,2}[0-9]{1,5}$/),
      (country, subdivision, number) => {
        const plate = { country, number: subdivision + number, subdivision };
        expect(readGivenPlate({ plate: numberBeside(plate), country, subdivision })).toEqual({
          ok: true,
          plate,
        });
      },
    ),
  );
});
