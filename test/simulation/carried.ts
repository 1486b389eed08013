import { isDeepStrictEqual } from 'node:util';

/** The first place at which what went through JSON is not what it was. */
export function lostInJson(carried: unknown, state: unknown, place: string): string | null {
  if (isDeepStrictEqual(carried, state)) return null;
  if (typeof state !== 'object' || state === null || typeof carried !== 'object' || carried === null)
    return place;
  const before = state as Record<string, unknown>;
  const after = carried as Record<string, unknown>;
  for (const key of Object.keys(before)) {
    if (!(key in after)) return `${place}.${key} is ${before[key]}`;
    const lost = lostInJson(after[key], before[key], `${place}.${key}`);
    if (lost) return lost;
  }
  return null;
}
