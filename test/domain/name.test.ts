import fc from 'fast-check';
import { checkFleet, checkName, checkTags, NAME_LENGTH, plainName, TAG_LENGTH } from '../../src/domain/name';

describe('the normal form of a name', () => {
  test.each([
    ['letters that are composed of two characters', 'Mu\u0308ller', 'M\u00FCller'],
    ['a zero width space', '\u200Bac\u200Bme', 'acme'],
    ['a byte order mark', '\uFEFFacme', 'acme'],
    ['marks of direction', '\u202Eacme\u202C\u200F\u2066', 'acme'],
    ['a soft hyphen', 'Lea\u00ADsing', 'Leasing'],
    ['a joiner between a letter and its accent', 'e\u2060\u0301', '\u00E9'],
    ['spaces that do not break', '\u00A0ACME\u00A0GmbH\u202F', 'ACME GmbH'],
    ['several spaces', ' ACME  GmbH ', 'ACME GmbH'],
    ['line breaks of every kind', 'ACME\r\nNord\nEast\u2028West\u0085South', 'ACME Nord East West South'],
    ['tabs', '\tacme\t1', 'acme 1'],
    ['fillers that look like nothing', 'ac\u3164me\u2800', 'acme'],
    ['a colour of an emoji', '\u2764\uFE0F fleet', '\u2764 fleet'],
    ['Chinese, Arabic and Cyrillic letters', '北京 أسطول флот', '北京 أسطول флот'],
  ])('of one with %s', (_, text, name) => {
    expect(checkName(text)).toEqual({ ok: true, name });
  });

  test('is reached in one step, and holds nothing that cannot be seen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const name = plainName(text);
        expect(plainName(name)).toBe(name);
        expect(name).toBe(name.normalize('NFC'));
        expect(name).not.toMatch(/[\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF\u00AD]|^\s|\s$|\s\s/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a name is refused, with what is wrong named', () => {
  test.each([
    ['nothing', '', 'is empty'],
    ['nothing that is seen', '\u200B \u00A0', 'is empty'],
    ['a bell', 'ac\u0007me', 'contains the character U+0007, which can be neither shown nor searched'],
    ['an escape', '\u001B[31mred', /U\+001B/],
    ['NUL', 'a\u0000b', /U\+0000/],
    ['a control character of C1', 'a\u009Bb', /U\+009B/],
    ['half a character', 'a\uD800b', /U\+D800/],
    ['a character of private use', 'a\uF8FFb', /U\+F8FF/],
    ['no character at all', 'a\uFFFEb', /U\+FFFE/],
    ['one above the others', 'a\u{10FFFF}b', /U\+10FFFF/],
    ['a letter that a program could not read', 'M\uFFFDller', /U\+FFFD, which stands where a program/],
    ['more than is kept', 'x'.repeat(NAME_LENGTH + 1), 'has 201 characters; at most 200 are kept'],
  ])('that has %s', (_, text, problem) => {
    expect(checkName(text)).toEqual({
      ok: false,
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
      remedy: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });
});

describe('a fleet is refused where a search would not find it', () => {
  test.each([
    ['*', /every fleet/],
    ['Fleet "Nord"', /U\+0022/],
    ['a\\b', /U\+005C/],
    ["the boss'", /U\+0027/],
    ["'t Hooft", /U\+0027/],
    ["'", /U\+0027/],
    ['who?', /U\+003F/],
    ['a\u0000b', /U\+0000/],
  ])('such as %j', (text, problem) => {
    expect(checkFleet(text)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
  });

  test.each(["O'Neil & Sons", 'Köln; 50% (a/b) #1', '北京', 'a * b', 'x = y -- z'])('but not %j', (text) => {
    expect(checkFleet(text)).toEqual({ ok: true, name: text });
  });
});

describe('tags', () => {
  test('have keys and texts in the normal form, and what takes one away stays', () => {
    const given = { ' na\u0308me\u200B': 'Mu\u0308ller\u00A0GmbH', gone: null, empty: ' ' };
    expect(checkTags(given)).toEqual({
      ok: true,
      tags: { 'n\u00E4me': 'M\u00FCller GmbH', gone: null, empty: '' },
    });
  });

  test.each([
    [{ 'a\u0007': 'x' }, 'a\u0007', 'has a key that contains the character U+0007'],
    [{ a: 'M\uFFFDller' }, 'a', 'contains the character U+FFFD'],
    [{ a: 'x', 'a\u200B': 'y' }, 'a', 'is there twice'],
    [
      { a: 'x'.repeat(TAG_LENGTH + 1) },
      'a',
      `has ${TAG_LENGTH + 1} characters; at most ${TAG_LENGTH} are kept`,
    ],
  ])('are refused with the key that is wrong: %j', (given, key, problem) => {
    expect(checkTags<string>(given as Record<string, string>)).toMatchObject({
      ok: false,
      key,
      problem: expect.stringContaining(problem),
    });
  });

  test('may have a key that means something to JavaScript', () => {
    const check = checkTags(JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>);
    expect(check.ok && Object.entries(check.tags)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
