import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { MAX_RETRY_AFTER } from '../../src/http/retry-after';
import type { Channel } from '../../src/notify/channel';
import { NoticeError } from '../../src/notify/notice-error';
import { openChannels } from '../../src/notify/open-channels';
import { CHANNELS } from '../../src/notify/registry';
import { createNoticeWebhook, webhookChannel } from '../../src/notify/webhook';
import type { Notice } from '../../workflows/contract/notice';
import type { Delivery } from '../../workflows/contract/notices';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server';
import { isSigned, NOTICE, recordingLog, SECRET, VIN } from './support';

const HOOK = 'POST /hook/key-of-the-path';
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

type Routes = Parameters<typeof startScriptedServer>[0];

async function connect(
  routes: Routes,
  timeout?: number,
): Promise<{ server: ScriptedServer; webhook: Webhook; lines: Record<string, unknown>[] }> {
  const server = await startScriptedServer(routes);
  const { lines, webhook } = webhookAt(`${server.url}/hook/key-of-the-path`, timeout);
  open.push(server);
  return { server, webhook, lines };
}

interface Webhook {
  deliver(notice: Notice): Promise<Delivery>;
}

/** The webhook as the worker opens it, beside the other channels. */
function webhookAt(url: string, timeout?: number): { webhook: Webhook; lines: Record<string, unknown>[] } {
  const { log, lines } = recordingLog();
  const quick: Channel = {
    ...webhookChannel,
    open: () => createNoticeWebhook({ url, secret: SECRET }, timeout),
  };
  const channels = openChannels(
    timeout === undefined ? CHANNELS : [quick],
    { VIN_NOTIFY_URL: url, VIN_NOTIFY_SECRET: SECRET },
    { log },
  );
  open.push(channels);
  return { webhook: { deliver: (notice) => channels.deliver('webhook', notice) }, lines };
}

/** The error with which a notice ends; checks that it gives no secret away. */
async function failureOf(sending: Promise<unknown>): Promise<NoticeError> {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NoticeError);
  const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  for (const secret of [SECRET, 'key-of-the-path', VIN]) expect(shown).not.toContain(secret);
  return error as NoticeError;
}

test('in the log a notice names its vehicle only in part', async () => {
  const { log, lines } = recordingLog();
  const reason = `${VIN} is assigned to a different OEM fleet`;
  const channels = openChannels(CHANNELS, {}, { log });
  expect(channels.ids).toEqual(['log']);
  expect(channels.reachPeople).toBe(false);
  expect(await channels.deliver('log', { ...NOTICE, reason })).toMatchObject({ outcome: 'delivered' });
  const { id, kind, level, audience, owner, action } = NOTICE;
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    msg: 'notice',
    vehicle: 'WF0…0003',
    kind,
    level,
    audience,
    owner,
    action,
  });
  expect(lines[0]?.['id']).toBe(id.replace(VIN, 'WF0…0003'));
  expect(lines[0]?.['reason']).toBe('WF0…0003 is assigned to a different OEM fleet');
  expect(JSON.stringify(lines)).not.toContain(VIN);
});

test('the webhook gets the whole notice, signed after Standard Webhooks', async () => {
  const { server, webhook, lines } = await connect({ [HOOK]: { status: 204 } });
  const before = Math.floor(Date.now() / 1_000);
  expect(await webhook.deliver(NOTICE)).toEqual({
    outcome: 'delivered',
    where: new URL(server.url).host,
    id: NOTICE.id,
  });
  expect(server.requests).toHaveLength(1);
  const [request] = server.requests as [(typeof server.requests)[number]];
  expect(request.headers).toMatchObject({ 'webhook-id': NOTICE.id, 'content-type': 'application/json' });
  expect(Number(request.headers['webhook-timestamp'])).toBeGreaterThanOrEqual(before);
  expect(Number(request.headers['webhook-timestamp'])).toBeLessThanOrEqual(Date.now() / 1_000);
  expect(JSON.parse(request.body)).toEqual({
    type: 'activation.reminder',
    timestamp: NOTICE.at,
    data: NOTICE,
  });
  expect(await isSigned(request)).toBe(true);
  expect(await isSigned({ ...request, body: `${request.body} ` })).toBe(false);
  expect(await isSigned(request, `whsec_${Buffer.alloc(32, 8).toString('base64')}`)).toBe(false);
  expect(lines).toEqual([]);
});

test.each([200, 201, 202, 204, 299])('%i is success', async (status) => {
  const { server, webhook } = await connect({ [HOOK]: { status } });
  await webhook.deliver(NOTICE);
  expect(server.requests).toHaveLength(1);
});

test('410 is the end of it: the receiver wants no more, and the log says so', async () => {
  const { server, webhook, lines } = await connect({ [HOOK]: { status: 410 } });
  expect(await webhook.deliver(NOTICE)).toEqual({
    outcome: 'not-sent',
    why: expect.stringContaining('wants no more (410)'),
  });
  expect(server.requests).toHaveLength(1);
  expect(lines).toMatchObject([{ msg: 'notice not sent', channel: 'webhook', vehicle: 'WF0…0003' }]);
});

test.each([400, 401, 404, 408, 409, 429, 500, 502, 503])('%i is to be sent again', async (status) => {
  const { server, webhook, lines } = await connect({ [HOOK]: { status, body: 'do not repeat this' } });
  const error = await failureOf(webhook.deliver(NOTICE));
  expect(error).toMatchObject({ code: 'NOTICE_NOT_DELIVERED', retryable: true, retryAfter: undefined });
  expect(error.message).toBe(`The receiver of notices (${new URL(server.url).host}) answered ${status}.`);
  expect(server.requests).toHaveLength(1);
  expect(lines).toMatchObject([
    { msg: 'notice not delivered yet', channel: 'webhook', vehicle: 'WF0…0003', level: 2 },
  ]);
});

test.each([
  ['7', 7_000],
  ['86400', MAX_RETRY_AFTER],
  ['soon', undefined],
])('Retry-After "%s" is a wait of %s ms', async (value, wait) => {
  const { webhook } = await connect({ [HOOK]: { status: 503, headers: { 'retry-after': value } } });
  expect((await failureOf(webhook.deliver(NOTICE))).retryAfter).toBe(wait);
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
  const target = await startScriptedServer({ '*': {} });
  open.push(target);
  const { webhook } = await connect({ [HOOK]: { status, headers: { location: `${target.url}/steal` } } });
  expect((await failureOf(webhook.deliver(NOTICE))).message).toContain(`answered ${status}`);
  expect(target.requests).toEqual([]);
});

test('a receiver that does not answer in time is asked again later', async () => {
  const { webhook } = await connect({ [HOOK]: { raw: () => {} } }, 50);
  expect((await failureOf(webhook.deliver(NOTICE))).message).toContain('did not answer in time');
});

test('a receiver that says yes and never ends its answer has said yes', async () => {
  const { webhook } = await connect(
    { [HOOK]: { raw: (reply) => void reply.writeHead(200).write('.') } },
    2_000,
  );
  await webhook.deliver(NOTICE);
});

test('a receiver that says yes in many words is not heard to the end', async () => {
  const endless = {
    raw: (reply: import('node:http').ServerResponse) => {
      const more = () => {
        while (reply.write('x'.repeat(64 * 1_024)));
      };
      reply.on('drain', more);
      more();
    },
  };
  const { webhook } = await connect({ [HOOK]: endless });
  await webhook.deliver(NOTICE);
});

test('a receiver that is not there, or hangs up, cannot be reached', async () => {
  const { webhook } = await connect({ [HOOK]: { raw: (reply) => void reply.destroy() } });
  expect((await failureOf(webhook.deliver(NOTICE))).message).toMatch(/cannot be reached \([A-Z_]+\)/);

  const vacant = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => vacant.once('listening', resolve));
  const { port } = vacant.address() as AddressInfo;
  await new Promise((resolve) => vacant.close(resolve));
  const { webhook: lonely } = webhookAt(`http://127.0.0.1:${port}/hook/key-of-the-path`);
  expect((await failureOf(lonely.deliver(NOTICE))).message).toContain('cannot be reached (ECONNREFUSED)');
});

test('a channel that this worker has not set up is tried again, perhaps by another worker', async () => {
  const channels = openChannels(CHANNELS, {}, { log: recordingLog().log });
  const error = await channels.deliver('webhook', NOTICE).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NoticeError);
  expect(error).toMatchObject({
    message: expect.stringContaining('"webhook" is not set up'),
    retryable: true,
  });
});
