import { readFileSync, writeFileSync } from 'node:fs';

/** A part of a document that is made from data stands between these. */
const mark = (end: 'begin' | 'end', name: string): string =>
  `<!-- made from the data by "npm run docs": ${name ? `${name} ` : ''}${end} -->`;

/**
 * Expects a made part of a document to be `part`, or writes it so (UPDATE_DOCS, `npm run docs`).
 *
 * @param name which part, where the document has several.
 */
export function expectMadePart(file: string, part: string, name = ''): void {
  const document = readFileSync(file, 'utf8');
  const [begin, end] = [document.indexOf(mark('begin', name)), document.indexOf(mark('end', name))];
  expect(begin).toBeGreaterThan(0);
  expect(end).toBeGreaterThan(begin);
  const wanted = `${document.slice(0, begin)}${mark('begin', name)}\n\n${part}\n\n${document.slice(end)}`;
  if (process.env['UPDATE_DOCS']) writeFileSync(file, wanted);
  else expect(document).toBe(wanted);
}

/** A Markdown table. */
export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
