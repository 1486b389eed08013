import fc from 'fast-check';
import { markdownOf, summaryOf } from '../../src/domain/markdown';

describe('a text in Markdown', () => {
  test.each([
    ['[pay here](https://evil.example)', '\\[pay here\\](https://evil.example)'],
    [
      '![x](y) <b>bold</b> <https://evil.example>',
      '\\!\\[x\\](y) \\<b\\>bold\\</b\\> \\<https://evil.example\\>',
    ],
    ['*a* _b_ `c` a|b \\', '\\*a\\* \\_b\\_ \\`c\\` a\\|b \\\\'],
    ['a\n# b\n- c\n| d |', 'a # b - c \\| d \\|'],
    ['Müller & Söhne, privacy mode is enabled', 'Müller & Söhne, privacy mode is enabled'],
  ])('is shown as it is: %j', (text, markdown) => {
    expect(markdownOf(text)).toBe(markdown);
  });

  test('has room as a summary, whatever letters it has, and no escape is cut in two', () => {
    expect(summaryOf('the driver: accept')).toBe('the driver: accept');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
        const summary = summaryOf(text);
        expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(400);
        expect(markdownOf(text).startsWith(summary)).toBe(true);
        expect(summary.replace(/\\[\\`*_[\]<>!|]/g, '')).not.toMatch(/[\\`*_[\]<>!|]/);
      }),
    );
    expect(Buffer.byteLength(summaryOf('日'.repeat(500)))).toBe(399);
  });
});
