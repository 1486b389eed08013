import * as fc from 'fast-check';
import { checkVin, plainVin } from '../../src/domain/vin';

const production = { sandbox: false };
const sandbox = { sandbox: true };

describe('checkVin', () => {
  it.each([
    ['WVWZZZ1JZXW000001', 'a European VIN, whose 9th character is no check digit'],
    ['1M8GDM9AXKP042788', 'a VIN with the check digit X'],
    ['11111111111111111', 'a VIN with the check digit 1'],
    ['5GZCZ43D13S812715', 'another VIN with the check digit 1'],
  ])('takes %s: %s', (vin) => {
    expect(checkVin(vin, production)).toEqual({ ok: true, vin, warnings: [] });
  });

  it('trims, and writes letters as capitals', () => {
    expect(checkVin('\t wvwzzz1jzxw000001 \n', production)).toMatchObject({
      ok: true,
      vin: 'WVWZZZ1JZXW000001',
    });
  });

  it.each([
    ['a zero width space', 'WVWZZZ1JZ\u200BXW000001\u200B'],
    ['a byte order mark', '\uFEFFWVWZZZ1JZXW000001'],
    ['marks of direction', '\u202DWVWZZZ1JZXW000001\u202C'],
    ['a word joiner and a soft hyphen', 'WVWZZZ1JZ\u2060XW00\u00AD0001'],
    ['spaces that do not break', '\u00A0WVWZZZ1JZXW000001\u202F'],
    ['letters of full width', 'ＷＶＷＺＺＺ１ＪＺＸＷ０００００１'],
  ])('takes a VIN with %s for what a person sees', (_, text) => {
    expect(checkVin(text, production)).toEqual({ ok: true, vin: 'WVWZZZ1JZXW000001', warnings: [] });
    expect(plainVin(text)).toBe('WVWZZZ1JZXW000001');
  });

  it('warns of a VIN of digits that a spreadsheet may have rounded', () => {
    expect(checkVin('98765432109876500', production)).toMatchObject({
      ok: true,
      warnings: [expect.stringContaining('may have rounded it')],
    });
  });

  it.each([
    ['', 'is empty'],
    ['\u200B\u00A0', 'is empty'],
    ['   ', 'is empty'],
    ['WVWZZZ1JZXW00001', 'has 16 characters instead of 17'],
    ['WVWZZZ1JZXW0000011', 'has 18 characters instead of 17'],
    ['WVWZZZ1JZ XW00001', 'contains a space (U+0020)'],
    ['WVWZZZ-JZXW000001', 'contains the character "-" (U+002D)'],
    ['WVWZZZßJZXW000001', 'contains the character "ß" (U+00DF)'],
    ['WVWZZZ1JZXW\u0410\u041e0001', 'contains the character "\u0410" (U+0410)'],
    ['WVWZZZ\u0000JZXW00001', 'contains the character U+0000'],
    ['WVWZZZ1JZXW0000\uFFFD1', 'contains the character "\uFFFD" (U+FFFD)'],
    ['1.23457E+16', 'was turned into a number by a spreadsheet, and its last digits are lost'],
    ['1,23457E+16', 'was turned into a number by a spreadsheet, and its last digits are lost'],
    ['1E+16', 'was turned into a number by a spreadsheet, and its last digits are lost'],
    ['WVWZZZ1JZXW0000I1', 'contains I, which no VIN has'],
    ['wvwzzz1jzxw000o01', 'contains O, which no VIN has'],
    ['QVWZZZ1JZXWQ0O0I1', 'contains Q and O and I, which no VIN has'],
  ])('refuses %j in production: it %s', (text, problem) => {
    expect(checkVin(text, production)).toEqual({
      ok: false,
      problem,
      remedy: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });

  it('only warns of I, O and Q in the sandbox', () => {
    expect(checkVin('EXVETESTVIN000001', sandbox)).toEqual({
      ok: true,
      vin: 'EXVETESTVIN000001',
      warnings: ['contains I, which production would refuse'],
    });
    expect(checkVin('VIN0TESTVIN000000', sandbox)).toMatchObject({ ok: true });
  });

  it.each(['2HM00000000000001', '2HM00000000000002', '2HM00000000000003'])(
    'takes the virtual VIN %s of the sandbox without a warning',
    (vin) => {
      expect(checkVin(vin, sandbox)).toEqual({ ok: true, vin, warnings: [] });
    },
  );

  it('refuses a wrong length in the sandbox too', () => {
    expect(checkVin('2HM0000000000001', sandbox)).toMatchObject({ ok: false });
  });

  it('only warns of a wrong check digit, and only where there must be one', () => {
    for (const first of '12345') {
      const checks = [...'0123456789X'].map((digit) =>
        checkVin(`${first}M8GDM9A${digit}KP042788`, production),
      );
      expect(checks.every(({ ok }) => ok)).toBe(true);
      expect(checks.filter((check) => check.ok && check.warnings.length === 0)).toHaveLength(1);
    }
    for (const first of '6789ABCDEFGHJKLMNPRSTUVWXYZ') {
      expect(checkVin(`${first}M8GDM9A0KP042788`, production)).toMatchObject({ warnings: [] });
    }
  });

  it('notices any single wrong digit in a North American VIN', () => {
    const vin = '1M8GDM9AXKP042788';
    return fc.assert(
      fc.property(fc.constantFrom(11, 12, 13, 14, 15, 16), fc.constantFrom(...'0123456789'), (at, digit) => {
        const other = vin.slice(0, at) + digit + vin.slice(at + 1);
        const check = checkVin(other, production);
        expect(check.ok && check.warnings.length).toBe(other === vin ? 0 : 1);
      }),
    );
  });

  it('gives an answer for any text at all, and takes only what a VIN can be', () => {
    return fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.boolean(), (text, isSandbox) => {
        const check = checkVin(text, { sandbox: isSandbox });
        if (check.ok) expect(check.vin).toMatch(/^[A-Z0-9]{17}$/);
        else expect(check.problem.length).toBeLessThan(80);
      }),
    );
  });
});
