const DAY = /^(\d{4})-(\d\d)-(\d\d)/;

/** Whether a text begins with a day that no calendar has, such as 2026-02-31: JavaScript reads it as one in March. */
export function isNoDay(text: string): boolean {
  const [, year, month, day] = (DAY.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const read = new Date(Date.UTC(year, month - 1, day));
  return read.getUTCMonth() !== month - 1 || read.getUTCDate() !== day;
}
