import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { VinError } from '../../../src/base/errors';
import { parseWebhook, verifySignature } from '../../../src/providers/high-mobility/webhook';

/** Made with `openssl dgst -hmac`. */
const SECRET = 's3cr3t-for-tests';
const BODY = Buffer.from(
  '{"vehicle":{"vin":"VIN0TESTVIN000000"},"event":{"type":"fleet_clearance_changed","received_at":"2025-01-22T10:42:14.000000Z","action":"rejected","detail":"privacy mode is enabled"}}',
);
const HEX = 'ea92aa70109660aca6e7a374d7a19d9e9655048f2508b162b9c34f265e06aa28';
const HEADER = `sha256=${HEX}`;
const SHA1 = 'sha1=b849e778324157f63a73007ed72d7fcae84f98cc';

describe('a signature', () => {
  test('of the known vector is accepted', () => {
    expect(verifySignature(BODY, HEADER, [SECRET])).toBe(true);
  });

  test('is accepted by any of the secrets, so that they can be changed', () => {
    expect(verifySignature(BODY, HEADER, ['new-secret', SECRET])).toBe(true);
    expect(verifySignature(BODY, HEADER, [SECRET, 'new-secret'])).toBe(true);
  });

  test.each<[string, string | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['the old SHA-1', SHA1],
    ['the old SHA-1 with the new prefix', `sha256=${SHA1.slice(5)}`],
    ['without its prefix', HEX],
    ['with another prefix', `sha512=${HEX}`],
    ['with a prefix in capitals', `SHA256=${HEX}`],
    ['in upper-case hex', `sha256=${HEX.toUpperCase()}`],
    ['one digit short', HEADER.slice(0, -1)],
    ['one digit long', `${HEADER}0`],
    ['with a space', `sha256= ${HEX.slice(1)}`],
    ['with a line end', `${HEADER}\n`],
    ['not hex', `sha256=${'g'.repeat(64)}`],
    ['two headers joined', `${HEADER}, ${HEADER}`],
    ['the old and the new joined', `${SHA1}, ${HEADER}`],
  ])('that is %s is refused', (_, header) => {
    expect(verifySignature(BODY, header, [SECRET])).toBe(false);
  });

  test('is refused when the body was serialised again', () => {
    const again = Buffer.from(JSON.stringify(JSON.parse(BODY.toString()), null, 1));
    expect(verifySignature(again, HEADER, [SECRET])).toBe(false);
  });

  test('with another secret, or with none, is refused', () => {
    expect(verifySignature(BODY, HEADER, ['s3cr3t-for-test'])).toBe(false);
    expect(verifySignature(BODY, HEADER, [])).toBe(false);
  });

  test('made with an empty secret is refused, even where a secret was left empty', () => {
    const forged = `sha256=${createHmac('sha256', '').update(BODY).digest('hex')}`;
    expect(verifySignature(BODY, forged, ['', SECRET])).toBe(false);
  });

  test('is refused after any bit of the body or of the signature was turned', () => {
    const bit = fc.record({
      place: fc.nat({ max: BODY.length - 1 }),
      mask: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(bit, fc.nat({ max: 31 }), ({ place, mask }, byte) => {
        const body = Buffer.from(BODY);
        body[place] = (body[place] ?? 0) ^ mask;
        expect(verifySignature(body, HEADER, [SECRET])).toBe(false);
        const signature = Buffer.from(HEX, 'hex');
        signature[byte] = (signature[byte] ?? 0) ^ mask;
        expect(verifySignature(BODY, `sha256=${signature.toString('hex')}`, [SECRET])).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is made over bytes, not over text', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ minLength: 1 }), (bytes, secret) => {
        const header = `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
        expect(verifySignature(Buffer.from(bytes), header, [secret])).toBe(true);
      }),
    );
  });
});

const parse = (body: unknown) => parseWebhook(Buffer.from(JSON.stringify(body)));
const malformed = (raw: Buffer | string) => {
  try {
    parseWebhook(Buffer.from(raw));
  } catch (error) {
    expect(error).toBeInstanceOf(VinError);
    return error as VinError;
  }
  throw new Error('it was read');
};

describe('the body of a webhook', () => {
  test('is read as the documentation shows it', () => {
    expect(parseWebhook(BODY)).toEqual({
      type: 'clearance-changed',
      vin: 'VIN0TESTVIN000000',
      status: 'rejected',
      reason: 'privacy mode is enabled',
      receivedAt: Date.UTC(2025, 0, 22, 10, 42, 14),
    });
  });

  test('needs a VIN and an action only', () => {
    expect(parse({ vehicle: { vin: 'vin0testvin000000' }, event: { action: 'approved' } })).toEqual({
      type: 'clearance-changed',
      vin: 'VIN0TESTVIN000000',
      status: 'approved',
      reason: null,
      receivedAt: null,
    });
  });

  test.each([
    ['in the event', { detail: 'in event' }, {}, 'in event'],
    ['at the top', {}, { detail: 'at top' }, 'at top'],
    ['at both, the event first', { detail: 'in event' }, { detail: 'at top' }, 'in event'],
    ['as an empty text and at the top', { detail: ' ' }, { detail: 'at top' }, 'at top'],
    ['nowhere', {}, {}, null],
    ['as something else', { detail: { a: 1 } }, { detail: 7 }, null],
  ])('may have its detail %s', (_, event, top, reason) => {
    const body = { vehicle: { vin: 'A1' }, event: { action: 'rejected', ...event }, ...top };
    expect(parse(body)).toMatchObject({ reason });
  });

  test('with a time that is unreadable has none', () => {
    const event = { action: 'approved', received_at: 'noon' };
    expect(parse({ vehicle: { vin: 'A1' }, event })).toMatchObject({ receivedAt: null });
  });

  test('with a status that we do not know keeps its word', () => {
    const event = { type: 'fleet_clearance_changed', action: 'paused', detail: 'why' };
    expect(parse({ vehicle: { vin: 'A1' }, event })).toMatchObject({
      status: 'unknown',
      reason: 'paused: why',
    });
  });

  test('may be a ping, with or without a vehicle', () => {
    expect(parse({ event: { type: 'ping' } })).toEqual({ type: 'ping', receivedAt: null });
    const event = { type: 'Ping', received_at: '2025-01-22T10:42:14Z' };
    expect(parse({ vehicle: null, event, extra: 1 })).toEqual({
      type: 'ping',
      receivedAt: Date.UTC(2025, 0, 22, 10, 42, 14),
    });
  });

  test('may be an event that we do not use', () => {
    const body = { vehicle: { vin: 'A1' }, event: { type: 'trip_started', action: 'x' } };
    expect(parse(body)).toEqual({ type: 'other', name: 'trip_started', receivedAt: null });
  });

  test.each([
    ['is not JSON', 'vin=A1', /not JSON/],
    ['is empty', '', /not JSON/],
    ['is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), /not JSON/],
    ['is a list', '[]', /the body/],
    ['is null', 'null', /the body/],
    ['is a text', '"x"', /the body/],
    ['has no event', '{"vehicle":{"vin":"A1"}}', /event/],
    ['has an event that is a text', '{"event":"ping"}', /event/],
    ['has an event without type and action', '{"event":{}}', /event\.type/],
    ['has no vehicle', '{"event":{"type":"fleet_clearance_changed","action":"approved"}}', /vehicle/],
    ['has no VIN', '{"vehicle":{},"event":{"action":"approved"}}', /vehicle\.vin/],
    ['has an empty VIN', '{"vehicle":{"vin":" "},"event":{"action":"approved"}}', /vehicle\.vin/],
    ['has a path for a VIN', '{"vehicle":{"vin":"../x"},"event":{"action":"approved"}}', /vehicle\.vin/],
    [
      'has a VIN of 33 letters',
      `{"vehicle":{"vin":"${'A'.repeat(33)}"},"event":{"action":"x"}}`,
      /vehicle\.vin/,
    ],
    ['has an action that is no text', '{"vehicle":{"vin":"A1"},"event":{"action":7}}', /event\.action/],
    ['has no action', '{"vehicle":{"vin":"A1"},"event":{"type":"fleet_clearance_changed"}}', /event\.action/],
    ['is a list of lists, 500,000 deep', '['.repeat(500_000) + ']'.repeat(500_000), /the body/],
    ['is cut off in its depth', '['.repeat(500_000), /not JSON/],
  ])('that %s is malformed', (_, raw, field) => {
    const error = malformed(raw);
    expect(error.code).toBe('WEBHOOK_MALFORMED');
    expect(error.message).toMatch(field);
  });

  test('cannot reach a prototype', () => {
    parseWebhook(
      Buffer.from(
        '{"__proto__":{"polluted":1},"vehicle":{"vin":"A1"},"event":{"action":"approved","__proto__":{"polluted":1}}}',
      ),
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('keeps a depth that it does not read out of its way', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const raw = `{"vehicle":{"vin":"A1","x":${deep}},"event":{"action":"approved","x":${deep}},"y":${deep}}`;
    expect(parseWebhook(Buffer.from(raw))).toMatchObject({ vin: 'A1', status: 'approved' });
  });

  test('is read or malformed, whatever it is', () => {
    const event = fc.record({ type: fc.jsonValue(), action: fc.jsonValue() }, { requiredKeys: [] });
    const body = fc.oneof(fc.jsonValue(), fc.record({ vehicle: fc.jsonValue(), event }));
    fc.assert(
      fc.property(body, (value) => {
        try {
          expect(['ping', 'other', 'clearance-changed']).toContain(parse(value).type);
        } catch (error) {
          expect(error).toMatchObject({ code: 'WEBHOOK_MALFORMED' });
        }
      }),
    );
  });
});
