import { live } from './life';
import { ManyLives, report } from './many';

/** The same lives each time; `npm run lives` lives more, or others, and faster: without jest. */
const SEEDS = 1_000;

const lives = new ManyLives(1);

it(`keeps every promise in ${SEEDS} lives of forty days`, async () => {
  for (let left = SEEDS; left > 0; left -= 1) {
    const life = await lives.next();
    if (life.complaints.length > 0) throw new Error(await report(life));
  }
  process.stdout.write(`${lives.speed}\n${lives.tally.lines.join('\n')}\n`);
}, 7_200_000);

it('has met every kind of life, and every event', () => expect(lives.tally.missing).toEqual([]));

it('lives the same life again from the same seed', async () => {
  const [one, other] = [await live(1), await live(1)];
  expect(other.state).toEqual(one.state);
  expect(other.jobs).toBe(one.jobs);
});
