import { readFileSync, writeFileSync } from 'node:fs';

/** The part of a document that is made from data stands between these. */
const BEGIN = '<!-- made from the data by "npm run docs": begin -->';
const END = '<!-- made from the data by "npm run docs": end -->';

/** Expects the made part of a document to be `part`, or writes it so (UPDATE_DOCS, `npm run docs`). */
export function expectMadePart(file: string, part: string): void {
  const document = readFileSync(file, 'utf8');
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  expect(begin).toBeGreaterThan(0);
  expect(end).toBeGreaterThan(begin);
  const wanted = `${document.slice(0, begin)}${BEGIN}\n\n${part}\n\n${document.slice(end)}`;
  if (process.env['UPDATE_DOCS']) writeFileSync(file, wanted);
  else expect(document).toBe(wanted);
}

/** A Markdown table. */
export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
