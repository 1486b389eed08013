import { sign, verify } from 'node:crypto';
import { duplicateKey } from './duplicate-key';
import type { PublicKey, SigningKey } from './keys';
import { type Refusal, refused } from './refusal';

/** Compact JWS (RFC 7515) with Ed25519: three parts in base64url, with dots between. */

/** RFC 9864. `EdDSA` is its older name, which is accepted when reading. */
const ALGORITHM = 'Ed25519';
const READ_ALGORITHMS: readonly unknown[] = [ALGORITHM, 'EdDSA'];

/** Bytes. Ours have a few thousand. */
const LONGEST = 1_000_000;

/** A file whose signature is good. */
export interface Verified {
  readonly ok: true;
  readonly kid: string;
  readonly type: string;
  readonly payload: unknown;
}

/** The same payload, key and type always give the same bytes. */
export function signCompact(payload: object, type: string, { kid, privateKey }: SigningKey): string {
  const header = { alg: ALGORITHM, kid, typ: type };
  const input = `${encoded(JSON.stringify(header))}.${encoded(JSON.stringify(payload))}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
}

/**
 * Verifies a file. It is strict: there is one way only to write a file down, so that its hash is one.
 *
 * @param types the types that are taken.
 */
export function verifyCompact(
  text: string,
  keys: readonly PublicKey[],
  types: readonly string[],
): Verified | Refusal {
  const parts = partsOf(text);
  if ('ok' in parts) return parts;
  const [headerBytes, payloadBytes, signature] = parts;
  const header = jsonOf(headerBytes, 'header');
  if ('ok' in header) return header;
  const { alg, kid, typ, ...more } = header.value as Record<string, unknown>;
  if (!READ_ALGORITHMS.includes(alg)) {
    return refused('algorithm', `The header names the algorithm ${shown(alg)}; only Ed25519 is taken`);
  }
  if (typeof typ !== 'string' || !types.includes(typ)) {
    return refused('type', `The header names the type ${shown(typ)}; this is read as ${types.join(' or ')}`);
  }
  const [odd] = Object.keys(more);
  if (odd !== undefined) return refused('header', `The header has ${shown(odd)}, which none of ours has`);
  const key = keys.find((one) => one.kid === kid);
  if (!key) {
    const given = keys.map((one) => one.kid).join(', ') || 'none';
    return refused('key', `It names the key ${shown(kid)}; what was given is ${given}`);
  }
  const input = Buffer.from(text.slice(0, text.lastIndexOf('.')));
  if (!verify(null, input, key.key, signature)) {
    return refused(
      'signature',
      'The signature is not that of this content with this key: one of them was changed',
    );
  }
  const payload = jsonOf(payloadBytes, 'content');
  if ('ok' in payload) return payload;
  return { ok: true, kid: key.kid, type: typ, payload: payload.value };
}

/** What a file says of itself, unverified: for what has to be found or shown of a bad one. Null where it cannot be read. */
export function unverified(text: string): { readonly type: unknown; readonly payload: unknown } | null {
  try {
    const [header = '', payload = ''] = text
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());
    return { type: JSON.parse(header).typ, payload: JSON.parse(payload) };
  } catch {
    return null;
  }
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}

const SIGNATURE_BYTES = 64;

function partsOf(text: string): readonly [Buffer, Buffer, Buffer] | Refusal {
  if (text.length > LONGEST) return refused('form', 'It is longer than any certificate');
  const parts = text.split('.');
  if (parts.length !== 3) {
    return refused(
      'form',
      `It has ${parts.length} parts with dots between, and not three: it may be cut off`,
    );
  }
  const bytes = parts.map((part) => Buffer.from(part, 'base64url'));
  // Node passes over what is no base64url, and over bits that stand for nothing.
  if (bytes.some((one, index) => one.toString('base64url') !== parts[index])) {
    return refused('form', 'A part is not proper base64url: characters were changed, added or lost');
  }
  const [header, payload, signature] = bytes as [Buffer, Buffer, Buffer];
  if (signature.length !== SIGNATURE_BYTES) {
    return refused(
      'form',
      `The signature has ${signature.length} bytes, and not ${SIGNATURE_BYTES}: it may be cut off`,
    );
  }
  return [header, payload, signature];
}

function jsonOf(bytes: Buffer, check: 'header' | 'content'): { readonly value: object } | Refusal {
  const what = check === 'header' ? 'The header' : 'The content';
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    return refused(check, `${what} is no proper JSON`);
  }
  const twice = duplicateKey(text);
  if (twice !== null) return refused(check, `${what} has ${shown(twice)} twice`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(check, `${what} is no object`);
  }
  return { value };
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80);
}
