import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** AES-256-GCM (NIST SP 800-38D): 12 bytes of nonce, 16 of tag. */
const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/**
 * Seals a text so that only those who have the secret can read it.
 *
 * @param secret of high entropy, as a provider makes client secrets.
 * @param about what it is of: the same has to be said to open it.
 */
export function seal(text: string, secret: string, about: string): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, keyOf(secret), nonce).setAAD(Buffer.from(about));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Opens what was sealed; null where it was sealed with another secret, about something else, or is not whole. */
export function unseal(sealed: string, secret: string, about: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE + TAG) return null;
  try {
    const cipher = createDecipheriv(CIPHER, keyOf(secret), bytes.subarray(0, NONCE))
      .setAAD(Buffer.from(about))
      .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([cipher.update(bytes.subarray(NONCE + TAG)), cipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** RFC 5869. The purpose stands in it, so that the secret is the key of nothing else. */
function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'vin-activation: what is sealed in a history', 32));
}
