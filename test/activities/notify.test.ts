import { ApplicationFailure } from '@temporalio/common';
import { type Activities, createActivities } from '../../activities';
import { type OpenChannels, openChannels } from '../../src/notify/open-channels';
import { CHANNELS } from '../../src/notify/registry';
import type { Notice } from '../../workflows/contract/notice';
import { isSigned, NOTICE, recordingLog, SECRET } from '../notify/support';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server';

const HOOK = 'POST /hook';
let server: ScriptedServer;
let channels: OpenChannels;

afterEach(async () => {
  await channels.close();
  await server.close();
});

async function activitiesWith(
  routes: Parameters<typeof startScriptedServer>[0],
): Promise<Activities & { lines: Record<string, unknown>[] }> {
  server = await startScriptedServer(routes);
  const { log, lines } = recordingLog();
  const settings = { VIN_NOTIFY_URL: `${server.url}/hook`, VIN_NOTIFY_SECRET: SECRET };
  channels = openChannels(CHANNELS, settings, { log });
  const notifier = { send: async (notice: Notice) => void (await channels.deliver('webhook', notice)) };
  const rulesOf = () => {
    throw new Error('not asked for');
  };
  return { ...createActivities({ providers: {}, rulesOf, notifier }), lines };
}

/** Tries again as long as the failure allows it, as Temporal does. Returns the failures. */
async function untilDelivered(notify: (notice: Notice) => Promise<void>): Promise<ApplicationFailure[]> {
  const failures: ApplicationFailure[] = [];
  for (;;) {
    try {
      await notify(NOTICE);
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
  const { notify, lines } = await activitiesWith({
    // It acts, and then its answer is lost, twice: only the id tells it that it has acted.
    [HOOK]: ({ headers, body }) => {
      if (!seen.has(headers['webhook-id'])) acted.push(JSON.parse(body));
      seen.add(headers['webhook-id']);
      count += 1;
      return count < 3 ? { status: 503 } : { status: 200 };
    },
  });
  expect(await untilDelivered(notify)).toHaveLength(2);
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
  const { notify } = await activitiesWith({
    [HOOK]: [{ status: 429, headers: { 'retry-after': '30' } }, { status: 500 }, { status: 200 }],
  });
  const [first, second] = await untilDelivered(notify);
  expect(first).toMatchObject({ type: 'NOTICE_NOT_DELIVERED', nonRetryable: false });
  expect(Number(first?.nextRetryDelay)).toBeGreaterThanOrEqual(30_000);
  expect(first?.message).toContain('answered 429');
  expect(first?.details).toMatchObject([
    { next: expect.stringContaining('VIN_NOTIFY_URL'), wait: first?.nextRetryDelay },
  ]);
  expect(second?.nextRetryDelay ?? undefined).toBeUndefined();
});
