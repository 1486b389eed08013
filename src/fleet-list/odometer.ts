import type { Odometer } from '../domain/clearance';

const UNITS = { km: 'kilometers', mi: 'miles' } as const;

/** Reads an odometer such as `2050km` or `1200 mi`; undefined when the text is none. */
export function parseOdometer(text: string): Odometer | undefined {
  const match = /^(\d{1,7}) ?(km|mi)$/i.exec(text.trim());
  if (!match) return undefined;
  return { value: Number(match[1]), unit: UNITS[match[2]?.toLowerCase() as keyof typeof UNITS] };
}
