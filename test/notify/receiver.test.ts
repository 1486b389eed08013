import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { signedHeaders } from '../../src/notify/signature';
import { createNoticeWebhook } from '../../src/notify/webhook';
import { startScriptedServer } from '../support/scripted-server';
import { NOTICE, SECRET } from './support';

type IsGenuine = (headers: IncomingHttpHeaders, body: Buffer, secret: string, now?: number) => boolean;

/** The sample of docs/notices.md, as a reader would copy it. */
function sampleOfTheDocument(): IsGenuine {
  const text = readFileSync(join(__dirname, '../../docs/notices.md'), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1];
  return new Function('require', `${code}\nreturn isGenuine;`)(createRequire(__filename)) as IsGenuine;
}

const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const AT = Date.UTC(2026, 2, 2, 9);
const BODY = '{"type":"activation.parked","data":{"reason":"zu früh"}}';
const isGenuine = sampleOfTheDocument();
const headers = (more: IncomingHttpHeaders = {}) => ({
  ...signedHeaders(SECRET, 'notice-1', AT, BODY),
  ...more,
});
const check = (given: IncomingHttpHeaders, body = BODY, secret = SECRET, now = AT / 1_000) =>
  isGenuine(given, Buffer.from(body), secret, now);

describe('the receiver of docs/notices.md', () => {
  test('accepts a notice as it really arrives', async () => {
    const server = await startScriptedServer({ 'POST /': { status: 204 } });
    const webhook = createNoticeWebhook({ url: `${server.url}/`, secret: SECRET });
    await webhook.deliver(NOTICE);
    const [arrived] = server.requests;
    expect(isGenuine(arrived?.headers ?? {}, Buffer.from(arrived?.body ?? ''), SECRET)).toBe(true);
    expect(arrived?.headers['webhook-id']).toBe(NOTICE.id);
    await webhook.close();
    await server.close();
  });

  test('accepts it among other signatures, while a secret is being changed', () => {
    const other = signedHeaders(OTHER, 'notice-1', AT, BODY)['webhook-signature'];
    const both = { 'webhook-signature': `${other} v1a,xyz ${headers()['webhook-signature']}` };
    expect(check(headers(both))).toBe(true);
  });

  test('accepts it up to five minutes early or late', () => {
    expect([-300, 300].map((off) => check(headers(), BODY, SECRET, AT / 1_000 + off))).toEqual([true, true]);
    expect([-301, 301].map((off) => check(headers(), BODY, SECRET, AT / 1_000 + off))).toEqual([
      false,
      false,
    ]);
  });

  test.each<[string, () => boolean]>([
    ['an altered body', () => check(headers(), BODY.replace('parked', 'drift'))],
    [
      'a body that was read and written again',
      () => check(headers(), JSON.stringify(JSON.parse(BODY), null, 1)),
    ],
    ['another secret', () => check(headers(), BODY, OTHER)],
    ['another id', () => check(headers({ 'webhook-id': 'notice-2' }))],
    ['another time', () => check(headers({ 'webhook-timestamp': String(AT / 1_000 + 1) }))],
    ['a time that is no number', () => check(headers({ 'webhook-timestamp': 'now' }))],
    ['no signature', () => check(headers({ 'webhook-signature': undefined }))],
    ['no headers at all', () => check({})],
    [
      'a signature of another version',
      () =>
        check(headers({ 'webhook-signature': String(headers()['webhook-signature']).replace('v1,', 'v2,') })),
    ],
    [
      'a signature cut short',
      () => check(headers({ 'webhook-signature': String(headers()['webhook-signature']).slice(0, -8) })),
    ],
  ])('refuses %s', (_what, verdict) => {
    expect(verdict()).toBe(false);
  });
});
