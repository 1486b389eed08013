import { GatewayMetrics } from '../../../src/gateway/metrics';
import { deduplicate } from '../../../src/gateway/webhooks/deduplicate';
import type { WebhookSource } from '../../../src/gateway/webhooks/receiver';
import { APP } from '../../support/application';
import { type Answer, AFTER_REJECTED as NOW, SECRET, signed, startGateway, VIN, webhookOf } from '../support';
import { sourcesWith } from './sources';

const [SECOND, HOUR, DAY] = [1_000, 3_600_000, 86_400_000];
const at = (time: number): string => new Date(time).toISOString();

async function begin(options: Parameters<typeof startGateway>[0] = {}) {
  let elapsed = 0;
  const metrics = new GatewayMetrics(() => elapsed);
  const gateway = await startGateway({ metrics, now: () => NOW, ...options });
  const figures = async (): Promise<string> => metrics.registry.metrics();
  return {
    gateway,
    figures,
    post: (body: string): Promise<Answer> => gateway.post(body, signed(body)),
    /** Seconds since a webhook was heard of, ten minutes after the last look. */
    silence: async (): Promise<number> =>
      Number(/^vin_gateway_last_webhook_age_seconds\{.*\} (\S+)$/m.exec(await figures())?.[1]),
    pass: (milliseconds: number): void => {
      elapsed += milliseconds;
    },
  };
}

describe('a webhook that is older than a week by its own time', () => {
  test.each<[string, string]>([
    ['a claim', webhookOf(VIN, 'approved', at(NOW - 182 * DAY))],
    ['a claim, by a second', webhookOf(VIN, 'approved', at(NOW - 7 * DAY - SECOND))],
    ['a claim without a zone', webhookOf(VIN, 'approved', at(NOW - 8 * DAY).slice(0, 19))],
    ['a claim of an unknown vehicle', webhookOf('WBA00000000000000', 'approved', at(NOW - 8 * DAY))],
    ['a ping', JSON.stringify({ event: { type: 'ping', received_at: at(NOW - 8 * DAY) } })],
    ['another event', JSON.stringify({ event: { type: 'trip_started', received_at: at(NOW - 8 * DAY) } })],
  ])(
    'is answered 200, dropped, counted by itself, logged without the VIN, and not heard: %s',
    async (_, body) => {
      const { gateway, post, pass, silence, figures } = await begin();
      pass(600_000);
      expect(await post(body)).toMatchObject({
        status: 200,
        body: { status: 'ignored', reason: 'older than a week' },
      });
      expect(gateway.sink.claims).toEqual([]);
      expect(await silence()).toBe(600);
      expect(await figures()).toContain(
        'vin_gateway_webhooks_total{provider="high-mobility",application="default",outcome="outdated"} 1\n',
      );
      expect(await figures()).not.toMatch(/outcome="(?!outdated)/);
      expect(gateway.logged.map((line) => JSON.parse(line).outcome)).toEqual(['outdated']);
      expect(gateway.logged.join('')).not.toMatch(new RegExp(`${VIN}|WBA0|…`));
      await gateway.close();
    },
  );
});

test.each<[string, string | undefined, string | null]>([
  ['of a week ago', at(NOW - 7 * DAY), at(NOW - 7 * DAY)],
  ['of a moment ago', at(NOW - SECOND), at(NOW - SECOND)],
  ['of a clock that is a day ahead', at(NOW + DAY), at(NOW + DAY)],
  ['of a clock that is further ahead, which is no time', at(NOW + DAY + SECOND), null],
  ['of the year 9999, which is no time', '9999-12-31T23:59:59Z', null],
  ['without a time', undefined, null],
  ['with an unreadable time', 'noon', null],
])('a webhook %s is heard and handed over', async (_, receivedAt, providerTime) => {
  const { gateway, post, pass, silence } = await begin();
  pass(600_000);
  expect(await post(webhookOf(VIN, 'approved', receivedAt))).toMatchObject({ status: 200 });
  expect(gateway.sink.claims).toMatchObject([{ vin: VIN, status: 'approved', providerTime }]);
  expect(await silence()).toBe(0);
  await gateway.close();
});

test('in a trial the provider’s clock runs ahead as fast as the trial, and its times are kept', async () => {
  const { gateway, post } = await begin({ speed: 24 });
  await post(webhookOf(VIN, 'approved', at(NOW + 24 * DAY)));
  await post(webhookOf(VIN, 'revoked', at(NOW + 24 * DAY + HOUR)));
  expect(gateway.sink.claims.map(({ providerTime }) => providerTime)).toEqual([at(NOW + 24 * DAY), null]);
  await gateway.close();
});

test('a rightly signed webhook that is malformed is heard: the provider speaks, in a way that we cannot read', async () => {
  const { gateway, post, pass, silence } = await begin();
  pass(600_000);
  expect(await post('not json')).toMatchObject({ status: 400 });
  expect(await silence()).toBe(0);
  await gateway.close();
});

test.each([
  ['a ping without a time', '{"event":{"type":"ping"}}'],
  ['a claim without a time', webhookOf(VIN, 'approved')],
  ['one that is malformed', 'not json'],
  ['a ping of yesterday', `{"event":{"type":"ping","received_at":"${at(NOW - DAY)}"}}`],
  ['a claim of yesterday', webhookOf(VIN, 'approved', at(NOW - DAY))],
  ['a ping of a time that is far ahead', `{"event":{"type":"ping","received_at":"2199-01-01T00:00:00Z"}}`],
])('%s is heard once: sent again it is no sign of life', async (_what, body) => {
  const { gateway, post, pass, silence } = await begin();
  pass(600_000);
  await post(body);
  expect(await silence()).toBe(0);
  pass(600_000);
  await post(body);
  expect(await silence()).toBe(600);
  await gateway.close();
});

test.each([
  ['that is outdated', webhookOf(VIN, 'approved', at(NOW - 30 * DAY))],
  ['that is malformed', 'not json'],
])('a signed webhook %s, sent again and again, writes few lines into the log', async (_what, body) => {
  const { gateway, post } = await begin();
  for (let times = 0; times < 40; times += 1) await post(body);
  await gateway.close();
  expect(gateway.logged).toHaveLength(11);
  expect(JSON.parse(gateway.logged.at(-1) ?? '')).toMatchObject({ times: 40, notLogged: 30 });
});

test.each([
  ['a ping', '{"event":{"type":"ping"}}', undefined],
  ['an event without use', '{"event":{"type":"trip_started"}}', undefined],
  ['a claim that says again what was said', webhookOf(VIN, 'approved'), undefined],
  ['a claim of a vehicle that nobody knows', webhookOf('WBA00000000000000', 'approved'), undefined],
  ['a claim that cannot be made durable', webhookOf(VIN, 'approved'), new Error('away')],
])(
  '%s, sent again and again, writes a hundred lines into the log and one that counts',
  async (_what, body, away) => {
    const { gateway, post } = await begin({ guard: deduplicate });
    await post(webhookOf(VIN, 'approved'));
    gateway.sink.away = away;
    gateway.logged.length = 0;
    for (let times = 0; times < 150; times += 1)
      await post(away ? webhookOf(VIN, 'revoked', at(NOW + times)) : body);
    await gateway.close();
    expect(gateway.logged).toHaveLength(101);
    expect(JSON.parse(gateway.logged.at(-1) ?? '')).toMatchObject({ times: 150, notLogged: 50 });
  },
);

test('the silence of an application is not hidden by another one', async () => {
  const [source] = sourcesWith(SECRET);
  const other = { ...(source as WebhookSource), app: { ...APP, application: 'acme' } };
  const { gateway, figures, post, pass } = await begin({ sources: [source as WebhookSource, other] });
  pass(600_000);
  await post(webhookOf(VIN, 'approved'));
  const text = await figures();
  const age = (application: string) =>
    new RegExp(`^vin_gateway_last_webhook_age_seconds\\{.*application="${application}"\\} (\\S+)$`, 'm').exec(
      text,
    )?.[1];
  expect([age('default'), age('acme')]).toEqual(['0', '600']);
  await gateway.close();
});
