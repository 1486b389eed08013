import { type Life, live } from './life';
import { Tally } from './tally';
import { describeLife } from './trace';
import { cpuSeconds, realSeconds } from './virtual-time';

/** A run of CI lives the same lives each time; `npm run lives` lives more, or others. */
const SEEDS = Number(process.env['LIVES_SEEDS'] ?? 1_000);
const FIRST = Number(process.env['LIVES_FROM'] ?? 1);

const tally = new Tally();

it(`keeps every promise in ${SEEDS} lives of forty days`, async () => {
  const [begun, worked] = [realSeconds(), cpuSeconds()];
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const life = await live(seed);
    tally.add(life);
    if (life.complaints.length > 0) throw new Error(await report(life));
  }
  const speed = Math.round(SEEDS / (realSeconds() - begun));
  // What others do on the same machine counts less in this one.
  const ofCore = Math.round(SEEDS / (cpuSeconds() - worked));
  process.stdout.write(
    `${SEEDS} lives from seed ${FIRST}, ${speed} lives a second, ${ofCore} a second of a core\n`,
  );
  process.stdout.write(`${tally.lines.join('\n')}\n`);
}, 7_200_000);

// A few lives cannot have met everything.
(SEEDS >= 1_000 ? it : it.skip)('has met every kind of life, and every event', () =>
  expect(tally.missing).toEqual([]),
);

it('lives the same life again from the same seed', async () => {
  const [one, other] = [await live(FIRST), await live(FIRST)];
  expect(other.state).toEqual(one.state);
  expect(other.jobs).toBe(one.jobs);
});

/** The life again, told in words, and the command that repeats it. */
async function report({ seed }: Life): Promise<string> {
  const lines: string[] = [];
  const again = await live(seed, {}, (line) => lines.push(line));
  const tail = lines.slice(-60);
  const command = `npm run lives -- --seeds 1 --from ${seed}`;
  return [`Seed ${seed} breaks a promise. Again: ${command}`, ...tail, ...describeLife(again)].join('\n');
}
