import { BUGS, type Bug } from './bugs';
import { live } from './life';

/** Each planted bug has to be found within so many lives. */
const WITHIN = 2_000;
const needed: [string, number][] = [];

async function livesUntilFound({ found, ...planted }: Bug): Promise<number | null> {
  for (let seed = 1; seed <= WITHIN; seed++) {
    const { complaints } = await live(seed, planted);
    if (complaints.some((complaint) => found.test(complaint))) return seed;
  }
  return null;
}

it.each(Object.entries(BUGS))(
  'finds an activation that %s',
  async (name, bug) => {
    const lives = await livesUntilFound(bug);
    if (lives === null) throw new Error(`The auditor has not seen it in ${WITHIN} lives`);
    needed.push([name, lives]);
  },
  300_000,
);

afterAll(() => {
  const lines = needed.map(([name, lives]) => `  ${String(lives).padStart(5)} lives: ${name}`);
  process.stdout.write(`Planted bugs were found within\n${lines.join('\n')}\n`);
});
