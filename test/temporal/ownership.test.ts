import { identityOf } from '../../src/temporal/ownership';

const PRODUCTION = 'https://api.high-mobility.com/v1';
const [CLIENT, OTHER] = ['5b1f2a4e-client', '9c0d7e11-client'];
const of = (baseUrl: string, clientId = CLIENT) => identityOf({ baseUrl, clientId });

describe('the application of a worker', () => {
  test('is the same for the same provider and client id, however the address is written', () => {
    expect(of('https://API.high-mobility.com:443/')).toEqual(of(PRODUCTION));
  });

  test.each([
    ['another client id', of(PRODUCTION, OTHER)],
    ['the sandbox', of('https://sandbox.api.high-mobility.com/v1')],
    ['another port', of('https://api.high-mobility.com:8443/v1')],
  ])('is another one with %s', (_difference, other) => {
    expect(other.fingerprint).not.toBe(of(PRODUCTION).fingerprint);
  });

  test('on this machine is the same one whatever the port of the simulator is', () => {
    expect(of('http://127.0.0.1:4000')).toEqual(of('http://127.0.0.1:5000'));
    expect(of('http://127.0.0.1:4000').fingerprint).not.toBe(of('http://127.0.0.1:4000', OTHER).fingerprint);
  });

  test('says where the provider is, and not the client id', () => {
    const application = of(PRODUCTION);
    expect(application).toEqual({
      origin: 'https://api.high-mobility.com',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(JSON.stringify(application)).not.toContain(CLIENT);
  });
});
