import fc from 'fast-check';
import { checkPlate, isSamePlate, plateText, readPlate } from '../../src/domain/plate';

/** The plate of a text, as people read it, or what is wrong with it. */
function read(text: string): string {
  const check = readPlate(text);
  return check.ok ? plateText(check.plate) : check.problem;
}

test.each([
  ['NO-AA12345', 'NO-AA12345'],
  ['no aa 12345', 'NO-AA12345'],
  ['NO–AA.123-45', 'NO-AA12345'],
  ['\u200bno\u00a0AA\u200d12345 ', 'NO-AA12345'],
  ['ＮＯ－ＡＡ１２３４５', 'NO-AA12345'],
  ['DE HD-BB 12345', 'DE-HDBB12345'],
  ['de TÖL·X 1', 'DE-TÖLX1'],
  ['de to\u0308l x 1', 'DE-TÖLX1'],
  ['GB: AB12 CDE', 'GB-AB12CDE'],
  // Cyrillic and Greek letters that look like Latin ones, in whole and in part.
  ['NO-\u0410A12345', 'NO-AA12345'],
  ['N\u041e-AA12345', 'NO-AA12345'],
  ['UA-\u0430\u0441 1234 \u0432\u0442', 'UA-AC1234BT'],
  ['GR-\u0396\u0397\u039d 1234', 'GR-ZHN1234'],
  // One that has a letter of its own stays in its script.
  ['MN-1234 \u0423\u0411\u041d', 'MN-1234\u0423\u0411\u041d'],
])('%p is the plate %s', (text, plate) => {
  expect(read(text)).toBe(plate);
});

test.each([
  ['AA12345', 'does not begin with its country'],
  ['NOR-AA12345', 'does not begin with its country'],
  ['', 'does not begin with its country'],
  ['XX-AA12345', 'has no country "XX"'],
  ['NO-', 'has no number'],
  ['NO-AA12345*', 'contains the character * (U+002A)'],
  ['NO-AA12345💥', 'contains the character 💥 (U+1F4A5)'],
  ['NO-AA1234567890123456', 'has 18 characters; at most 15 are taken'],
])('%p is none: it %s', (text, problem) => {
  expect(read(text)).toBe(problem);
});

test('a subdivision is a part of the number, whether the number is given with it or without it', () => {
  const whole = checkPlate({ country: 'DE', number: 'HDBB12345', subdivision: 'HD' });
  const parts = checkPlate({ country: 'de', number: 'bb 12345', subdivision: 'hd' });
  expect(parts).toEqual(whole);
  expect(whole).toEqual({ ok: true, plate: { country: 'DE', number: 'HDBB12345', subdivision: 'HD' } });
});

test('a plate of which nobody has said the subdivision is the same one', () => {
  const told = checkPlate({ country: 'DE', number: 'BB12345', subdivision: 'HD' });
  const untold = readPlate('DE HD BB 12345');
  if (!told.ok || !untold.ok) throw new Error('both are plates');
  expect(isSamePlate(told.plate, untold.plate)).toBe(true);
});

test('an empty subdivision is none', () => {
  expect(checkPlate({ country: 'NO', number: 'AA1', subdivision: ' ' })).toMatchObject({
    plate: { subdivision: null },
  });
});

test('what is read once is read again as the same plate', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('NO', 'DE', 'FR'),
      fc.stringMatching(/^[a-zA-Z0-9 .-]{1,12}$/),
      (country, number) => {
        const once = readPlate(`${country} ${number}`);
        if (!once.ok) return;
        expect(readPlate(plateText(once.plate))).toEqual(once);
      },
    ),
  );
});
