import { createHmac } from 'node:crypto';
import { APP } from '../../support/application';
import { REJECTED, type RunningGateway, SECRET, signatureOf, signed, startGateway, VIN } from '../support';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.sink.claims.length = 0;
  gateway.sink.away = undefined;
  gateway.logged.length = 0;
});

const withSignature = (value: string) => ['x-hm-signature-256', value];

describe('a delivery that is signed', () => {
  test('reaches the activation with all that it says, and is then acknowledged', async () => {
    const answer = await gateway.post(REJECTED, signed(REJECTED));

    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(gateway.sink.claims).toEqual([
      {
        ...APP,
        vin: VIN,
        status: 'rejected',
        reason: 'privacy mode is enabled',
        deliveryId: '6f9b4c0e-1',
        providerTime: '2025-01-22T10:42:14.000Z',
      },
    ]);
  });

  test('is known by a signature that another program made', async () => {
    // openssl dgst -sha256 -hmac s3cr3t-for-tests
    const signature = 'sha256=ea92aa70109660aca6e7a374d7a19d9e9655048f2508b162b9c34f265e06aa28';
    expect(await gateway.post(REJECTED, withSignature(signature))).toMatchObject({ status: 200 });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'nonsense',
    'application/json\t; x',
  ])('is accepted when it calls itself %s', async (type) => {
    const headers = [...signed(REJECTED).slice(2), 'content-type', type];
    expect(await gateway.post(REJECTED, headers)).toMatchObject({ status: 200 });
    expect(gateway.sink.claims).toHaveLength(1);
  });

  test('is accepted without a content type and without a delivery id', async () => {
    expect(await gateway.post(REJECTED, withSignature(signatureOf(REJECTED)))).toMatchObject({ status: 200 });
    expect(gateway.sink.claims).toMatchObject([{ deliveryId: null }]);
  });

  test('is accepted in a form that our own JSON would not have', async () => {
    const body = `  ${JSON.stringify(JSON.parse(REJECTED), null, 3)}\n`;
    expect(await gateway.post(body, signed(body))).toMatchObject({ status: 200 });
  });

  test('is handed over each time that the provider repeats it', async () => {
    for (let i = 0; i < 3; i++) await gateway.post(REJECTED, signed(REJECTED));
    expect(gateway.sink.claims.map((claim) => claim.deliveryId)).toEqual(Array(3).fill('6f9b4c0e-1'));
  });

  test('keeps a delivery id out of logs and histories that could do harm there', async () => {
    const headers = ['x-hm-delivery', 'a b"<script>', ...withSignature(signatureOf(REJECTED))];
    await gateway.post(REJECTED, headers);
    expect(gateway.sink.claims).toMatchObject([{ deliveryId: null }]);
    expect(gateway.logged.join('')).not.toContain('script');
  });
});

describe('a delivery whose signature is not right', () => {
  const altered = REJECTED.replace('rejected', 'approved');
  const sha1 = `sha1=${createHmac('sha1', SECRET).update(REJECTED).digest('hex')}`;
  const right = signatureOf(REJECTED);
  const hex = right.slice('sha256='.length);

  test.each<[string, string, string[]]>([
    ['no signature', REJECTED, []],
    ['an empty signature', REJECTED, withSignature('')],
    ['an altered body', altered, withSignature(right)],
    [
      'a body that was read and written again',
      JSON.stringify(JSON.parse(` ${REJECTED}`), null, 1),
      withSignature(right),
    ],
    ['one space more', `${REJECTED} `, withSignature(right)],
    ['the signature of another secret', REJECTED, withSignature(signatureOf(REJECTED, 'another'))],
    ['the signature of an empty secret', REJECTED, withSignature(signatureOf(REJECTED, ''))],
    ['only the old SHA-1 signature', REJECTED, ['x-hm-signature', sha1]],
    ['the SHA-1 signature under the new name', REJECTED, withSignature(sha1)],
    ['no prefix', REJECTED, withSignature(hex)],
    ['another prefix', REJECTED, withSignature(`sha512=${hex}`)],
    ['a prefix in capitals', REJECTED, withSignature(`SHA256=${hex}`)],
    ['hex in capitals', REJECTED, withSignature(`sha256=${hex.toUpperCase()}`)],
    ['a signature cut short', REJECTED, withSignature(right.slice(0, -1))],
    ['a signature that goes on', REJECTED, withSignature(`${right}0`)],
    ['the right signature twice', REJECTED, [...withSignature(right), ...withSignature(right)]],
    [
      'a wrong and the right signature',
      REJECTED,
      [...withSignature(`sha256=${'0'.repeat(64)}`), ...withSignature(right)],
    ],
    ['both signatures in one header', REJECTED, withSignature(`${right}, ${right}`)],
    ['an empty body', '', withSignature(right)],
    ['a wrong signature on something that is not JSON', 'not json', withSignature(right)],
  ])('is refused with 401: %s', async (_case, body, headers) => {
    const answer = await gateway.post(body, headers);
    expect(answer).toMatchObject({ status: 401, body: { code: 'SIGNATURE_WRONG' } });
    expect(gateway.sink.claims).toEqual([]);
  });

  test('is refused when the body was compressed on the way, although the text inside was signed', async () => {
    const { gzipSync } = await import('node:zlib');
    const answer = await gateway.post(gzipSync(REJECTED), [...signed(REJECTED), 'content-encoding', 'gzip']);
    expect(answer.status).toBe(401);
  });
});

describe('a secret that is being changed', () => {
  test('lets deliveries of the old and of the new secret in, and no others', async () => {
    const changing = await startGateway({ secrets: ['old', 'new'] });
    const statuses = await Promise.all(
      ['old', 'new', 'older', ''].map(
        async (secret) => (await changing.post(REJECTED, signed(REJECTED, secret))).status,
      ),
    );
    await changing.close();
    expect(statuses).toEqual([200, 200, 401, 401]);
  });

  // The steps of docs/deploying.md, "Changing the webhook's secret".
  const STEPS: [step: string, current: string, previous: string | undefined, senders: string[]][] = [
    ['before', 'old', undefined, ['old']],
    ['both are known, the console still has the old one', 'new', 'old', ['old']],
    ['the console gets the new one, while old deliveries are on their way', 'new', 'old', ['old', 'new']],
    ['after', 'new', undefined, ['new']],
  ];
  test.each(STEPS)('refuses none of the deliveries of this step: %s', async (_step, now, before, senders) => {
    const gateway = await startGateway({ secrets: [now, before ?? ''] });
    for (const secret of senders) {
      expect(await gateway.post(REJECTED, signed(REJECTED, secret))).toMatchObject({ status: 200 });
    }
    await gateway.close();
  });
});

describe('a delivery that is signed but not a message', () => {
  const deep = `${'['.repeat(32_000)}${']'.repeat(32_000)}`;
  test.each<[string, string]>([
    ['no JSON', 'not json'],
    ['no body', ''],
    ['a list', '[]'],
    ['an endless list in a list', deep.slice(0, 60_000)],
    ['a list 30,000 levels deep', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['no vehicle', '{"event":{"type":"fleet_clearance_changed","action":"approved"}}'],
    ['no action', `{"vehicle":{"vin":"${VIN}"},"event":{"type":"fleet_clearance_changed"}}`],
    ['a VIN that is a path', '{"vehicle":{"vin":"../../x"},"event":{"action":"approved"}}'],
    ['a VIN with a line end', '{"vehicle":{"vin":"VIN0TEST\\r\\nVIN0000"},"event":{"action":"approved"}}'],
    [
      'a message that hides in __proto__',
      '{"__proto__":{"vehicle":{"vin":"X"},"event":{"action":"approved"}}}',
    ],
  ])('is refused with 400: %s', async (_case, body) => {
    const answer = await gateway.post(body, signed(body));
    expect(answer).toMatchObject({ status: 400, body: { code: 'WEBHOOK_MALFORMED' } });
    expect(gateway.sink.claims).toEqual([]);
  });

  test('changes no prototype on the way', async () => {
    const body = REJECTED.replace(
      '{',
      '{"__proto__":{"spoilt":true},"constructor":{"prototype":{"spoilt":true}},',
    );
    expect(await gateway.post(body, signed(body))).toMatchObject({ status: 200 });
    expect(({} as Record<string, unknown>)['spoilt']).toBeUndefined();
  });
});

describe('a body that is too large', () => {
  test('is refused with 413 from one byte over 64 KiB on, signed or not', async () => {
    const body = REJECTED + ' '.repeat(64 * 1024 + 1 - REJECTED.length);
    expect(await gateway.post(body, signed(body))).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    });
    expect(gateway.sink.claims).toEqual([]);
  });

  test('is accepted at 64 KiB', async () => {
    const body = REJECTED + ' '.repeat(64 * 1024 - REJECTED.length);
    expect(await gateway.post(body, signed(body))).toMatchObject({ status: 200 });
  });
});

describe('what concerns no activation', () => {
  test.each([
    ['a ping without a vehicle', '{"event":{"type":"ping"}}', { status: 'ok' }],
    ['an event that we have no use for', '{"event":{"type":"trip_started"}}', { status: 'ignored' }],
    [
      'a vehicle without an activation',
      REJECTED.replace(VIN, 'WBA00000000000000'),
      { status: 'ignored', reason: 'nobody looks after this vehicle here' },
    ],
  ])('is answered 200, so that the provider keeps the webhook on: %s', async (_case, body, expected) => {
    expect(await gateway.post(body, signed(body))).toMatchObject({ status: 200, body: expected });
    expect(gateway.sink.claims).toEqual([]);
  });

  test('is refused like anything else when it is not signed', async () => {
    expect(await gateway.post('{"event":{"type":"ping"}}', [])).toMatchObject({ status: 401 });
  });
});

describe('while Temporal is away', () => {
  test('nothing is acknowledged: 503, and when to send it again', async () => {
    gateway.sink.away = new Error('14 UNAVAILABLE');
    const answer = await gateway.post(REJECTED, signed(REJECTED));
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '10' },
      body: { code: 'NOT_DURABLE' },
    });

    gateway.sink.away = undefined;
    expect(await gateway.post(REJECTED, signed(REJECTED))).toMatchObject({ status: 200 });
    expect(gateway.sink.claims).toHaveLength(1);
  });

  test('the process still says that it is up', async () => {
    gateway.sink.away = new Error('14 UNAVAILABLE');
    expect(await gateway.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });
});

describe('the log', () => {
  test('tells delivery, event and outcome, and neither the VIN nor a secret', async () => {
    // One of its own: of many forged ones only the first are in the log.
    const fresh = await startGateway();
    await fresh.post(REJECTED, signed(REJECTED));
    await fresh.post(REJECTED, signed(REJECTED, 'wrong'));
    fresh.sink.away = new Error(`workflow activation:high-mobility:default:${VIN} is not reachable`);
    await fresh.post(REJECTED, signed(REJECTED));
    await fresh.close();

    const lines = fresh.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      {
        deliveryId: '6f9b4c0e-1',
        event: 'clearance-changed',
        vehicle: 'VIN…0000',
        outcome: 'delivered',
      },
      { deliveryId: '6f9b4c0e-1', outcome: 'wrong signature' },
      { deliveryId: '6f9b4c0e-1', vehicle: 'VIN…0000', outcome: 'not delivered', problem: 'Error' },
    ]);
    expect(fresh.logged.join('')).not.toMatch(new RegExp(`${VIN}|${SECRET}|sha256=`));
  });
});

test('other addresses and methods are answered 404, in the same form as every error', async () => {
  expect(await gateway.get('/webhooks/high-mobility/default')).toMatchObject({
    status: 404,
    body: { code: 'NOT_FOUND' },
  });
  expect(await gateway.get('/')).toMatchObject({ status: 404 });
});
