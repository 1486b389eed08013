/**
 * What is in the way of all vehicles of an application: the provider refuses the application, or gives no answer. It is no
 * vehicle's, so none is parked for it.
 */
export const TROUBLE_KINDS = ['application-refused', 'away'] as const;

export type TroubleKind = (typeof TROUBLE_KINDS)[number];

/** The codes of errors that say so for sure. */
export const TROUBLE_CODES = {
  PROVIDER_APPLICATION_REFUSED: 'application-refused',
  PROVIDER_AWAY: 'away',
} as const satisfies Readonly<Record<string, TroubleKind>>;

/** No answer, so far to one call: it may be an outage, or a fault that only one vehicle meets. */
const NO_ANSWER = ['PROVIDER_UNREACHABLE', 'PROVIDER_TIMEOUT', 'PROVIDER_UNAVAILABLE', 'PROVIDER_BAD_REPLY'];

export function troubleOf(code: string): TroubleKind | null {
  return Object.hasOwn(TROUBLE_CODES, code) ? TROUBLE_CODES[code as keyof typeof TROUBLE_CODES] : null;
}

export function isNoAnswer(code: string): boolean {
  return NO_ANSWER.includes(code);
}

/** How soon what the provider does not take is tried again, in milliseconds. */
export const TRY_AGAIN = 15 * 60_000;
