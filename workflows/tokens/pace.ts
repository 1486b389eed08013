const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** The first pause after a token was asked for, doubled with each within a day. */
const FIRST = 30 * SECOND;
const LONGEST = 3 * HOUR;

/** The times within the last day at which a token was asked for. */
export function recent(asked: readonly number[], now: number, speed = 1): readonly number[] {
  return asked.filter((at) => at > now - DAY / speed);
}

/**
 * When the next token may be asked for: the first of a day at once, each further one after a pause that doubles, whether those before
 * came or not. So many tokens are asked for in a day at the most: 17, however often they are refused.
 *
 * @param asked when tokens were asked for, in milliseconds since 1970.
 * @param speed of a trial, whose time passes faster.
 */
export function nextAsking(asked: readonly number[], now: number, speed = 1): number {
  const times = recent(asked, now, speed);
  const last = times.at(-1);
  if (last === undefined) return now;
  return Math.max(now, last + Math.min(FIRST * 2 ** (times.length - 1), LONGEST) / speed);
}
