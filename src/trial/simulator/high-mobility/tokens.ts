import { generateKeyPairSync, sign } from 'node:crypto';

/** The provider's own: five minutes. */
export const TOKEN_LIFETIME = 300_000;
const SCOPE = 'fleet:clearance vehicle:eligibility-check vehicle:data';

export interface Token {
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly token_type: 'bearer';
}

/**
 * Access tokens: ES256 JWTs like the provider's. They expire on the real clock, whatever the simulator's speed:
 * the client that holds one lives on the real clock too.
 */
export class Tokens {
  private readonly expiries = new Map<string, number>();
  private readonly key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

  constructor(
    private readonly clientId: string,
    /** Milliseconds. */
    private readonly lifetime: number,
    private readonly now: () => number = Date.now,
  ) {}

  issue(issuer: string): Token {
    const now = this.now();
    for (const [token, expiry] of this.expiries) if (expiry <= now) this.expiries.delete(token);
    const seconds = Math.max(1, Math.floor(this.lifetime / 1_000));
    const iat = Math.floor(now / 1_000);
    const claims = { exp: iat + seconds, iat, iss: issuer, scope: SCOPE, sub: this.clientId, ver: 1 };
    const access_token = this.signed({ alg: 'ES256', typ: 'JWT' }, claims);
    this.expiries.set(access_token, now + this.lifetime);
    return { access_token, expires_in: seconds, scope: SCOPE, token_type: 'bearer' };
  }

  /** Whether an Authorization header carries a token of ours that has not expired. */
  accepts(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    const expiry = token === undefined ? undefined : this.expiries.get(token);
    return expiry !== undefined && this.now() < expiry;
  }

  /** Takes back every token. */
  revokeAll(): void {
    this.expiries.clear();
  }

  private signed(...parts: readonly object[]): string {
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const signature = sign('sha256', Buffer.from(text), { key: this.key, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  }
}
