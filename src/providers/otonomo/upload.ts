import type { ClearanceRequest } from '../../domain/clearance';
import { plainVin } from '../../domain/vin';
import { wordsOf as problemsInWords } from '../shared/errors';
import { keepText } from '../shared/text';
import type { Reply } from '../shared/transport';
import { namedVins, readErrorReply } from './errors';
import type { UploadRow } from './schemas';

/** What became of one vehicle of an upload. */
export type Uploaded =
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'refused'; readonly description: string }
  /** It is in the workspace already: that is no failure. */
  | { readonly outcome: 'there-already' }
  /** The reply had no row for it, or none that says what became of it. */
  | { readonly outcome: 'missing' };

/**
 * The body of an upload. Only `vin` is needed; a make is not asked for. The odometer is a bare number in a text, and no
 * document names its unit: it goes as it was given.
 */
export function uploadBody(requests: readonly ClearanceRequest[]): unknown {
  return {
    vins: requests.map(({ vin, odometer }) => ({
      vin,
      ...(odometer && { odometer: String(Math.trunc(odometer.value)) }),
    })),
  };
}

/** What an upload says of each VIN. Several rows of one VIN that contradict each other say nothing. */
export function readUpload(
  requests: readonly ClearanceRequest[],
  rows: readonly (UploadRow | null)[],
): Map<string, Uploaded> {
  const told = new Map<string, Uploaded>();
  for (const row of rows) {
    if (!row) continue;
    const vin = plainVin(row.vin);
    const said = meaningOf(row);
    const before = told.get(vin);
    told.set(vin, before && before.outcome !== said.outcome ? { outcome: 'missing' } : said);
  }
  const keys = requests.map(({ vin }) => plainVin(vin));
  return new Map(keys.map((vin) => [vin, told.get(vin) ?? { outcome: 'missing' }]));
}

/**
 * What an upload that is refused as a whole says of the vehicles that it names, or of its only one; null where it is no refusal in
 * words, or names none: then its parts tell.
 */
export function readRefusal(
  requests: readonly ClearanceRequest[],
  { status, body }: Reply,
): Map<string, Uploaded> | null {
  const description = keepText(problemsInWords(readErrorReply(body)?.problems ?? []));
  if (!IN_WORDS.includes(status) || description === '') return null;
  const isThere = ALREADY.test(description);
  const keys = requests.map(({ vin }) => plainVin(vin));
  const names = namedVins(body).map(plainVin);
  const named = keys.filter((vin) => names.includes(vin) || (isThere && keys.length === 1));
  const said = isThere
    ? ({ outcome: 'there-already' } as const)
    : ({ outcome: 'refused', description } as const);
  return named.length > 0 ? new Map(named.map((vin) => [vin, said])) : null;
}

/** Statuses of a refusal in words. */
const IN_WORDS: readonly number[] = [400, 409, 422];
const ALREADY = /\balready exists?\b/i;

/** That it was refused, with or without words. Another word without an error may be of a vehicle that was taken. */
const REFUSED = /^(?:error|fail|reject|invalid)/;

function meaningOf({ uploadStatus, error }: UploadRow): Uploaded {
  if (uploadStatus === 'success') return { outcome: 'taken' };
  const description = keepText(wordsOf(error));
  if (ALREADY.test(description)) return { outcome: 'there-already' };
  return description !== '' || REFUSED.test(uploadStatus)
    ? { outcome: 'refused', description }
    : { outcome: 'missing' };
}

/** A text, a list of texts, or either keyed by the field that it is about. */
function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error.trim();
  if (Array.isArray(error)) return error.map(wordsOf).filter(Boolean).join('; ');
  if (typeof error !== 'object' || error === null) return '';
  return Object.entries(error)
    .map(([field, said]) => [field, wordsOf(said)].filter(Boolean).join(': '))
    .join('; ');
}
