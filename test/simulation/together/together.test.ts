import { BUGS_TOGETHER } from './bugs';
import { liveTogether } from './life';
import { ManyTogether } from './many';

/** `npm run lives -- --together --seeds 5000` for more of them. */
const SEEDS = 100;
/** Each planted bug has to be found within so many lives. */
const WITHIN = 100;

const lives = new ManyTogether(1);

it(`of ${SEEDS} vehicles, each leaves two providers of data and its parking by one defleeting, with one certificate`, async () => {
  for (let left = SEEDS; left > 0; left -= 1) {
    const failed = await lives.next();
    if (failed !== null) throw new Error(failed);
  }
  process.stdout.write(`${lives.lines.join('\n')}\n`);
}, 3_600_000);

it('has met every kind of such a life', () => expect(lives.missing).toEqual([]));

it.each(Object.entries(BUGS_TOGETHER))(
  'finds a vehicle that %s',
  async (_, { found, ...planted }) => {
    for (let seed = 1; seed <= WITHIN; seed++) {
      const { complaints } = await liveTogether(seed, planted);
      if (complaints.some((one) => found.test(one))) return;
    }
    throw new Error(`The auditor has not seen it in ${WITHIN} lives`);
  },
  600_000,
);
