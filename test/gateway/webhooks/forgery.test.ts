import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { REJECTED, type RunningGateway, SECRET, signatureOf, signed, startGateway } from '../support';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

interface Delivery {
  readonly body: Buffer | string;
  readonly headers: string[];
}

/** Of each kind, others in each run; docs/testing.md says how to try more. */
const CASES = Number(process.env['FORGERIES'] ?? 50);
const RIGHT = signatureOf(REJECTED);
const bytes = Buffer.from(REJECTED);
const header = (value: string) => ['x-hm-signature-256', value];
const withRightSignature = (body: Buffer | string): Delivery => ({ body, headers: header(RIGHT) });

/** One bit of the body is another one. */
const flippedBody = fc.nat(bytes.length * 8 - 1).map((bit) => {
  const body = Buffer.from(bytes);
  body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return withRightSignature(body);
});

/** One character of the signature is another one. */
const changedSignature = fc
  .tuple(fc.nat(RIGHT.length - 1), fc.constantFrom(...'0123456789abcdefABCDEF=,'))
  .filter(([index, character]) => RIGHT[index] !== character)
  .map(([index, character]) => ({
    body: bytes,
    headers: header(RIGHT.slice(0, index) + character + RIGHT.slice(index + 1)),
  }));

const otherSecret = fc
  .string({ maxLength: 40 })
  .filter((secret) => secret !== SECRET)
  .map((secret) => ({ body: bytes, headers: header(signatureOf(REJECTED, secret)) }));

const madeUpHeader = fc
  .string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 200,
  })
  .filter((value) => value !== RIGHT)
  .map((value) => ({ body: bytes, headers: header(value) }));

const cutBody = fc.nat(bytes.length - 1).map((length) => withRightSignature(bytes.subarray(0, length)));

const longerBody = fc
  .uint8Array({ minLength: 1, maxLength: 50 })
  .map((more) => withRightSignature(Buffer.concat([bytes, more])));

const twoHeaders = fc
  .shuffledSubarray([RIGHT, RIGHT, `sha256=${'0'.repeat(64)}`, 'sha256='], { minLength: 2 })
  .map((values) => ({ body: bytes, headers: values.flatMap(header) }));

/** The same document, written by somebody else's JSON. */
const reserialised = fc
  .tuple(fc.integer({ min: 1, max: 10 }), fc.boolean())
  .map(([indent, isTurned]) =>
    JSON.stringify(isTurned ? turned(JSON.parse(REJECTED)) : JSON.parse(REJECTED), null, indent),
  )
  .map(withRightSignature);

function turned(value: object): object {
  return Object.fromEntries(Object.entries(value).reverse());
}

/** Each upper-case letter makes another text of it, though not another number. */
const upperCaseHex = fc
  .infiniteStream(fc.boolean())
  .map((choices) =>
    RIGHT.slice(7).replace(/[a-f]/g, (digit) => (choices.next().value ? digit.toUpperCase() : digit)),
  )
  .filter((hex) => `sha256=${hex}` !== RIGHT)
  .map((hex) => ({ body: bytes, headers: header(`sha256=${hex}`) }));

const oldHash = fc.constantFrom('x-hm-signature-256', 'x-hm-signature', 'x-hub-signature-256').map((name) => {
  const hex = createHmac('sha1', SECRET).update(bytes).digest('hex');
  return { body: bytes, headers: [name, `sha1=${hex}`] };
});

const CONTENT_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/json\t; x',
  ';',
  'nonsense',
];
const ENCODINGS = ['gzip', 'deflate', 'br', 'identity', 'x'];

/** What it calls itself does not help a body that nobody signed. */
const oddHeaders = fc
  .tuple(fc.constantFrom(...CONTENT_TYPES), fc.constantFrom(...ENCODINGS), flippedBody)
  .map(([type, encoding, { body }]) => ({
    body,
    headers: [...header(RIGHT), 'content-type', type, 'content-encoding', encoding],
  }));

/** Some 40 MB of white space in 40 kB. */
const BOMB = gzipSync(Buffer.concat([Buffer.alloc(40_000_000, ' '), bytes]));
const gzipBomb = fc.boolean().map((isSigned) => ({
  body: BOMB,
  headers: [...header(isSigned ? signatureOf(BOMB) : RIGHT), 'content-encoding', 'gzip'],
}));

const deepBody = fc
  .tuple(fc.integer({ min: 100, max: 30_000 }), fc.boolean(), fc.boolean())
  .map(([depth, isObject, isSigned]) => {
    const [open, close] = isObject ? ['{"a":', '}'] : ['[', ']'];
    const whole = open.repeat(depth) + 1 + close.repeat(depth);
    const body = whole.slice(0, 64 * 1024);
    return { body, headers: header(isSigned ? signatureOf(body) : RIGHT) };
  });

const oversized = fc
  .tuple(fc.integer({ min: 64 * 1024 + 1, max: 300_000 }), fc.boolean())
  .map(([size, isSigned]) => {
    const body = REJECTED + ' '.repeat(size - REJECTED.length);
    return { body, headers: header(isSigned ? signatureOf(body) : RIGHT) };
  });

const KINDS: readonly [string, fc.Arbitrary<Delivery>, readonly number[]][] = [
  ['a bit of the body is flipped', flippedBody, [401]],
  ['a character of the signature is changed', changedSignature, [401]],
  ['another secret', otherSecret, [401]],
  ['a made-up signature', madeUpHeader, [401]],
  ['a body cut short', cutBody, [401]],
  ['a body that goes on', longerBody, [401]],
  ['several signatures', twoHeaders, [401]],
  ['a body that was read and written again', reserialised, [401]],
  ['hex with capitals', upperCaseHex, [401]],
  ['the old hash', oldHash, [401]],
  ['odd headers', oddHeaders, [401]],
  ['a gzip bomb, signed or not', gzipBomb, [400, 401]],
  ['lists or objects 30,000 deep, signed or not', deepBody, [400, 401]],
  ['a body that is too large, signed or not', oversized, [413]],
];

describe('of forged deliveries not one is accepted, of those with', () => {
  afterEach(async () => {
    expect(gateway.sink.claims).toEqual([]);
    // And the gateway is as well as before.
    expect(await gateway.post(REJECTED, signed(REJECTED))).toMatchObject({ status: 200 });
    gateway.sink.claims.length = 0;
  });

  test.each(KINDS)('%s', async (_kind, forged, expected) => {
    await fc.assert(
      fc.asyncProperty(forged, async ({ body, headers }) => {
        const { status } = await gateway.post(body, headers);
        expect(expected).toContain(status);
      }),
      { numRuns: CASES },
    );
  });
});

test('bodies that break off before their announced end are not accepted either', async () => {
  const head = `POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: gateway\r\nContent-Length: ${bytes.length}\r\nX-HM-Signature-256: ${RIGHT}\r\n\r\n`;
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
      const received = await new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(gateway.port, '127.0.0.1');
        socket.on('data', (data) => (text += String(data)));
        socket.on('error', reject).on('close', () => resolve(text));
        socket.end(head + bytes.subarray(0, length).toString());
      });
      expect(received).not.toContain('HTTP/1.1 2');
    }),
    { numRuns: CASES },
  );
  expect(gateway.sink.claims).toEqual([]);
});

test('bombs that would unpack to eight gigabytes leave the memory as it was', async () => {
  const before = process.memoryUsage().rss;
  const headers = [...header(signatureOf(BOMB)), 'content-encoding', 'gzip'];
  for (let batch = 0; batch < 10; batch += 1) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.post(BOMB, headers)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});
