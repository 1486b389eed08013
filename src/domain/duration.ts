const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A hundred years: the dates that longer ones lead to cannot be written any more. */
export const LONGEST_DURATION = 36_500 * UNITS.d;

/**
 * Reads a duration such as `30s`, `15m`, `6h` or `10d` into milliseconds.
 * A bare number is refused, because nobody can tell its unit.
 *
 * @throws RangeError when the text is not a duration, or one of more than a hundred years.
 */
export function parseDuration(text: string): number {
  const match = PATTERN.exec(text.trim());
  if (!match) throw new RangeError(`"${text}" is not a duration; write for example 30s, 15m, 6h or 10d`);
  const milliseconds = Math.round(Number(match[1]) * UNITS[match[2] as Unit]);
  if (milliseconds > LONGEST_DURATION) throw new RangeError(`"${text}" is longer than 36500d`);
  return milliseconds;
}

/** Shows milliseconds with their two largest units, for example `10d 4h`, `6h`, `1m 30s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < UNITS.s) return `${Math.max(0, Math.round(milliseconds))}ms`;
  const parts: string[] = [];
  let rest = milliseconds;
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = Math.floor(rest / UNITS[unit]);
    rest -= count * UNITS[unit];
    if (count > 0) parts.push(`${count}${unit}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ');
}
