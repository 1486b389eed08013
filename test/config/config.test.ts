import type { VinError } from '../../src/base/errors';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { readSettings } from '../../src/providers/settings';
import { readTemporalConfig } from '../../src/temporal/connection';
import { APP } from '../support/application';

function problemOf(address: string): string {
  try {
    readSettings(highMobility, APP, { HIGH_MOBILITY_BASE_URL: address }, ['BASE_URL']);
  } catch (error) {
    return (error as VinError).message;
  }
  return '';
}

describe("the provider's address", () => {
  test('that is none is told so, and nothing else', () => {
    expect(problemOf('nonsense')).toContain('is not usable: is not an http(s) address. ');
  });

  test('is that of a sandbox by its name, or on this machine', () => {
    expect(highMobility.isSandbox('https://sandbox.api.high-mobility.com')).toBe(true);
    expect(highMobility.isSandbox('http://127.0.0.1')).toBe(true);
    expect(highMobility.isSandbox('https://api.high-mobility.com')).toBe(false);
  });
});

describe("a key of Temporal's", () => {
  const read = (TEMPORAL_ADDRESS: string, more: object) => () =>
    readTemporalConfig({ TEMPORAL_ADDRESS, TEMPORAL_API_KEY: 'canary-key', ...more });

  test('is sent by TLS, or to this machine', () => {
    expect(read('temporal.example.com:7233', {})().connectionOptions.tls).toBeTruthy();
    expect(read('127.0.0.1:7233', { TEMPORAL_TLS: 'false' })).not.toThrow();
  });
});
