import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Token } from './tokens';

const SEAL = 16;

/** As Temporal writes a time (RFC 3339). */
const TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
/** The names that a place may have, with SQL and with Elasticsearch. Go, which reads it, takes others for the same: `cloſetime`. */
const NAMES = ['CloseTime', 'StartTime', 'RunID', 'SearchAfter'];

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

/**
 * Whether Temporal can read it: an object in JSON, written as plainly as a program writes it, whose times are times. Else
 * two readers would see two things in it: a name twice, or in another case, or a mark in front.
 */
function isPlace(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const place: unknown = JSON.parse(text);
    if (typeof place !== 'object' || place === null || Array.isArray(place)) return false;
    if (JSON.stringify(place) !== text || !Object.keys(place).every((name) => NAMES.includes(name)))
      return false;
    const { CloseTime, StartTime, RunID = '' } = place as Readonly<Record<string, unknown>>;
    const isTimeOrNone = (value: unknown) => value === undefined || isTime(value);
    return isTimeOrNone(CloseTime) && isTimeOrNone(StartTime) && typeof RunID === 'string';
  } catch {
    return false;
  }
}

/** A time of a day that there is. */
function isTime(value: unknown): boolean {
  const [, year, month, day] = (typeof value === 'string' && TIME.exec(value)) || [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return day !== undefined && date.getUTCDate() === Number(day);
}
