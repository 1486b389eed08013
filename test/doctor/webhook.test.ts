import { lookAtWebhook } from '../../src/doctor/webhook';
import { webhookPath } from '../../src/gateway/webhooks/address';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { otonomo } from '../../src/providers/otonomo/profile';
import { type RunningGateway, SECRET, startGateway } from '../gateway/support';
import { APP } from '../support/application';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await startGateway({ now: Date.now });
});
afterEach(() => gateway.close());

function look(
  secret: string | undefined,
  app = APP as { provider: string; application: string },
  port = gateway.port,
) {
  const url = `http://127.0.0.1:${port}${webhookPath(app)}`;
  return lookAtWebhook({ app, profile: highMobility, url, secret, environment: {} });
}

describe('the look at webhooks', () => {
  test('sends a signed message through the gateway, which changes nothing', async () => {
    expect(await look(SECRET)).toMatchObject({ state: 'good', of: 'high-mobility:default' });
    expect(gateway.sink.claims).toEqual([]);
  });

  test('is no sign that the provider lives: the gateway drops it for its age', async () => {
    await look(SECRET);
    expect(gateway.logged.join()).toContain('"outcome":"outdated"');
  });

  test('sees that the gateway has another secret', async () => {
    expect(await look('another one')).toMatchObject({ state: 'problem', code: 'SIGNATURE_WRONG' });
  });

  test('sees that the gateway does not serve the application', async () => {
    const found = await look(SECRET, { provider: 'high-mobility', application: 'acme' });
    expect(found).toMatchObject({ state: 'problem', says: expect.stringContaining('knows no webhooks') });
    expect(found.fix).toContain('high-mobility:acme in VIN_APPLICATIONS');
  });

  test('says that no secret is set, by the name of its variable', async () => {
    expect((await look(undefined)).fix).toContain('HIGH_MOBILITY_WEBHOOK_SECRET');
  });

  test('says that nobody is there', async () => {
    const found = await look(SECRET, APP, 9);
    expect(found).toMatchObject({ state: 'problem', says: expect.stringContaining('ECONNREFUSED') });
    expect(found.fix).toContain('vin gateway');
  });

  test('a provider without webhooks misses none', async () => {
    const app = { provider: 'otonomo', application: 'default' };
    const found = await lookAtWebhook({
      app,
      profile: otonomo,
      url: 'x',
      secret: undefined,
      environment: {},
    });
    expect(found.state).toBe('note');
  });
});
