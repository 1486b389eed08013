import { InvalidArgumentError } from 'commander';
import { LIMITS } from '../../workflows/lifecycle/limits';
import { readMessage } from '../../workflows/lifecycle/read-message';
import { LONGEST_SILENCE } from '../config/bounds';
import { isDay, isNoDay } from '../domain/day';
import { parseDuration } from '../domain/duration';
import { plainName } from '../domain/name';
import { nameOption } from './name-option';

/** The longest duration that an activation takes, in milliseconds: ten years. */
const LONGEST = 3_650 * 86_400_000;

/** Reads a text of at most so many characters. */
export function textOption(most: number): (text: string) => string {
  return (text) => {
    if (text.trim() === '' || text.length > most) {
      throw new InvalidArgumentError(`It must have 1 to ${most} characters.`);
    }
    return text;
  };
}

/** Reads a duration into milliseconds. */
export function durationOption(text: string): number {
  try {
    const milliseconds = parseDuration(text);
    if (milliseconds > 0 && milliseconds <= LONGEST) return milliseconds;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('Write a duration such as 30s, 15m, 6h or 10d.');
}

/** Checks a day: `2026-12-01`. */
export function dayOption(text: string): string {
  if (isDay(text)) return text;
  throw new InvalidArgumentError('Write a day of this century, such as 2026-12-01.');
}

/** Checks a duration that is sent as it was written. */
export function durationText(text: string): string {
  durationOption(text);
  return text;
}

/** Checks a time until which reminders stop, as an activation would read it now. */
export function untilOption(text: string): string {
  if (isNoDay(text)) throw new InvalidArgumentError(`No calendar has the day ${text.slice(0, 10)}.`);
  const now = Date.now();
  const read = readMessage('acknowledge', { until: text }, now);
  if (read.type !== 'acknowledged') {
    const isTimeOfDay = /^\d{4}-\d\d-\d\d[T ]/.test(text);
    throw new InvalidArgumentError(
      isTimeOfDay
        ? 'A time of day needs its zone: write 2026-12-01T08:00:00Z or 2026-12-01T09:00:00+01:00.'
        : 'Write a duration such as 3d, a day such as 2026-12-24 (its beginning in UTC), or a time with its zone.',
    );
  }
  if (read.until <= now) throw new InvalidArgumentError('It must be still to come.');
  if (read.until > now + LONGEST_SILENCE) {
    throw new InvalidArgumentError('Reminders can be stopped for 90 days at most.');
  }
  return text;
}

/** Collects the keys of repeated `--untag` options. */
export function collectKey(text: string, keys: readonly string[] = []): readonly string[] {
  if (plainName(text) === '') throw new InvalidArgumentError('Write the key of a tag.');
  return [...keys, nameOption()(text)];
}

/** What is wrong with tags that would be sent together, in the words of the command line. */
export function tagsProblem(tags: Readonly<Record<string, string | null>>): string | null {
  const texts = Object.entries(tags);
  const size = texts.reduce((sum, [key, text]) => sum + key.length + (text ?? '').length, 0);
  if (texts.length > LIMITS.tags) return `a vehicle has at most ${LIMITS.tags} tags.`;
  return size > LIMITS.tagsLength
    ? `the tags of a vehicle have at most ${LIMITS.tagsLength} characters in all.`
    : null;
}
