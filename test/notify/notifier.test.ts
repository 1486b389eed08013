import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { MAX_RETRY_AFTER } from '../../src/http/retry-after';
import { NoticeError } from '../../src/notify/notice-error';
import { createNotifier, type Notifier } from '../../src/notify/notifier';
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
): Promise<{ server: ScriptedServer; notifier: Notifier; lines: Record<string, unknown>[] }> {
  const server = await startScriptedServer(routes);
  const { log, lines } = recordingLog();
  const webhook = { url: `${server.url}/hook/key-of-the-path`, secret: SECRET };
  const notifier = createNotifier({ log, webhook, ...(timeout !== undefined && { timeout }) });
  open.push(notifier, server);
  return { server, notifier, lines };
}

/** The error with which a notice ends; checks that it gives no secret away. */
async function failureOf(sending: Promise<void>): Promise<NoticeError> {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NoticeError);
  const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  for (const secret of [SECRET, 'key-of-the-path', VIN]) expect(shown).not.toContain(secret);
  return error as NoticeError;
}

test('without a webhook a notice is in the log, and names its vehicle only in part', async () => {
  const { log, lines } = recordingLog();
  const reason = `${VIN} is assigned to a different OEM fleet`;
  await createNotifier({ log }).send({ ...NOTICE, reason });
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
  const { server, notifier, lines } = await connect({ [HOOK]: { status: 204 } });
  const before = Math.floor(Date.now() / 1_000);
  await notifier.send(NOTICE);
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
  expect(lines.map(({ msg }) => msg)).toEqual(['notice']);
  expect(JSON.stringify(lines)).not.toContain(VIN);
});

test.each([200, 201, 202, 204, 299])('%i is success', async (status) => {
  const { server, notifier } = await connect({ [HOOK]: { status } });
  await notifier.send(NOTICE);
  expect(server.requests).toHaveLength(1);
});

test('410 is the end of it: the receiver wants no more, and the log says so', async () => {
  const { server, notifier, lines } = await connect({ [HOOK]: { status: 410 } });
  await notifier.send(NOTICE);
  expect(server.requests).toHaveLength(1);
  expect(lines.map(({ msg }) => msg)).toEqual(['the receiver of notices wants no more (410)', 'notice']);
});

test.each([400, 401, 404, 408, 409, 429, 500, 502, 503])('%i is to be sent again', async (status) => {
  const { server, notifier, lines } = await connect({ [HOOK]: { status, body: 'do not repeat this' } });
  const error = await failureOf(notifier.send(NOTICE));
  expect(error).toMatchObject({ code: 'NOTICE_NOT_DELIVERED', retryable: true, retryAfter: undefined });
  expect(error.message).toBe(`The receiver of notices (${new URL(server.url).host}) answered ${status}.`);
  expect(server.requests).toHaveLength(1);
  expect(lines).toMatchObject([{ msg: 'notice not delivered yet', vehicle: 'WF0…0003', level: 2 }]);
});

test.each([
  ['7', 7_000],
  ['86400', MAX_RETRY_AFTER],
  ['soon', undefined],
])('Retry-After "%s" is a wait of %s ms', async (value, wait) => {
  const { notifier } = await connect({ [HOOK]: { status: 503, headers: { 'retry-after': value } } });
  expect((await failureOf(notifier.send(NOTICE))).retryAfter).toBe(wait);
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
  const target = await startScriptedServer({ '*': {} });
  open.push(target);
  const { notifier } = await connect({ [HOOK]: { status, headers: { location: `${target.url}/steal` } } });
  expect((await failureOf(notifier.send(NOTICE))).message).toContain(`answered ${status}`);
  expect(target.requests).toEqual([]);
});

test('a receiver that does not answer in time is asked again later', async () => {
  const { notifier } = await connect({ [HOOK]: { raw: () => {} } }, 50);
  expect((await failureOf(notifier.send(NOTICE))).message).toContain('did not answer in time');
});

test('a receiver that says yes and never ends its answer has said yes', async () => {
  const { notifier } = await connect(
    { [HOOK]: { raw: (reply) => void reply.writeHead(200).write('.') } },
    50,
  );
  await notifier.send(NOTICE);
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
  const { notifier } = await connect({ [HOOK]: endless });
  await notifier.send(NOTICE);
});

test('a receiver that is not there, or hangs up, cannot be reached', async () => {
  const { notifier } = await connect({ [HOOK]: { raw: (reply) => void reply.destroy() } });
  expect((await failureOf(notifier.send(NOTICE))).message).toMatch(/cannot be reached \([A-Z_]+\)/);

  const vacant = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => vacant.once('listening', resolve));
  const { port } = vacant.address() as AddressInfo;
  await new Promise((resolve) => vacant.close(resolve));
  const webhook = { url: `http://127.0.0.1:${port}/hook/key-of-the-path`, secret: SECRET };
  const lonely = createNotifier({ log: recordingLog().log, webhook });
  open.push(lonely);
  expect((await failureOf(lonely.send(NOTICE))).message).toContain('cannot be reached (ECONNREFUSED)');
});
