import { lookAtProvider } from '../../src/doctor/provider';
import { highMobility } from '../../src/providers/high-mobility/profile';
import type { ProviderProfile } from '../../src/providers/profile';
import { ProviderError } from '../../src/providers/provider-error';
import { readSettings } from '../../src/providers/settings';
import { APP, APP_KEY } from '../support/application';
import { startScriptedServer } from '../support/scripted-server';

const SCOPES = 'fleet:clearance vehicle:eligibility-check vehicle:data';

function look(environment: Record<string, string>, profile: ProviderProfile = highMobility) {
  const variables = { HIGH_MOBILITY_CLIENT_ID: 'id', HIGH_MOBILITY_CLIENT_SECRET: 'secret', ...environment };
  const settings = () => readSettings(profile, APP, variables, profile.credentials, profile.contradictions);
  return lookAtProvider({ app: APP, profile, settings, client: null });
}

async function lookWithToken(reply: object) {
  const server = await startScriptedServer({ 'POST /v1/access_tokens': reply });
  try {
    const found = await look({ HIGH_MOBILITY_BASE_URL: server.url });
    return { token: found.find(({ check }) => check === 'token'), found, requests: server.requests };
  } finally {
    await server.close();
  }
}

const granted = (scope?: string) => ({ body: { access_token: 'a.b.c', expires_in: 300, scope } });

describe('the look at a provider', () => {
  test('is content with a token that is good for everything, and asks for nothing else', async () => {
    const { token, requests } = await lookWithToken(granted(SCOPES));
    expect(token).toMatchObject({ state: 'good', of: APP_KEY });
    expect(requests).toHaveLength(1);
  });

  test('names the scope that is missing, and what does not go without it', async () => {
    const { token } = await lookWithToken(granted('fleet:clearance vehicle:data'));
    expect(token).toMatchObject({
      state: 'problem',
      code: 'PROVIDER_FORBIDDEN',
      says: expect.stringContaining('without vehicle:eligibility-check carmakers are not asked'),
      fix: expect.stringContaining('given vehicle:eligibility-check'),
    });
    expect(token?.says).not.toContain('fleet:clearance');
  });

  test('claims nothing of a token whose scope is not told', async () => {
    const { token } = await lookWithToken(granted());
    expect(token).toMatchObject({ state: 'good', says: expect.stringContaining('does not say what for') });
  });

  test('tells a wrong secret as such', async () => {
    const { token } = await lookWithToken({ status: 400, body: { error: 'invalid_client' } });
    expect(token).toMatchObject({ state: 'problem', code: 'PROVIDER_CREDENTIALS' });
  });

  test('says which variable is missing, and looks no further', async () => {
    const found = await look({ HIGH_MOBILITY_CLIENT_ID: '' });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ check: 'settings', state: 'problem', code: 'CONFIG_INVALID' });
    expect(found[0]?.says).toContain('HIGH_MOBILITY_CLIENT_ID');
  });

  test.each([
    ['https://sandbox.api.high-mobility.com', 'note', 'sandbox'],
    ['https://api.high-mobility.com', 'good', 'for real vehicles'],
  ])('says whether it is the sandbox: %s', async (url, state, words) => {
    const closed: string[] = [];
    const away: ProviderProfile = {
      ...highMobility,
      connect: () =>
        ({
          contact: () => Promise.reject(new ProviderError('PROVIDER_TIMEOUT', 'It is away', 'Wait.')),
          close: async () => void closed.push('closed'),
        }) as never,
    };
    const found = await look({ HIGH_MOBILITY_BASE_URL: url }, away);
    expect(found.find(({ check }) => check === 'environment')).toMatchObject({
      state,
      says: expect.stringContaining(words),
    });
    expect(found.find(({ check }) => check === 'token')).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    expect(closed).toEqual(['closed']);
  });
});
