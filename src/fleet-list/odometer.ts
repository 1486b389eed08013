import type { Odometer } from '../domain/clearance';
import { plainName } from '../domain/name';

const UNITS = { km: 'kilometers', mi: 'miles' } as const;

/**
 * Reads an odometer such as `2050km` or `1,200 mi`; undefined when the text is none. Thousands may be set apart, as
 * spreadsheets do it; a part of a kilometre is none.
 *
 * @param unit the unit of a number alone, if it is known.
 */
export function parseOdometer(text: string, unit = ''): Odometer | undefined {
  const name = plainName(text);
  const match = /^(\d{1,7}|\d{1,3}(?:([.,' ’])\d{3})(?:\2\d{3})?) ?(km|mi)$/i.exec(
    /[a-z]$/i.test(name) ? name : name + unit,
  );
  const value = Number(match?.[1]?.replace(/\D/g, ''));
  if (!match || value > 9_999_999) return undefined;
  return { value, unit: UNITS[match[3]?.toLowerCase() as keyof typeof UNITS] };
}
