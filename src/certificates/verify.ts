import { CERTIFICATE_TYPE, Certificate, STATEMENT_TYPE, Statement } from './certificate';
import { commitmentTo, sha256 } from './issue';
import { verifyCompact } from './jws';
import type { PublicKey } from './keys';
import { type Refusal, refused } from './refusal';

/** A file that was found good. */
export interface Good {
  readonly ok: true;
  readonly kid: string;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
  readonly content: Certificate | Statement;
}

export interface Expected {
  /** The vehicle that it should be about. */
  readonly vin?: string | undefined;
  /** The first file, where this is the buyer's. */
  readonly full?: string | undefined;
}

/** Verifies one file: its form, its signature, and what it says. */
export function verifyFile(
  text: string,
  keys: readonly PublicKey[],
  expected: Expected = {},
): Good | Refusal {
  const verified = verifyCompact(text, keys, [CERTIFICATE_TYPE, STATEMENT_TYPE]);
  if (!verified.ok) return verified;
  const schema = verified.type === STATEMENT_TYPE ? Statement : Certificate;
  const read = schema.safeParse(verified.payload);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = issue?.path.join('.') || 'all of it';
    return refused(
      'content',
      `The content is not that of a ${wordFor(verified.type)} (${place}: ${issue?.message})`,
    );
  }
  const content = read.data;
  const { vin, salt, commitment } = content.vehicle;
  if (commitmentTo(vin, salt) !== commitment) {
    return refused('commitment', 'The commitment is not that of this VIN with this salt');
  }
  if (expected.vin !== undefined && expected.vin !== vin) {
    return refused('vehicle', `It is about the vehicle ${vin}, and not about ${expected.vin}`);
  }
  if (expected.full !== undefined && (content.kind !== 'buyer' || content.full !== sha256(expected.full))) {
    return refused('copy', 'It is not the copy for the buyer of that first file');
  }
  return { ok: true, kid: verified.kid, sha256: sha256(text), content };
}

function wordFor(type: string): string {
  return type === STATEMENT_TYPE ? 'statement' : 'certificate';
}
