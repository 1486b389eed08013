import { InvalidArgumentError } from 'commander';
import { isNoDay } from '../domain/day';
import { parseDuration } from '../domain/duration';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Reads a time of the past as people say it, in milliseconds since 1970: `fri` (the last one before today), `today`, `yesterday`,
 * `36h`, `2026-11-20`, or a time with its zone. Days begin at midnight where the command runs.
 */
export function sinceOption(text: string, now: number = Date.now()): number {
  const word = text.trim();
  const at = timeOf(word, now);
  if (at !== null && !Number.isNaN(at) && at <= now) return at;
  throw new InvalidArgumentError(
    'Write a day (fri, yesterday, 2026-11-20), how long ago (36h), or a time with its zone, all of the past.',
  );
}

function timeOf(word: string, now: number): number | null {
  const name = word.toLowerCase();
  if (name === 'today') return midnight(now, 0);
  if (name === 'yesterday') return midnight(now, 1);
  const day = name.length >= 3 ? DAYS.findIndex((one) => FULL[one]?.startsWith(name)) : -1;
  if (day >= 0) return midnight(now, (new Date(now).getDay() - day + 7) % 7 || 7);
  if (isNoDay(word)) return null;
  if (DAY.test(word)) return Date.parse(`${word}T00:00:00`);
  if (TIME.test(word)) return Date.parse(word);
  try {
    return now - parseDuration(word);
  } catch {
    return null;
  }
}

const FULL: Readonly<Record<string, string>> = {
  sun: 'sunday',
  mon: 'monday',
  tue: 'tuesday',
  wed: 'wednesday',
  thu: 'thursday',
  fri: 'friday',
  sat: 'saturday',
};

function midnight(now: number, daysBefore: number): number {
  const date = new Date(now);
  date.setHours(0, 0, 0, 0);
  // A day may have 23 or 25 hours.
  date.setDate(date.getDate() - daysBefore);
  return date.getTime();
}
