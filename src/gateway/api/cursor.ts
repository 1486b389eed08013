import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Token } from './tokens';

const SEAL = 16;

/** As Temporal writes a time (RFC 3339). */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Where the next page begins, for a client to hand back: the server's own place, sealed for this search and this
 * token. The seal catches what was cut, mixed up or made up. Who forges one all the same, with the own token, gets to
 * another place in the same search, and the search holds nothing that the token may not see. What Temporal could not
 * read as a place is none: Temporal would be asked again and again for it.
 */
export function writeCursor(search: string, token: Token, place: Uint8Array): string {
  return Buffer.concat([seal(search, token, place), place]).toString('base64url');
}

/** The place of a cursor, or null when it is none, or belongs to another search or token. */
export function readCursor(search: string, token: Token, cursor: string): Uint8Array | null {
  const bytes = Buffer.from(cursor, 'base64url');
  const place = bytes.subarray(SEAL);
  const isOurs = place.length > 0 && timingSafeEqual(bytes.subarray(0, SEAL), seal(search, token, place));
  return isOurs && isPlace(place) ? place : null;
}

function seal(search: string, { hash }: Token, place: Uint8Array): Buffer {
  return createHmac('sha256', hash).update(search).update('\0').update(place).digest().subarray(0, SEAL);
}

/** Whether Temporal can read it: an object in JSON, whose times are times. */
function isPlace(bytes: Uint8Array): boolean {
  try {
    const place: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof place !== 'object' || place === null || Array.isArray(place)) return false;
    const { CloseTime, StartTime, RunID = '' } = place as Readonly<Record<string, unknown>>;
    const isTime = (value: unknown) => value === undefined || (typeof value === 'string' && TIME.test(value));
    return isTime(CloseTime) && isTime(StartTime) && typeof RunID === 'string';
  } catch {
    return false;
  }
}
