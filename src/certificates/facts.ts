import type { Application } from '../domain/application';

/** What a defleeting tells of a vehicle's leaving. Times are ISO 8601, UTC, on Temporal's clock. */

/** Why a vehicle leaves. */
export const LEAVING_EVENTS = ['sold', 'lease-ended', 'returned', 'scrapped', 'stolen', 'other'] as const;
export type LeavingEvent = (typeof LEAVING_EVENTS)[number];

/** What somebody said, in the own words, and when. */
export interface Said {
  readonly at: string;
  readonly words: string;
}

/** What was done about one access: the data at one application of a provider, or the parking of a plate. */
interface Access extends Application {
  /** `parking`: the parking of a plate, which stands in `application`. Absent: the vehicle's data. */
  readonly kind?: 'parking';
  /** What was asked of the provider, the first time; null where nothing was open any more, so that there was nothing to ask. */
  readonly asked: Said | null;
  /** What the provider answered last, in its own words; null where nothing was asked. */
  readonly answer: Said | null;
  /** How many calls asked for the end. */
  readonly calls: number;
}

/** An access that is gone: it was read back. */
export interface EndedAccess extends Access {
  /** `ended-data-kept`: the access is off and was read back so, and the provider keeps data or refuses the removal. */
  readonly outcome: 'ended' | 'ended-data-kept';
  /** What our own reading showed after that. */
  readonly readBack: Said;
  /** What is kept and why, in words; only of `ended-data-kept`. */
  readonly kept?: string | null;
}

/** An access that is not known to be gone. */
export interface OpenAccess extends Access {
  readonly outcome: 'open';
  /** What our own last reading showed; null before the first. */
  readonly readBack: Said | null;
  /** Why it is still open, in words. */
  readonly why: string;
}

/** What is known of a leaving from its beginning. */
export interface LeavingFacts {
  /** The id of the defleeting: asked twice with the same id it is the same certificate. Another leaving needs another id. */
  readonly defleeting: string;
  readonly vin: string;
  readonly fleet?: string | null;
  /** The day is that of the policy's zone: 2026-12-01. */
  readonly event: { readonly kind: LeavingEvent; readonly date: string };
  /** Until when the access had to be gone. */
  readonly deadline: string;
  readonly asked: {
    readonly at: string;
    /** The role of who asked, not the person. */
    readonly by?: string | null;
    readonly onBehalfOf?: string | null;
    /** By which door: `cli`, `api`, `temporal-ui`, … */
    readonly channel: string;
  };
}

/** What a certificate is made of: every access has ended. */
export interface CertificateFacts extends LeavingFacts {
  /** At least one. */
  readonly accesses: readonly EndedAccess[];
  /** When the last of them was read back as ended. */
  readonly endedAt: string;
}

/** What a statement is made of: at its time something was open. */
export interface StatementFacts extends LeavingFacts {
  readonly accesses: readonly (EndedAccess | OpenAccess)[];
  /** When this was so. The same defleeting at the same time is the same statement. */
  readonly at: string;
}

/** A certificate that was issued. The files stay with the workers: `vin certificate show VIN` brings them. */
export interface IssuedCertificate {
  readonly number: number;
  /** SHA-256 of the first file, in hex. */
  readonly sha256: string;
  readonly issuedAt: string;
  /** The names of the files in the store. */
  readonly files: { readonly full: string; readonly buyer: string };
}

/** A statement that was signed. */
export interface SignedStatement {
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
  /** The name of the file in the store. */
  readonly file: string;
}
