import type { VinError } from '../src/base/errors';
import { highMobility } from '../src/providers/high-mobility/profile';
import { readSettings } from '../src/providers/settings';
import { APP } from './support/application';

const read = (HIGH_MOBILITY_BASE_URL: string) =>
  readSettings(highMobility, APP, { HIGH_MOBILITY_BASE_URL }, ['BASE_URL'])['BASE_URL'];

describe("the provider's address, to which the client secret is sent,", () => {
  test.each([
    'https://api.high-mobility.com',
    'http://127.0.0.1:4010',
    'http://127.8.8.8',
    'http://localhost:4010',
    'http://[::1]:4010',
  ])('may be %s', (url) => {
    expect(read(url)).toBe(url);
  });

  test.each([
    'http://api.high-mobility.com',
    'http://api.high-mobility.com:443',
    'http://10.0.0.1:4010',
    'http://simulator:4010',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@api.example.com',
    'http://[fe80::1]:4010',
  ])('is refused in clear to another machine: %s', (url) => {
    expect(() => read(url)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('HIGH_MOBILITY_BASE_URL is not usable: must begin with https'),
      }),
    );
  });

  test('is refused with a name and password in it, which are not shown', () => {
    let message = '';
    try {
      read('https://user:hunter2@api.high-mobility.com');
    } catch (error) {
      message = (error as VinError).message;
    }
    expect(message).toContain('must have no name and password in it');
    expect(message).not.toContain('hunter2');
  });
});
