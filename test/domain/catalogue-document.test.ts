import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue } from '../../src/domain/catalogue';
import { BUILT_IN } from '../../src/domain/catalogue-data';
import { rulesFor } from '../../src/domain/rules';
import { BEGIN, catalogueTables, END } from './catalogue-document';

const FILE = join(__dirname, '../../docs/catalogue.md');

describe('docs/catalogue.md', () => {
  it('shows what the data says ("npm run docs" writes it anew)', () => {
    const document = readFileSync(FILE, 'utf8');
    const before = document.slice(0, document.indexOf(BEGIN));
    const after = document.slice(document.indexOf(END));
    const wanted = `${before}${BEGIN}\n\n${catalogueTables()}\n\n${after}`;
    if (process.env['UPDATE_DOCS']) writeFileSync(FILE, wanted);
    else expect(document).toBe(wanted);
  });

  it('has an example file that works', () => {
    const [, example] = /```json\n([\s\S]*?)```/.exec(readFileSync(FILE, 'utf8')) ?? [];
    const own = loadCatalogue(undefined, JSON.parse(example ?? ''));
    expect(own.version).toBe(`${BUILT_IN.version}+acme-1`);
    expect(rulesFor(own, 'Hyundai', { speed: 1 }).reasons.map(({ id }) => id)).toContain(
      'subscription-ended',
    );
    expect(rulesFor(own, 'audi', { speed: 1 }).brand.requiredTags).toEqual([]);
    expect(rulesFor(own, 'opel', { speed: 1 }).brand.cancelPendingAfter).toBe(26 * 3_600_000);
  });
});
