import { parkingProvider, readParkingCredentials, readParkingPolicy } from '../../src/config/parkings';

const SIGN_IN = { VIN_PARKING: 'autopay:default', AUTOPAY_CLIENT_ID: 'id', AUTOPAY_CLIENT_SECRET: 'secret' };

test('there is no parking where no credential is named', () => {
  expect(readParkingCredentials({})).toEqual([]);
  expect(parkingProvider({})).toBe('autopay');
});

test('a credential has an operator and a level; the address of another one is that of the first', () => {
  const environment = {
    ...SIGN_IN,
    VIN_PARKING: 'autopay:default, autopay:oslo,autopay:default',
    AUTOPAY_BASE_URL: 'http://127.0.0.1:4012/fleet/v2/',
    AUTOPAY_OSLO_CLIENT_ID: 'other',
    AUTOPAY_OSLO_CLIENT_SECRET: 'other secret',
    AUTOPAY_OSLO_LEVEL: 'Small',
    AUTOPAY_OSLO_OPERATOR: 'Oslo Parkering',
  };
  const shown = readParkingCredentials(environment).map(({ app, profile, settings }) => ({
    name: app.application,
    level: profile.level(settings),
    operator: profile.operator(settings),
    account: profile.account(settings),
  }));
  const baseUrl = 'http://127.0.0.1:4012';
  expect(shown).toEqual([
    { name: 'default', level: 'medium', operator: null, account: { baseUrl, clientId: 'id' } },
    { name: 'oslo', level: 'small', operator: 'Oslo Parkering', account: { baseUrl, clientId: 'other' } },
  ]);
});

test.each([
  [{ VIN_PARKING: 'acme:default' }, 'there is no provider of parking "acme"'],
  [{ VIN_PARKING: 'autopay' }, 'is no application'],
  [{ AUTOPAY_CLIENT_SECRET: '' }, 'AUTOPAY_CLIENT_SECRET is not set'],
  [{ AUTOPAY_LEVEL: 'large' }, 'is none of small, medium, enterprise'],
  [{ AUTOPAY_BASE_URL: 'https://api.autopay.io/fleet/v1/' }, 'version 1, which ended on 2026-11-05'],
  [{ AUTOPAY_BASE_URL: 'https://api.autopay.io/fleet/v1/vehicles' }, 'version 1, which ended on 2026-11-05'],
  [{ AUTOPAY_BASE_URL: 'https://api.autopay.io/v1' }, 'version 1, which ended on 2026-11-05'],
  [{ AUTOPAY_BASE_URL: 'http://api.autopay.io' }, 'must begin with https'],
])('%j is refused in words, without a secret', (change, words) => {
  const read = () => readParkingCredentials({ ...SIGN_IN, ...change });
  expect(read).toThrow(words);
  expect(read).not.toThrow(/secret$/);
});

test.each(['', '/', '/fleet', '/fleet/v2', '/fleet/v2/', '/fleet/v2/vehicles'])(
  'an address of version 2 is the same one with the path %j',
  (path) => {
    const [first] = readParkingCredentials({ ...SIGN_IN, AUTOPAY_BASE_URL: `https://api.autopay.io${path}` });
    expect(first?.settings['BASE_URL']).toBe('https://api.autopay.io');
  },
);

test('the policy has defaults, and says what cannot be', () => {
  expect(readParkingPolicy({})).toEqual({
    detachOnAdding: false,
    declineOnLeaving: false,
    longStay: 86_400_000,
    runningPatience: 14 * 86_400_000,
  });
  expect(readParkingPolicy({ VIN_PARKING_LONG_STAY: 'off', VIN_PARKING_DETACH: 'yes' })).toMatchObject({
    longStay: null,
    detachOnAdding: true,
  });
  expect(() => readParkingPolicy({ VIN_PARKING_DECLINE: 'maybe' })).toThrow('is neither yes nor no');
});
