import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';

/** Keys of Ed25519 (RFC 8032), as certificates are signed with. */

/** Why a key cannot be used. The message completes "the key …: ". */
export class UnusableKey extends Error {}

/** A key that certificates are verified with. */
export interface PublicKey {
  /** The thumbprint (RFC 7638): the same for the same key, everywhere. */
  readonly kid: string;
  readonly key: KeyObject;
}

/** A key that certificates are signed with. */
export interface SigningKey extends PublicKey {
  readonly privateKey: KeyObject;
}

/** A public key as `/.well-known/jwks.json` lists it (RFC 8037). */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
}

/** A new key, as PEM: the private one (PKCS #8) and the public one (SPKI). */
export function generateKey(): {
  readonly kid: string;
  readonly privatePem: string;
  readonly publicPem: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    kid: thumbprint(publicKey),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** @param pem a private key as `vin certificate create-key` writes it. @throws UnusableKey */
export function readSigningKey(pem: string): SigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch {
    throw new UnusableKey('it is no private key in PEM form');
  }
  requireEd25519(privateKey);
  const key = createPublicKey(privateKey);
  return { kid: thumbprint(key), key, privateKey };
}

/** @param text a public key as PEM or JWK, or a list of them as `/.well-known/jwks.json` has it. @throws UnusableKey */
export function readPublicKeys(text: string): PublicKey[] {
  if (text.includes('PRIVATE KEY')) {
    throw new UnusableKey('it is a private key, which nobody else may have: give the public one');
  }
  return text.trimStart().startsWith('{') ? fromJson(text) : fromPem(text);
}

/** As PEM (SPKI). */
export function publicPem({ key }: PublicKey): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** As `/.well-known/jwks.json` lists it. */
export function publicJwk({ kid, key }: PublicKey): PublicJwk {
  return { kty: 'OKP', crv: 'Ed25519', x: pointOf(key), kid, use: 'sig' };
}

const PEM = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

function fromPem(text: string): PublicKey[] {
  const blocks = text.match(PEM) ?? [];
  if (blocks.length === 0) throw new UnusableKey('it is no public key in PEM form, and no JWK');
  return blocks.map((pem) => publicKeyOf(() => createPublicKey(pem)));
}

function fromJson(text: string): PublicKey[] {
  let read: { keys?: unknown };
  try {
    read = JSON.parse(text);
  } catch {
    throw new UnusableKey('it is no proper JSON');
  }
  const list = Array.isArray(read.keys) ? read.keys : [read];
  if (list.length === 0) throw new UnusableKey('the list has no key');
  return list.map((jwk: JsonWebKey) => {
    if (jwk?.['d'] !== undefined) {
      throw new UnusableKey('it is a private key, which nobody else may have: give the public one');
    }
    return publicKeyOf(() => createPublicKey({ key: jwk, format: 'jwk' }));
  });
}

function publicKeyOf(create: () => KeyObject): PublicKey {
  let key: KeyObject;
  try {
    key = create();
  } catch {
    throw new UnusableKey('it cannot be read as a public key');
  }
  requireEd25519(key);
  return { kid: thumbprint(key), key };
}

function requireEd25519({ asymmetricKeyType }: KeyObject): void {
  if (asymmetricKeyType !== 'ed25519') {
    throw new UnusableKey(`it is a key of the kind ${asymmetricKeyType}, and certificates need Ed25519`);
  }
}

function pointOf(key: KeyObject): string {
  return key.export({ format: 'jwk' }).x as string;
}

/** RFC 7638: SHA-256 of the required members, in the order of their names. */
function thumbprint(key: KeyObject): string {
  const members = JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x: pointOf(key) });
  return createHash('sha256').update(members).digest('base64url');
}
