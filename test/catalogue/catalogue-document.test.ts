import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN, loadCatalogue } from '../../src/catalogue/catalogue';
import { rulesFor } from '../../src/domain/rules';
import { expectMadePart } from '../support/made-part';
import { catalogueTables } from './catalogue-document';

const FILE = join(__dirname, '../../docs/catalogue.md');

describe('docs/catalogue.md', () => {
  it('shows what the data says ("npm run docs" writes it again)', () => {
    expectMadePart(FILE, catalogueTables());
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
