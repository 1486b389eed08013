import type { VinError } from '../../src/base/errors';
import { readChannels } from '../../src/config/channels';
import { CHANNELS } from '../../src/notify/registry';
import { SECRET } from './support';

const URL_OF_RECEIVER = 'https://hooks.example.com/vin';

function read(VIN_NOTIFY_URL?: string, VIN_NOTIFY_SECRET?: string) {
  return readChannels(CHANNELS, { VIN_NOTIFY_URL, VIN_NOTIFY_SECRET });
}

function problemOf(url?: string, secret?: string): string {
  try {
    read(url, secret);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as VinError).message;
  }
  return '';
}

test('a webhook for escalations is a choice: neither variable, or both', () => {
  expect(read()).toEqual({});
  expect(read('', ' ')).toEqual({});
  expect(read(URL_OF_RECEIVER, SECRET)).toEqual({
    VIN_NOTIFY_URL: URL_OF_RECEIVER,
    VIN_NOTIFY_SECRET: SECRET,
  });
  expect(problemOf(URL_OF_RECEIVER)).toContain('VIN_NOTIFY_URL is set without VIN_NOTIFY_SECRET');
  expect(problemOf(undefined, SECRET)).toContain('VIN_NOTIFY_SECRET is set without VIN_NOTIFY_URL');
});

test.each(['http://127.0.0.1:9000/hook', 'http://localhost/hook', 'http://[::1]:9000/'])(
  'plain http is good enough on this machine: %s',
  (url) => {
    expect(read(url, SECRET)['VIN_NOTIFY_URL']).toBe(url);
  },
);

test.each([
  'http://hooks.example.com/vin',
  'http://169.254.169.254/latest',
  'http://localhost.example.com/',
  'ftp://hooks.example.com/',
  'hooks.example.com',
])('%s is refused', (url) => {
  expect(problemOf(url, SECRET)).toContain('VIN_NOTIFY_URL is not usable');
});

test('a bad secret is refused with how to make one, and is not repeated', () => {
  const problem = problemOf(URL_OF_RECEIVER, 'whsec_hunter2');
  expect(problem).toContain('VIN_NOTIFY_SECRET is not usable: must be whsec_ and then 24 to 64 random bytes');
  expect(problem).toContain('openssl rand -base64 32');
  expect(problem).not.toContain('hunter2');
});
