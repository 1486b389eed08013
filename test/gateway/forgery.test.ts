import fc from 'fast-check';
import { REJECTED, type RunningGateway, SECRET, signatureOf, startGateway } from './support';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const RIGHT = signatureOf(REJECTED);
const bytes = Buffer.from(REJECTED);
const header = (value: string) => ['x-hm-signature-256', value];

/** One bit of the body is another one. */
const flippedBody = fc.nat(bytes.length * 8 - 1).map((bit) => {
  const body = Buffer.from(bytes);
  body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return { body, headers: header(RIGHT) };
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

const cutBody = fc
  .nat(bytes.length - 1)
  .map((length) => ({ body: bytes.subarray(0, length), headers: header(RIGHT) }));

const longerBody = fc
  .uint8Array({ minLength: 1, maxLength: 50 })
  .map((more) => ({ body: Buffer.concat([bytes, more]), headers: header(RIGHT) }));

const twoHeaders = fc
  .shuffledSubarray([RIGHT, RIGHT, `sha256=${'0'.repeat(64)}`, 'sha256='], { minLength: 2 })
  .map((values) => ({ body: bytes, headers: values.flatMap(header) }));

test('not one of a thousand forged deliveries is accepted', async () => {
  const forged = fc.oneof(
    flippedBody,
    changedSignature,
    otherSecret,
    madeUpHeader,
    cutBody,
    longerBody,
    twoHeaders,
  );
  await fc.assert(
    fc.asyncProperty(forged, async ({ body, headers }) => {
      const answer = await gateway.post(body, headers);
      expect(answer.status).toBe(401);
    }),
    { numRuns: 1_000 },
  );
  expect(gateway.sink.claims).toEqual([]);
});
