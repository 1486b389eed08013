import { sign } from 'node:crypto';
import type { SigningKey } from '../../src/certificates/keys';
import type { Check } from '../../src/certificates/refusal';

/** Ways to tamper with a signed file, drawn from a seed. */

export interface Tampered {
  readonly how: string;
  readonly text: string;
  /** The checks that may find it. */
  readonly expected: readonly Check[];
}

interface Around {
  /** Draws a whole number below this. */
  readonly draw: (below: number) => number;
  readonly text: string;
  /** The key that signed it. */
  readonly key: SigningKey;
  readonly otherKey: SigningKey;
  /** Another good file of the same kind and key. */
  readonly other: string;
}

const SIGNED: readonly Check[] = ['signature'];

export const WAYS: Readonly<Record<string, (around: Around) => Omit<Tampered, 'how'>>> = {
  'a bit of the file is flipped': ({ draw, text }) => {
    const bytes = Buffer.from(text);
    const at = draw(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << draw(7));
    return {
      text: bytes.toString('latin1'),
      expected: ['form', 'header', 'algorithm', 'type', 'key', 'signature'],
    };
  },
  'a bit of the content is flipped': ({ draw, text }) => {
    const [header, content, signature] = partsOf(text);
    const at = draw(content.length);
    content[at] = (content[at] as number) ^ (1 << draw(8));
    return { text: joined(header, content, signature), expected: SIGNED };
  },
  'a bit of the signature is flipped': ({ draw, text }) => {
    const [header, content, signature] = partsOf(text);
    const at = draw(signature.length);
    signature[at] = (signature[at] as number) ^ (1 << draw(8));
    return { text: joined(header, content, signature), expected: SIGNED };
  },
  'another key has signed it': ({ text, otherKey }) => {
    const { content, header } = read(text);
    return { text: signed({ ...header, kid: otherKey.kid }, content, otherKey), expected: ['key'] };
  },
  'another key has signed it under the name of the right one': ({ text, otherKey }) => {
    const { content, header } = read(text);
    return { text: signed(header, content, otherKey), expected: SIGNED };
  },
  'alg is none': ({ text, draw }) => {
    const { content, header } = read(text);
    const none = ['none', 'None', 'HS256', 'ES256', null][draw(5)];
    const whole = signed({ ...header, alg: none }, content, null);
    return { text: draw(2) ? whole : whole.replace(/[^.]*$/, ''), expected: ['form', 'algorithm'] };
  },
  'alg is none, and it is signed with the right key': ({ text, key }) => {
    const { content, header } = read(text);
    return { text: signed({ ...header, alg: 'none' }, content, key), expected: ['algorithm'] };
  },
  'the header is that of a statement': ({ text }) => {
    const { content, header } = read(text);
    const signature = partsOf(text)[2];
    const changed = { ...header, typ: 'vin-defleeting-statement+jws' };
    return { text: joined(json(changed), json(content), signature), expected: SIGNED };
  },
  'the header is of another type': ({ text, key }) => {
    const { content, header } = read(text);
    return { text: signed({ ...header, typ: 'JWT' }, content, key), expected: ['type'] };
  },
  'the header has one thing more': ({ text, key, draw }) => {
    const { content, header } = read(text);
    const more = [{ crit: ['exp'] }, { jwk: {} }, { jku: 'https://example.org/keys' }, { b64: false }][
      draw(4)
    ];
    return { text: signed({ ...header, ...more }, content, key), expected: ['header'] };
  },
  'it is cut off': ({ draw, text }) => ({
    text: text.slice(0, draw(text.length - 1)),
    expected: ['form'],
  }),
  'a name stands twice in the header': ({ text, key }) => {
    const { content, header } = read(text);
    const twice = JSON.stringify(header).replace('{', '{"alg":"none",');
    return { text: signed(twice, content, key), expected: ['header'] };
  },
  'a name stands twice in the content': ({ text, key, draw }) => {
    const { content, header } = read(text);
    const whole = JSON.stringify(content);
    const twice = draw(2)
      ? whole.replace('{', '{"number":1,')
      : whole.replace('"vehicle":{', '"vehicle":{"v\\u0069n":"X",');
    return { text: signed(header, twice, key), expected: ['content'] };
  },
  'bytes stand behind it': ({ text, draw }) => {
    const more = ['\n', ' ', '=', '.', 'A', 'AA', '\0', '.e30', '\r\n'][draw(9)];
    return { text: `${text}${more}`, expected: ['form'] };
  },
  'bytes stand before it': ({ text, draw }) => ({
    text: `${['\ufeff', ' ', '\n', '.'][draw(4)]}${text}`,
    expected: ['form'],
  }),
  'it has the content of another one': ({ text, other }) => {
    const [header, , signature] = partsOf(text);
    return { text: joined(header, partsOf(other)[1], signature), expected: SIGNED };
  },
  "it has another certificate's number": ({ text, other }) => {
    const { content, header } = read(text);
    const changed = { ...content, number: read(other).content['number'] };
    return { text: joined(json(header), json(changed), partsOf(text)[2]), expected: SIGNED };
  },
  'its content is signed, and none of ours': ({ text, key, draw }) => {
    const { content, header } = read(text);
    const changed = [
      { ...content, number: 0 },
      { ...content, outcome: 'ended' },
      { ...content, version: 2 },
      { ...content, accesses: [] },
      { ...content, vehicle: undefined },
      [],
    ][draw(6)];
    return { text: signed(header, changed, key), expected: ['content'] };
  },
  'its vehicle is signed, and not the one of its commitment': ({ text, key }) => {
    const { content, header } = read(text);
    const vehicle = { ...(content['vehicle'] as object), vin: 'WBA8E9G50GNT99999' };
    return { text: signed(header, { ...content, vehicle }, key), expected: ['commitment'] };
  },
};

/** So many, each way as often as any other. */
export function tamperedBy(seed: number, count: number, around: Omit<Around, 'draw'>): Tampered[] {
  const draw = drawer(seed);
  const ways = Object.entries(WAYS);
  return Array.from({ length: count }, (_, index) => {
    const [how, change] = ways[index % ways.length] as (typeof ways)[number];
    return { how, ...change({ ...around, draw }) };
  });
}

type Json = Record<string, unknown>;

function read(text: string): { readonly header: Json; readonly content: Json } {
  const [header, content] = partsOf(text);
  return { header: JSON.parse(header.toString()), content: JSON.parse(content.toString()) };
}

function partsOf(text: string): [Buffer, Buffer, Buffer] {
  return text.split('.').map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer, Buffer];
}

function joined(...parts: readonly Buffer[]): string {
  return parts.map((part) => part.toString('base64url')).join('.');
}

function json(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

/** @param key null for a signature of zeros. */
function signed(header: unknown, content: unknown, key: SigningKey | null): string {
  const input = joined(json(header), json(content));
  const signature = key ? sign(null, Buffer.from(input), key.privateKey) : Buffer.alloc(64);
  return `${input}.${signature.toString('base64url')}`;
}

/** mulberry32 */
function drawer(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
