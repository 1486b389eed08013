import fc from 'fast-check';
import { visible, visibleJson, visibleLines } from '../../src/base/visible';

describe('the words of others', () => {
  test.each([
    ['an escape sequence', 'privacy\u001b[2Jmode', 'privacy<U+001B>[2Jmode'],
    ['a C1 control, which is one too', 'a\u009b31mb', 'a<U+009B>31mb'],
    ['marks that turn the direction', 'WBA\u202e1000\u2066', 'WBA<U+202E>1000<U+2066>'],
    ['characters of no width', 'acme\u200b\ufeff', 'acme<U+200B><U+FEFF>'],
    ['DEL and a backspace', 'a\u007f\u0008', 'a<U+007F><U+0008>'],
    ['tags, beyond the first plane', 'a\u{e0041}', 'a<U+E0041>'],
    ['half of a pair', 'a\ud83d', 'a<U+D83D>'],
    ['line breaks of every kind, which could begin a line of ours', 'a\r\nb\u2028c\u0085d\te', 'a b c d e'],
    ['letters of every kind, which stay', 'Müller Łódź 日本 🚗 م', 'Müller Łódź 日本 🚗 م'],
  ])('are shown without what a terminal obeys: %s', (_case, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test('keep the lines that are ours', () => {
    expect(visibleLines('one\u001b[1m\n  two\r\n')).toBe('one<U+001B>[1m\n  two \n');
  });

  test('never hold what a terminal obeys, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        const lines = visibleLines(text);
        expect(lines.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(lines.split('\n')).toHaveLength(text.split('\n').length);
        const json = visibleJson(JSON.stringify({ text }, null, 2));
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});
