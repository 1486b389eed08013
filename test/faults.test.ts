import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..');
const [, ...ROWS] = readFileSync(join(ROOT, 'docs/faults.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) => line.split(' | '));

/** A file of tests, in backticks or not, and what stands behind it up to the next: names of tests in parts. */
const REFERENCE = /`?((?:[\w-]+\/)*[\w.-]+\.test\.ts)`?:?/;

/** A test's name as the table has it: "…" stands for what a table of cases fills in. */
function partsOf(names: string): string[] {
  return names
    .split(/…|;|\((?:.*?)\)|\|/)
    .map((part) => part.replace(/^[\s,.:]+|[\s,.:]+$/g, ''))
    .filter((part) => part.length > 8);
}

function referencesIn(cell: string): { readonly file: string; readonly parts: string[] }[] {
  const [, ...found] = cell.split(REFERENCE);
  const references = [];
  let folder = '';
  for (let at = 0; at < found.length; at += 2) {
    const [path = '', names = ''] = found.slice(at, at + 2);
    // The next file of the same folder is named without it.
    const file = path.includes('/') || folder === '' ? path : join(folder, path);
    folder = dirname(file);
    references.push({ file, parts: partsOf(names) });
  }
  return references;
}

/** The source with names in one line, however they are written. */
const sourceOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8').replace(/\s+/g, ' ');

describe('the log of faults', () => {
  test('has four cells in each row', () => {
    expect(ROWS.length).toBeGreaterThan(100);
    expect(ROWS.filter((cells) => cells.length !== 4)).toEqual([]);
  });

  test.each(ROWS.map((cells) => [cells[0]?.slice(2), cells[3]]))(
    'names tests that exist: %s',
    (_fault, cell = '') => {
      for (const { file, parts } of referencesIn(cell)) {
        expect([file, statSync(join(ROOT, file), { throwIfNoEntry: false })?.isFile()]).toEqual([file, true]);
        const source = sourceOf(file);
        expect([file, parts.filter((part) => !source.includes(part))]).toEqual([file, []]);
      }
    },
  );
});
