import { type Life, live } from './life';
import { Tally } from './tally';
import { describeLife, tracing } from './trace';

/** A run of CI lives the same lives each time; `npm run lives` lives more, or others. */
const SEEDS = Number(process.env['LIVES_SEEDS'] ?? 1_000);
const FIRST = Number(process.env['LIVES_FROM'] ?? 1);
/** A loop would send thousands: forty days of looks are some hundreds. */
const MOST_COMMANDS = 3_000;

const tally = new Tally();

it(`keeps every promise in ${SEEDS} lives of forty days`, async () => {
  const begun = performance.now();
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const life = await live(seed);
    tally.add(life);
    if (life.complaints.length > 0) throw new Error(await report(life));
  }
  const speed = Math.round((SEEDS * 1_000) / (performance.now() - begun));
  const average = Math.round(tally.commands / SEEDS);
  const counts = [...tally.counts].map(([trait, count]) => `  ${String(count).padStart(6)}  ${trait}`);
  process.stdout.write(
    `${SEEDS} lives from seed ${FIRST}, ${speed} lives a second, ${average} commands each, ${tally.most} at most\n`,
  );
  process.stdout.write(`${counts.join('\n')}\n`);
}, 3_600_000);

it('never spins', () => expect(tally.most).toBeLessThan(MOST_COMMANDS));

// A few lives cannot have met everything.
(SEEDS >= 1_000 ? it : it.skip)('has met every kind of life', () => expect(tally.missing).toEqual([]));

it('lives the same life again from the same seed', async () => {
  const [one, other] = [await live(FIRST), await live(FIRST)];
  expect(other.state).toEqual(one.state);
});

/** The life again, told in words, and the command that repeats it. */
async function report({ seed }: Life): Promise<string> {
  const lines: string[] = [];
  const again = await live(seed, tracing(lines));
  const tail = lines.slice(-40);
  const command = `npm run lives -- --seeds 1 --from ${seed}`;
  return [`Seed ${seed} breaks a promise. Again: ${command}`, ...tail, ...describeLife(again)].join('\n');
}
