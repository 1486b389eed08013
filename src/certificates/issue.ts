import { createHash, randomBytes } from 'node:crypto';
import { cutTo } from '../domain/cut';
import {
  BuyerCertificate,
  CERTIFICATE_TYPE,
  FullCertificate,
  LONGEST_TEXT,
  STATEMENT_TYPE,
  Statement,
} from './certificate';
import type { CertificateFacts, EndedAccess, LeavingFacts, OpenAccess, Said, StatementFacts } from './facts';
import { signCompact } from './jws';
import type { SigningKey } from './keys';

/** What every file says that it does not cover. Who reads it may have none of our software. */
export const NOT_COVERED: readonly string[] = [
  "The carmaker's inner state: that access is off is what the provider of the data answered when it was read back.",
  'Data that a provider or a carmaker keeps from before the end.',
  "The car's own memory: paired telephones, navigation, accounts of the carmaker's app. Reset the car before it is handed over.",
  'Access that somebody else has by a contract of their own.',
];

/** Whose clock every time is of. */
const CLOCK = 'Temporal server, UTC';

/** Who signs. */
export interface Signer {
  readonly key: SigningKey;
  /** The version of this software. */
  readonly version: string;
}

/** The place of a certificate among all of an installation. */
export interface Place {
  readonly number: number;
  /** SHA-256 of the first file of the one before, in hex; null of the first of all. */
  readonly previous: string | null;
  readonly issuedAt: string;
}

/** The two files of a certificate. */
export interface CertificateFiles {
  readonly full: string;
  readonly buyer: string;
}

/** Signs the files of a certificate. @param salt in tests: else it is random. */
export function makeFiles(
  facts: CertificateFacts,
  place: Place,
  signer: Signer,
  salt?: string,
): CertificateFiles {
  const full = FullCertificate.parse({
    kind: 'full',
    ...common(facts, signer, salt),
    ...place,
    endedAt: facts.endedAt,
    ...leaving(facts),
    accesses: facts.accesses.map(ended),
  } satisfies FullCertificate);
  const text = signCompact(full, CERTIFICATE_TYPE, signer.key);
  return { full: text, buyer: makeBuyerFile(full, text, signer) };
}

/** The buyer's file of a certificate: all that it says stands in the first one, so it can be made again. */
export function makeBuyerFile(full: FullCertificate, fullText: string, { key }: Signer): string {
  const { version, vehicle, event, deadline, notCovered, clock, software, number, issuedAt, endedAt } = full;
  const payload = BuyerCertificate.parse({
    kind: 'buyer',
    ...{ version, vehicle, event, deadline, notCovered, clock, software, number, issuedAt, endedAt },
    full: sha256(fullText),
    accesses: full.accesses.map(({ kind, provider, outcome, readBack, kept }) => ({
      ...(kind && { kind }),
      provider,
      outcome,
      readBackAt: readBack.at,
      kept,
    })),
  } satisfies BuyerCertificate);
  return signCompact(payload, CERTIFICATE_TYPE, key);
}

/** Signs what is open. */
export function makeStatement(facts: StatementFacts, signer: Signer, salt?: string): string {
  const payload = Statement.parse({
    kind: 'statement',
    ...common(facts, signer, salt),
    ...leaving(facts),
    at: facts.at,
    accesses: facts.accesses.map((one) => (one.outcome === 'open' ? open(one) : ended(one))),
  } satisfies Statement);
  return signCompact(payload, STATEMENT_TYPE, signer.key);
}

/** SHA-256 in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What stays of a VIN when the files of its certificate are erased. Without the salt nobody can find the VIN by trying. */
export function commitmentTo(vin: string, salt: string): string {
  return sha256(`${salt}${vin}`);
}

function common({ vin, event, deadline }: LeavingFacts, { version }: Signer, salt = randomSalt()) {
  return {
    version: 1 as const,
    vehicle: { vin, salt, commitment: commitmentTo(vin, salt) },
    event: { kind: event.kind, date: event.date },
    deadline,
    notCovered: [...NOT_COVERED],
    clock: CLOCK,
    software: { name: 'vin-activation', version },
  };
}

function leaving({ defleeting, fleet, asked: { at, by, onBehalfOf, channel } }: LeavingFacts) {
  return {
    defleeting,
    fleet: fleet ?? null,
    asked: { at, by: by ? clipped(by) : null, onBehalfOf: onBehalfOf ? clipped(onBehalfOf) : null, channel },
  };
}

function access({ kind, provider, application, asked, answer, calls }: EndedAccess | OpenAccess) {
  return {
    ...(kind && { kind }),
    provider,
    application,
    asked: asked && saying(asked),
    answer: answer && saying(answer),
    calls,
  };
}

function ended(one: EndedAccess) {
  return {
    ...access(one),
    outcome: one.outcome,
    readBack: saying(one.readBack),
    kept: one.kept ? clipped(one.kept) : null,
  };
}

function open(one: OpenAccess) {
  return {
    ...access(one),
    outcome: one.outcome,
    readBack: one.readBack && saying(one.readBack),
    why: clipped(one.why),
  };
}

function saying({ at, words }: Said): Said {
  return { at, words: clipped(words) };
}

/** No provider's page of HTML, and nobody's letter, makes a file too long to be read. */
function clipped(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${cutTo(text, LONGEST_TEXT - 1)}…`;
}

function randomSalt(): string {
  return randomBytes(16).toString('base64url');
}
