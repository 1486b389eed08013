import { isWebhookSecret, signedHeaders } from '../../src/notify/signature';

const bytes = (count: number, fill = 255) => Buffer.alloc(count, fill).toString('base64');

test('signs the example of the Standard Webhooks libraries as they do', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  expect(signedHeaders(secret, id, 1_614_265_330_999, '{"test": 2432232314}')).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test.each([
  ['24 bytes', `whsec_${bytes(24)}`],
  ['32 bytes', `whsec_${bytes(32)}`],
  ['32 bytes without padding', `whsec_${bytes(32).replace(/=+$/, '')}`],
  ['64 bytes', `whsec_${bytes(64)}`],
])('a secret of %s is one', (_, secret) => {
  expect(isWebhookSecret(secret)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['no prefix', bytes(32)],
  ['another prefix', `whsk__${bytes(32)}`],
  ['23 bytes', `whsec_${bytes(23)}`],
  ['65 bytes', `whsec_${bytes(65)}`],
  ['a character that base64 does not have', `whsec_${bytes(32).replace('/', '!')}`],
  ['the alphabet of URLs', `whsec_${bytes(32).replaceAll('/', '_')}`],
  ['words', 'whsec_correct horse battery staple correct horse'],
])('a secret of %s is none', (_, secret) => {
  expect(isWebhookSecret(secret)).toBe(false);
});
