/** The longest wait that we take from another system: 1 hour, in milliseconds. A longer one is a mistake or a ban. */
export const MAX_RETRY_AFTER = 3_600_000;

/** One value of Retry-After: seconds, or an HTTP-date in the form that servers must send (RFC 9110, 5.6.7). */
const HEADER_VALUE =
  /(?:^|,)\s*(?:(\d+)(?=\s*(?:,|$))|((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT))/g;

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const IN_TEXT = /retry after (\d{1,12}) ?(ms|s|m|h)?/gi;

type HeaderValue = string | readonly string[] | undefined;

/**
 * How long another system asks us to wait, in milliseconds, at most MAX_RETRY_AFTER. Where it says
 * several times, the longest counts, so that we never come earlier than said.
 * Undefined when nothing usable is said, or no wait at all (0, a negative number, a past date):
 * then the caller's own back-off holds.
 *
 * @param headers of the reply: `retry-after`, and `date`, which makes a date independent of our clock.
 * @param texts of the reply's errors: High Mobility writes "retry after 10s" there (Fleet Clearance API, 429).
 */
export function readRetryAfter(
  headers: Readonly<Record<string, HeaderValue>>,
  texts: readonly string[] = [],
  now: number = Date.now(),
): number | undefined {
  const sent = Date.parse(list(headers['date'])[0] ?? '');
  const reference = Number.isNaN(sent) ? now : sent;
  const waits = [
    ...list(headers['retry-after']).flatMap((value) => headerWaits(value, reference)),
    ...texts.flatMap(textWaits),
  ];
  const longest = Math.max(0, ...waits);
  return longest > 0 ? Math.min(longest, MAX_RETRY_AFTER) : undefined;
}

function headerWaits(value: string, reference: number): number[] {
  return [...value.matchAll(HEADER_VALUE)]
    .map(([, seconds, date]) =>
      seconds === undefined ? Date.parse(date ?? '') - reference : Number(seconds) * 1_000,
    )
    .filter((wait) => !Number.isNaN(wait));
}

function textWaits(text: string): number[] {
  return [...text.matchAll(IN_TEXT)].map(
    ([, count, unit = 's']) => Number(count) * UNITS[unit.toLowerCase() as keyof typeof UNITS],
  );
}

function list(value: HeaderValue): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
