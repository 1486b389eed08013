import { ApplicationFailure } from '@temporalio/common';
import { createNoticeActivities, type NoticeActivities } from '../../activities/notices';
import { type OpenChannels, openChannels } from '../../src/notify/open-channels';
import { CHANNELS } from '../../src/notify/registry';
import { isSigned, NOTICE, recordingLog, SECRET } from '../notify/support';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server';

const WHAT = { channel: 'webhook', notice: NOTICE };
const HOOK = 'POST /hook';
let server: ScriptedServer;
let channels: OpenChannels;

afterEach(async () => {
  await channels.close();
  await server.close();
});

async function activitiesWith(
  routes: Parameters<typeof startScriptedServer>[0],
  now?: () => number,
): Promise<NoticeActivities & { lines: Record<string, unknown>[] }> {
  server = await startScriptedServer(routes);
  const { log, lines } = recordingLog();
  const settings = { VIN_NOTIFY_URL: `${server.url}/hook`, VIN_NOTIFY_SECRET: SECRET };
  channels = openChannels(CHANNELS, settings, { log });
  return { ...createNoticeActivities(channels, now), lines };
}

/** Tries again as long as the failure allows it, as Temporal does. Returns the failures. */
async function untilDelivered({ deliverNotice }: NoticeActivities): Promise<ApplicationFailure[]> {
  const failures: ApplicationFailure[] = [];
  for (;;) {
    try {
      await deliverNotice(WHAT);
      return failures;
    } catch (error) {
      expect(error).toBeInstanceOf(ApplicationFailure);
      failures.push(error as ApplicationFailure);
      if ((error as ApplicationFailure).nonRetryable) return failures;
    }
  }
}

test('a receiver that fails twice gets the same message three times, and acts once', async () => {
  const acted: unknown[] = [];
  const seen = new Set<unknown>();
  let count = 0;
  const { lines, ...activities } = await activitiesWith({
    // It acts, and then its answer is lost, twice: only the id tells it that it has acted.
    [HOOK]: ({ headers, body }) => {
      if (!seen.has(headers['webhook-id'])) acted.push(JSON.parse(body));
      seen.add(headers['webhook-id']);
      count += 1;
      return count < 3 ? { status: 503 } : { status: 200 };
    },
  });
  expect(await untilDelivered(activities)).toHaveLength(2);
  expect(server.requests.map(({ headers }) => headers['webhook-id'])).toEqual([
    NOTICE.id,
    NOTICE.id,
    NOTICE.id,
  ]);
  expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1);
  for (const request of server.requests) expect(await isSigned(request)).toBe(true);
  expect(acted).toEqual([{ type: 'activation.reminder', timestamp: NOTICE.at, data: NOTICE }]);
  expect(lines.map(({ msg }) => msg)).toEqual(['notice not delivered yet', 'notice not delivered yet']);
});

test('Temporal learns what happened, what to do, and how long the receiver asks it to wait', async () => {
  let time = 0;
  const activities = await activitiesWith(
    { [HOOK]: [{ status: 429, headers: { 'retry-after': '30' } }, { status: 500 }, { status: 200 }] },
    () => time,
  );
  const failure = () => activities.deliverNotice(WHAT).catch((error: unknown) => error);
  const first = (await failure()) as ApplicationFailure;
  expect(first).toMatchObject({ type: 'NOTICE_NOT_DELIVERED', nonRetryable: false });
  expect(Number(first.nextRetryDelay)).toBeGreaterThanOrEqual(30_000);
  expect(first.message).toContain('answered 429');
  expect(first.details).toMatchObject([
    { next: expect.stringContaining('VIN_NOTIFY_URL'), wait: first.nextRetryDelay },
  ]);
  time += 30_000;
  const second = (await failure()) as ApplicationFailure;
  expect(second.message).toContain('answered 500');
  expect(second.nextRetryDelay ?? undefined).toBeUndefined();
});

test('a receiver that has asked to wait is left alone until then, for this notice', async () => {
  let time = 0;
  const activities = await activitiesWith(
    { [HOOK]: [{ status: 503, headers: { 'retry-after': '30' } }, { status: 200 }, { status: 200 }] },
    () => time,
  );
  await expect(activities.deliverNotice(WHAT)).rejects.toThrow('answered 503');
  time += 20_000;
  const early = (await activities.deliverNotice(WHAT).catch((error: unknown) => error)) as ApplicationFailure;
  expect(early.message).toContain('asked us to wait');
  expect(Number(early.nextRetryDelay)).toBeGreaterThanOrEqual(10_000);
  expect(server.requests).toHaveLength(1);
  const other = { channel: 'webhook', notice: { ...NOTICE, id: 'another' } };
  expect(await activities.deliverNotice(other)).toMatchObject({ outcome: 'delivered', id: 'another' });
  time += 10_000;
  expect(await activities.deliverNotice(WHAT)).toMatchObject({ outcome: 'delivered', id: NOTICE.id });
});
