import { createApplications, readCredentials } from '../../../src/config/applications';
import { otonomo } from '../../../src/providers/otonomo/profile';
import { PROVIDERS } from '../../../src/providers/registry';

const APP = { provider: 'otonomo', application: 'default' };
const SIGN_IN = { OTONOMO_CLIENT_ID: 'id', OTONOMO_CLIENT_SECRET: 'secret', OTONOMO_SERVICE: 'ws-1' };
const read = (environment: Record<string, string>, app = APP) =>
  readCredentials({ app, profile: otonomo }, environment);

test('it is registered, and off unless an application of it is named', () => {
  const applications = createApplications(PROVIDERS);
  expect(applications.profileOf(APP).name).toBe('Otonomo');
  expect(applications.servedApplications(SIGN_IN).map(({ app }) => app.provider)).toEqual(['high-mobility']);
  const both = { VIN_APPLICATIONS: 'high-mobility:default,otonomo:default' };
  expect(applications.servedApplications(both)).toHaveLength(2);
});

test.each([
  ['us', 'https://api.otonomo.io'],
  ['EU', 'https://api.eu.otonomo.io'],
])('the region %s is at %s', (region, baseUrl) => {
  expect(otonomo.account(read({ ...SIGN_IN, OTONOMO_REGION: region }))).toEqual({
    baseUrl,
    clientId: 'id ws-1',
  });
});

test('an address takes the place of a region, and on this machine it is a sandbox', () => {
  const settings = read({ ...SIGN_IN, OTONOMO_BASE_URL: 'http://127.0.0.1:4011/' });
  expect(otonomo.account(settings).baseUrl).toBe('http://127.0.0.1:4011');
  expect(
    ['http://127.0.0.1:4011', 'https://api.otonomo.io', ''].map((one) => otonomo.isSandbox(one)),
  ).toEqual([true, false, false]);
  expect(createApplications(PROVIDERS).isSandboxByVariables(APP, { OTONOMO_REGION: 'eu' })).toBe(false);
});

test('several workspaces are several applications, in the region of the first where they name none', () => {
  const environment = {
    ...SIGN_IN,
    OTONOMO_REGION: 'us',
    OTONOMO_ACME_CLIENT_ID: 'a',
    OTONOMO_ACME_CLIENT_SECRET: 'b',
  };
  const acme = read({ ...environment, OTONOMO_ACME_SERVICE: 'ws-2' }, { ...APP, application: 'acme' });
  expect(otonomo.account(acme)).toEqual({ baseUrl: 'https://api.otonomo.io', clientId: 'a ws-2' });
  expect(() => read(environment, { ...APP, application: 'acme' })).toThrow('OTONOMO_ACME_SERVICE');
});

test.each([
  [{}, 'OTONOMO_REGION is not set. Set it to us or eu.'],
  [{ OTONOMO_REGION: 'asia' }, 'OTONOMO_REGION is not usable: is neither us nor eu'],
  [{ OTONOMO_REGION: 'us', OTONOMO_BASE_URL: 'https://x.test' }, 'both set'],
  [{ OTONOMO_BASE_URL: 'http://otonomo.test' }, 'must begin with https'],
])('%j is no place', (place, problem) => {
  expect(() => read({ ...SIGN_IN, ...place })).toThrow(problem);
});

test.each([
  ['WVWZZZ1KZAW000001', true],
  ['WVWZZZ1KZAW00001', true],
  ['WVWZZZ1KZAW0001', false],
  ['WVWZZZ1KZAW0000001', false],
])('the identifier %s is usable: %s', (vin, ok) => {
  expect(otonomo.checkVehicle(vin)).toMatchObject({ ok });
});
