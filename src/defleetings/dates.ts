/** Days in a zone, as people count them. What a day is depends on the zone's rules of the machine: workflows are told. */

const HOUR = 3_600_000;
/** Longer than any zone is away from UTC, with a change of it. */
const FURTHEST = 40 * HOUR;

/** The day that it is in a zone. @param at milliseconds since 1970 */
export function dayIn(zone: string, at: number): string {
  return formatter(zone)(at);
}

/** The day after a day. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 24 * HOUR).toISOString().slice(0, 10);
}

/**
 * When a day begins in a zone, in milliseconds since 1970. Where clocks are changed at midnight it is the first moment of the
 * day that is not followed by the day before once more.
 */
export function beginOf(day: string, zone: string): number {
  const dayAt = formatter(zone);
  const middle = Date.parse(`${day}T00:00:00Z`);
  let before = middle - FURTHEST;
  let since = middle + FURTHEST;
  while (since - before > 1) {
    const between = Math.floor((before + since) / 2);
    if (dayAt(between) < day) before = between;
    else since = between;
  }
  // Clocks that are set back over midnight make the day before come again, for an hour or two.
  for (let again = since; again < since + 3 * HOUR; again += HOUR / 4) {
    if (dayAt(again) < day) return beginAfter(dayAt, day, again);
  }
  return since;
}

function beginAfter(dayAt: (at: number) => string, day: string, before: number): number {
  let [low, high] = [before, before + 3 * HOUR];
  while (high - low > 1) {
    const between = Math.floor((low + high) / 2);
    if (dayAt(between) < day) low = between;
    else high = between;
  }
  return high;
}

function formatter(zone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
  };
}
