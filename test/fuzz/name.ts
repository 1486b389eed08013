import { checkFleet, checkName, checkTags, plainName } from '../../src/domain/name';
import { checkVin, plainVin } from '../../src/domain/vin';
import type { Target } from './kit/target';

/** What nobody sees, or cannot be kept. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\uFFFD\u2800]|^\s|\s$|\s\s|[^\S ]/u;

export const target: Target = {
  about: 'the normal form of names and VINs, at every door',
  corpus: [
    ...[
      'acme',
      'Köln',
      'Mu\u0308ller\u00A0Leasing GmbH',
      '\u200Bac\u200Dme\uFEFF',
      '北京',
      'أسطول',
      "O'Neil & Sons",
    ],
    ...[
      'WBA8E9G50GNT00001',
      '\u202Dwba8e9g50gnt00001\u202C',
      'ＷＢＡ8E9G50GNT00001',
      '1.23457E+16',
      '98765432109876500',
    ],
    ...['👨‍👩‍👧 fleet', 'a\u0007b', 'e\u2060\u0301', '*', 'x'.repeat(201), '\u3164', '\uD83D'],
  ],
  words: [
    '\u200D',
    '\u0301',
    '\u0338',
    '\u115F',
    '\u2800',
    '\u0085',
    '\uFE0F',
    '\u{E0020}',
    '\u2126',
    '\uFF21',
    'İ',
  ],
  holds: (bytes) => {
    for (const text of [bytes.toString('utf8'), bytes.toString('utf16le')]) {
      checkOne(text);
      const tags = checkTags({ [text]: text });
      if (tags.ok && !checkName(text).ok) throw new Error('a tag is no name');
    }
  },
};

function checkOne(text: string): void {
  const name = plainName(text);
  if (plainName(name) !== name) throw new Error('the normal form of a name is not reached in one step');
  const check = checkName(text);
  if (check.ok && (check.name !== name || UNSEEN.test(name) || name.normalize('NFC') !== name)) {
    throw new Error('a name has something that nobody sees');
  }
  if (!check.ok && check.problem.length > 120) throw new Error('a problem is too long to read');
  const fleet = checkFleet(text);
  if (fleet.ok && (!check.ok || /["\\]|^'|'$/.test(fleet.name)))
    throw new Error('a fleet is not found again');
  if (plainVin(plainVin(text)) !== plainVin(text))
    throw new Error('the form of a VIN is not reached in one step');
  for (const sandbox of [true, false]) {
    const vin = checkVin(text, { sandbox });
    if (vin.ok && (!/^[A-Z0-9]{17}$/.test(vin.vin) || vin.vin !== plainVin(text)))
      throw new Error(`the VIN ${vin.vin}`);
  }
}
