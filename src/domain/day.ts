const DAY = /^(\d{4})-(\d\d)-(\d\d)/;

/** Whether a text begins with a day that no calendar has, such as 2026-02-31: JavaScript reads it as one in March. */
export function isNoDay(text: string): boolean {
  const [, year, month, day] = (DAY.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const read = new Date(Date.UTC(year, month - 1, day));
  return read.getUTCMonth() !== month - 1 || read.getUTCDate() !== day;
}

const OF_THIS_CENTURY = /^20\d\d-\d\d-\d\d$/;

/** Whether a text is a day of this century that the calendar has: `2026-12-01`. No search keeps times that are far away. */
export function isDay(text: string): boolean {
  return OF_THIS_CENTURY.test(text) && !isNoDay(text);
}

/** Searches keep no time before or after these: where Temporal runs on Elasticsearch the end is in 2262. */
const FIRST = 0;
const LAST = Date.UTC(2262, 0, 1);

/** A time that can be written into a column, in milliseconds since 1970: what cannot fails the whole workflow task, for ever. */
export function storableTime(at: number): number {
  return Math.min(Math.max(at, FIRST), LAST);
}
