import { nextAsking, recent } from '../../../workflows/tokens/pace';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** When tokens are asked for by somebody who wants another one all the time. */
function askedWithin(span: number, speed = 1): number[] {
  const asked: number[] = [];
  for (let now = START; now < START + span; ) {
    const at = nextAsking(asked, now, speed);
    if (at > now) now = at;
    else asked.push(now);
  }
  return asked;
}

test('the first token of a day is asked for at once, each further one after a pause that doubles', () => {
  const [first, second, third] = askedWithin(DAY);
  expect([first, second, third]).toEqual([START, START + MINUTE / 2, START + MINUTE * 1.5]);
});

test('in no day more than 17 are asked for, however long every one is refused', () => {
  const asked = askedWithin(10 * DAY);
  const most = Math.max(...asked.map((from) => asked.filter((at) => at >= from && at < from + DAY).length));
  expect(most).toBeLessThanOrEqual(17);
  expect(asked.length).toBeGreaterThan(60);
});

test('a token that lives for its day is followed by the next one at once', () => {
  expect(nextAsking([START], START + DAY)).toBe(START + DAY);
  expect(recent([START], START + DAY)).toEqual([]);
});

test('in a trial the day is shorter', () => {
  expect(askedWithin(DAY / 100, 100)).toHaveLength(askedWithin(DAY).length);
});
