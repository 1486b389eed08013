import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';

/** A key that an application may sign with. */
export interface ApplicationKey {
  readonly id: string;
  /** PEM, public or private: only the public half is used. */
  readonly pem: string;
}

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** How far the clock of a client may be off, in seconds. How far the provider lets it be is not documented. */
const CLOCK = 300;

const headSchema = z.object({ alg: z.literal('ES256') });
const claimsSchema = z.object({
  ver: z.literal(2),
  iss: z.string(),
  aud: z.string(),
  jti: z.string().min(1),
  iat: z.number(),
});

/** Looks at signed assertions, each of which is good once. */
export class Assertions {
  private readonly key: KeyObject | null;
  private readonly used = new Set<string>();

  constructor(
    private readonly known: ApplicationKey | undefined,
    private readonly now: () => number = Date.now,
  ) {
    this.key = known ? createPublicKey(known.pem) : null;
  }

  /** What is wrong with an assertion, as the provider would say it; null when it is good. */
  refusal(type: unknown, assertion: unknown, audience: string): string | null {
    if (type !== TYPE) return 'client_assertion_type is invalid';
    const [head = '', claims = '', signature = '', ...more] = String(assertion).split('.');
    const read = claimsSchema.safeParse(partOf(claims));
    if (!headSchema.safeParse(partOf(head)).success || !read.success || more.length > 0) {
      return 'client_assertion is invalid';
    }
    const { iss, aud, jti, iat } = read.data;
    if (!this.key || iss !== this.known?.id) return 'client_assertion is signed with an unknown key';
    const bytes = Buffer.from(signature, 'base64url');
    const how = { key: this.key, dsaEncoding: 'ieee-p1363' } as const;
    if (!verify('sha256', Buffer.from(`${head}.${claims}`), how, bytes)) return 'client_assertion is invalid';
    if (aud !== audience) return 'client_assertion has another audience';
    if (Math.abs(this.now() / 1_000 - iat) > CLOCK) return 'client_assertion is of another time';
    if (this.used.has(jti)) return 'client_assertion was used before';
    this.used.add(jti);
    return null;
  }
}

function partOf(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
