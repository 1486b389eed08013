import { z } from 'zod';
import { LEAVING_EVENTS } from './facts';

/** What the signed files say. Never change what a version means: files of it are read for years. */

/** The types in the header of a file. */
export const CERTIFICATE_TYPE = 'vin-defleeting+jws';
export const STATEMENT_TYPE = 'vin-defleeting-statement+jws';

const time = z.iso.datetime();
const day = z.iso.date();
const line = z.string().min(1).max(200);
/** Characters of a text in somebody's own words. */
export const LONGEST_TEXT = 2_000;
const text = z.string().max(LONGEST_TEXT);
/** SHA-256 in hex. */
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);

const said = z.strictObject({ at: time, words: text });

const vehicle = z.strictObject({
  vin: line,
  /** Random, so that the commitment alone tells nobody the VIN. */
  salt: z.string().min(22).max(64),
  /** SHA-256 of salt and VIN, in hex: what stays here when the VIN is erased. */
  commitment: hash,
});

/** `parking`: the parking of a plate, which stands in `application`. Absent: the vehicle's data. */
const kind = z.literal('parking').optional();
const access = {
  kind,
  provider: line,
  application: line,
  asked: said.nullable(),
  answer: said.nullable(),
  calls: count,
};
const endedAccess = z.strictObject({
  ...access,
  outcome: z.enum(['ended', 'ended-data-kept']),
  readBack: said,
  kept: text.nullable(),
});
const openAccess = z.strictObject({
  ...access,
  outcome: z.literal('open'),
  readBack: said.nullable(),
  why: text,
});

const event = z.strictObject({ kind: z.enum(LEAVING_EVENTS), date: day });
/** In every file. */
const common = {
  version: z.literal(1),
  vehicle,
  event,
  deadline: time,
  notCovered: z.array(text).max(20),
  /** Whose clock the times are of. */
  clock: line,
  software: z.strictObject({ name: line, version: line }),
};
const leaving = {
  defleeting: z.string().min(1).max(300),
  fleet: line.nullable(),
  asked: z.strictObject({ at: time, by: text.nullable(), onBehalfOf: text.nullable(), channel: line }),
};
const numbered = { number: z.number().int().min(1), issuedAt: time, endedAt: time };

/** The first file: for the fleet, its data-protection officer and its auditor. */
export const FullCertificate = z.strictObject({
  kind: z.literal('full'),
  ...common,
  ...numbered,
  /** SHA-256 of the first file of the certificate before, in hex; null of the first of all. */
  previous: hash.nullable(),
  ...leaving,
  accesses: z.array(endedAccess).min(1).max(100),
});
export type FullCertificate = z.output<typeof FullCertificate>;

/** The second file: for who buys the vehicle. It says nothing of fleet, people and calls. */
export const BuyerCertificate = z.strictObject({
  kind: z.literal('buyer'),
  ...common,
  ...numbered,
  /** SHA-256 of the first file, in hex. */
  full: hash,
  accesses: z
    .array(
      z.strictObject({
        kind,
        provider: line,
        outcome: endedAccess.shape.outcome,
        readBackAt: time,
        kept: text.nullable(),
      }),
    )
    .min(1)
    .max(100),
});
export type BuyerCertificate = z.output<typeof BuyerCertificate>;

export const Certificate = z.discriminatedUnion('kind', [FullCertificate, BuyerCertificate]);
export type Certificate = z.output<typeof Certificate>;

/** What is signed at the deadline while something is open. It has no number, and is no certificate. */
export const Statement = z.strictObject({
  kind: z.literal('statement'),
  ...common,
  ...leaving,
  at: time,
  accesses: z.array(z.union([endedAccess, openAccess])).max(100),
});
export type Statement = z.output<typeof Statement>;
