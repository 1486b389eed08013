/** What becomes of a text: the name that is kept, or what its refusal names. */
export type Verdict = { readonly name: string } | { readonly refused: string };

const long = (of: string, count: number) => of.repeat(count);
export const refused = (why: string): Verdict => ({ refused: why });

/** What people and their programs write, and what it is at every door; a fleet is refused where a search would not find it. */
export const TEXTS: readonly (readonly [
  what: string,
  text: string,
  name: string | Verdict,
  fleet?: Verdict,
])[] = [
  ['marks of direction', '\u202Eacme\u202C\u200F', 'acme'],
  ['Arabic letters', 'أسطول ٢', 'أسطول ٢'],
  ['an Arabic number sign', '\u0601٢', '\u0601٢'],
  ['zero width', 'ac\u200Bme', 'acme'],
  ['a soft hyphen', 'Lea\u00ADsing', 'Leasing'],
  ['letters of two characters', 'Mu\u0308ller', 'Müller'],
  ['an emoji of four bytes', '🚚 fleet', '🚚 fleet'],
  ['a new line', 'acme\nnord', 'acme nord'],
  ['a line end of DOS', 'acme\r\nnord', 'acme nord'],
  ['a tab', 'acme\tnord', 'acme nord'],
  ['a number with a sign', '-1', '-1'],
  ['an equals sign in front', '=1+2', '=1+2'],
  ['an at sign in front', '@acme', '@acme'],
  ['a formula', '@SUM(A1:A3)', '@SUM(A1:A3)'],
  ['an apostrophe within', "O'Neil", "O'Neil"],
  ['quotes', 'ACME "Nord"', 'ACME "Nord"', refused('U+0022')],
  ['a backslash', 'a\\b', 'a\\b', refused('U+005C')],
  ['an encoded line end', 'acme%0anord', 'acme%0anord'],
  ['commas and semicolons', 'a,b;c|d', 'a,b;c|d'],
  ['HTML', '<b>acme</b>&amp;', '<b>acme</b>&amp;'],
  ['Markdown', '[acme](http://e.example)*_`', '[acme](http://e.example)*_`'],
  ['a name of JavaScript', '__proto__', '__proto__'],
  ['NUL', 'ac\u0000me', refused('U+0000')],
  ['an escape', '\u001B[31mred', refused('U+001B')],
  ['a control character of C1', 'a\u009Bb', refused('U+009B')],
  ['half a character', 'ac\uD800me', refused('U+D800')],
  ['a letter that a program could not read', 'M\uFFFDller', refused('U+FFFD')],
  ['a character of private use', 'a\uF8FFb', refused('U+F8FF')],
  ['10,000 characters', long('x', 10_000), refused('length')],
  ['200 characters that are not seen', `ac${long('\u200B', 200)}me`, 'acme'],
];

/** The character that is named, or that it is about the length. */
export function why(text: string): Verdict {
  const character = /U\+[0-9A-F]{4,6}/.exec(text)?.[0];
  return refused(character ?? (/characters|too large/.test(text) ? 'length' : text));
}

/** A text as bytes of UTF-8 hold it: halves of pairs are none. */
export const inUtf8 = (text: string): string => Buffer.from(text).toString();
