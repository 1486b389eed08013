const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** How long something is, in its largest unit, for example `6d`, `4h` or `0s`. */
export function ageInWords(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, least]) => milliseconds >= least) ?? (['s', 1_000] as const);
  return `${Math.max(0, Math.floor(milliseconds / size))}${unit}`;
}

/** How long ago a time is, or `in 4h` where it is to come; '' for none. */
export function ageOf(time: string | null, now: number): string {
  if (time === null) return '';
  const age = now - Date.parse(time);
  return age < 0 ? `in ${ageInWords(-age)}` : ageInWords(age);
}

/** A time for a person: the clock of their zone, with the day where it is not today. @param zone by its name in the IANA's table */
export function timeFor(time: string, now: number, zone?: string): string {
  const format = (options: Intl.DateTimeFormatOptions, at: number): string =>
    new Intl.DateTimeFormat('en-GB', { ...options, ...(zone && { timeZone: zone }) }).format(at);
  const at = Date.parse(time);
  const clock = format({ hour: '2-digit', minute: '2-digit' }, at);
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  return format(day, at) === format(day, now) ? clock : `${format(day, at)} ${clock}`.replace(',', '');
}
