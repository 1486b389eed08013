import { isSandbox, readConfig } from '../src/config';
import type { VinError } from '../src/errors';
import { readTemporalConfig } from '../src/temporal/connection';

function problemOf(address: string): string {
  try {
    readConfig({ HIGH_MOBILITY_BASE_URL: address }, ['HIGH_MOBILITY_BASE_URL']);
  } catch (error) {
    return (error as VinError).message;
  }
  return '';
}

describe("the provider's address, to which the client secret goes", () => {
  test.each([
    'https://api.high-mobility.com',
    'http://127.0.0.1:4010',
    'http://127.8.9.10:4010',
    'http://localhost:4010/v1',
    'http://[::1]:4010',
  ])('may be %s', (address) => expect(problemOf(address)).toBe(''));

  test.each([
    'http://api.high-mobility.com',
    'http://sandbox.api.high-mobility.com/v1',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.7:4010',
  ])('may not be %s', (address) => {
    expect(problemOf(address)).toContain('must begin with https: the client secret is sent there');
  });

  test('that is none is told so, and nothing else', () => {
    expect(problemOf('nonsense')).toContain('is not usable: is not an http(s) address. ');
  });

  test('is that of a sandbox by its name, or on this machine', () => {
    expect(isSandbox('https://sandbox.api.high-mobility.com')).toBe(true);
    expect(isSandbox('http://127.0.0.1')).toBe(true);
    expect(isSandbox('https://api.high-mobility.com')).toBe(false);
  });
});

describe("a key of Temporal's", () => {
  const read = (TEMPORAL_ADDRESS: string, more: object) => () =>
    readTemporalConfig({ TEMPORAL_ADDRESS, TEMPORAL_API_KEY: 'canary-key', ...more });

  test('is sent by TLS, or to this machine', () => {
    expect(read('temporal.example.com:7233', {})().connectionOptions.tls).toBeTruthy();
    expect(read('127.0.0.1:7233', { TEMPORAL_TLS: 'false' })).not.toThrow();
  });

  test('is not sent in clear to another one', () => {
    const inClear = read('temporal.example.com:7233', { TEMPORAL_TLS: 'false' });
    expect(inClear).toThrow('would be sent to temporal.example.com in clear');
    expect(inClear).not.toThrow('canary');
  });
});
