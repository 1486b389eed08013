const PATTERN = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Reads an ISO 8601 time into milliseconds since 1970, or null when it is not one. Providers send
 * times with microseconds and `Z`, and times without a zone (High Mobility's changelog): those are UTC.
 */
export function readTimestamp(text: string): number | null {
  const match = PATTERN.exec(text.trim());
  if (!match) return null;
  const [, date, time, fraction = '', zone = 'Z'] = match;
  const at = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${withColon(zone)}`);
  return Number.isNaN(at) ? null : at;
}

function withColon(zone: string): string {
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
}
