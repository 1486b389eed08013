import type { Stub } from './chain';
import type { CertificateFacts } from './facts';
import type { CertificateFiles } from './issue';
import type { PublicKey } from './keys';

/** The end of the chain: the newest certificate. */
export interface Head {
  readonly number: number;
  /** SHA-256 of its first file, in hex. */
  readonly sha256: string;
}

/** What is known of a certificate without opening its files. It names no vehicle. */
export interface IndexEntry extends Head {
  /** The defleeting that asked for it, hashed. */
  readonly request: string;
  /** The vehicle, as a keyed MAC. */
  readonly vehicle: string;
  readonly previous: string | null;
  readonly commitment: string;
  readonly issuedAt: string;
  readonly endedAt: string;
  /** The fleet that it left. */
  readonly fleet: string | null;
}

/** What "it has left" is told with. */
export interface Leaving {
  readonly number: number;
  readonly endedAt: string;
  readonly fleet: string | null;
}

/** A certificate to keep. */
export interface NewCertificate extends CertificateFiles {
  readonly entry: IndexEntry;
}

/**
 * Where certificates are kept, for years. All workers of an installation see the same one. What it has taken it gives back for
 * ever; what it cannot do, it throws.
 */
export interface CertificateStore {
  /** Keeps what a certificate is to be made of, until it is made. The first of the same request stays. */
  keepRequest(request: string, facts: CertificateFacts): Promise<void>;
  requestOf(request: string): Promise<CertificateFacts | null>;
  /**
   * Keeps certificates, in their order. A number is taken once, whoever asks.
   *
   * @returns how many were kept: from the first whose number is taken already, none is.
   */
  add(certificates: readonly NewCertificate[]): Promise<number>;
  /** Keeps what is missing of a certificate whose first file is kept: its worker was lost in the middle. */
  mend(certificate: NewCertificate): Promise<void>;
  /** The files of a number; null where there are none, or where they were erased. The second may be empty before it is mended. */
  read(number: number): Promise<CertificateFiles | null>;
  /** What is left of a certificate whose files were erased; null where none were. */
  stub(number: number): Promise<Stub | null>;
  /**
   * Erases all that names a vehicle: its statements, the files of its certificates, its code in the index. What is left of each
   * certificate is its stub. Interrupted, it may be asked for again.
   *
   * @returns the numbers.
   */
  erase(vin: string): Promise<number[]>;
  /** Writes into the index what a stub says. */
  mendErased(stub: Stub): Promise<void>;
  /** The numbers that were given, in order, by what is there of each: what the index has lost is found so. */
  numbers(): Promise<number[]>;
  entry(number: number): Promise<IndexEntry | null>;
  byRequest(request: string): Promise<IndexEntry | null>;
  /** What each of these vehicles has, the newest; null where it has none. In their order. */
  ofVehicles(vins: readonly string[]): Promise<(Leaving | null)[]>;
  /** All that one vehicle has, newest first. */
  allOfVehicle(vin: string): Promise<IndexEntry[]>;
  /** The newest that the index has. */
  head(): Promise<Head | null>;
  /** The vehicle as the index has it. */
  macOf(vin: string): string;
  /** Keeps a statement about a vehicle. The first under an id stays, and its text is what counts. */
  keepStatement(
    vin: string,
    id: string,
    text: string,
  ): Promise<{ readonly file: string; readonly text: string }>;
  /** The statements about a vehicle. */
  statementsOf(vin: string): Promise<string[]>;
  addPublicKey(key: PublicKey): Promise<void>;
  /** Every key that ever signed here. */
  publicKeys(): Promise<PublicKey[]>;
}
