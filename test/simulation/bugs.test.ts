import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUGS } from './bugs';
import { live } from './life';
import type { Bug } from './planting';

/** Each planted bug has to be found within so many lives. */
const WITHIN = 2_000;
/** The seed that finds each, written by a search from seed 1 (`npm run lives -- --bugs`): so many lives it took. */
const FOUND_BY = join(__dirname, 'bugs-found-by.json');
const isSearch = process.env['LIVES_BUGS'] === 'search';
const known: Record<string, number> = isSearch ? {} : JSON.parse(readFileSync(FOUND_BY, 'utf8'));
const found: Record<string, number> = {};

/** A run of the tests begins just before the seed that is known to find it; where the world is another now, it goes on. */
async function seedThatFinds({ found: complaint, ...planted }: Bug, from: number): Promise<number | null> {
  for (let seed = from; seed < from + WITHIN; seed++) {
    const { complaints } = await live(seed, planted);
    if (complaints.some((one) => complaint.test(one))) return seed;
  }
  return null;
}

it.each(Object.entries(BUGS))(
  'finds an activation that %s',
  async (name, bug) => {
    const seed = await seedThatFinds(bug, Math.max(1, (known[name] ?? 1) - 1));
    if (seed === null) throw new Error(`The auditor has not seen it in ${WITHIN} lives`);
    found[name] = seed;
  },
  300_000,
);

afterAll(() => {
  const moved = Object.keys(found).filter((name) => found[name] !== known[name]);
  if (isSearch) {
    writeFileSync(FOUND_BY, `${JSON.stringify(found, null, 2)}\n`);
    const rows = Object.entries(found).map(
      ([name, seed]) => `| ${name} | ${BUGS[name]?.fault ?? ''} | ${seed} |`,
    );
    process.stdout.write(
      `| Planted: an activation that | Fault | Lives |\n|---|---|---|\n${rows.join('\n')}\n`,
    );
  } else if (moved.length > 0) {
    process.stdout.write(
      `Found by other seeds now (npm run lives -- --bugs): ${moved.map((name) => `${name} (${found[name]})`).join('; ')}\n`,
    );
  }
});
