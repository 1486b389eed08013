import { type KeyObject, randomUUID, sign } from 'node:crypto';

/** OAuth's name for a client that shows a signed JWT in the place of a secret (RFC 7523, 2.2). */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * A JWT that is signed with ES256 (RFC 7518, 3.4), with an id and a time of its own: made for one request.
 *
 * @param key a private key on the curve P-256.
 * @param claims all but `jti` and `iat`.
 * @param now milliseconds since 1970.
 */
export function signedAssertion(
  key: KeyObject,
  claims: Readonly<Record<string, unknown>>,
  now: number = Date.now(),
): string {
  const own = { ...claims, jti: randomUUID(), iat: Math.floor(now / 1_000) };
  const text = [{ alg: 'ES256', typ: 'JWT' }, own]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  // A JWT wants the two numbers of the signature side by side, not as OpenSSL wraps them.
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
