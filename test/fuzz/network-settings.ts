import { VinError } from '../../src/base/errors';
import { isLoopback, isPrivate, readUrl } from '../../src/http/address';
import { authorizationOf, nameOf, proxyFor } from '../../src/http/proxy';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { readSettings } from '../../src/providers/settings';
import { readTemporalConfig } from '../../src/temporal/connection';
import { APP } from '../support/application';
import type { Target } from './kit/target';
import { check } from './kit/wire';

const PASSWORD = 'hunter2';
const LINES = ['https_proxy', 'NO_PROXY', 'HIGH_MOBILITY_BASE_URL', 'TEMPORAL_ADDRESS'] as const;

/** A line for each variable; a change may hit any of them. */
export const target: Target = {
  about: 'the settings of the network: proxy, exceptions, addresses',
  corpus: [
    `http://user:${PASSWORD}@proxy.corp:3128\n*.corp,10.0.0.0/8\nhttps://api.high-mobility.com\ntemporal.corp:7233`,
    `proxy:8080\nfd00::/8 [::1]:80\nhttp://127.0.0.1:4010/\n[fd12::5]:7233`,
    `http://[fd00::1]:3128\n*\nhttp://localhost:4010/v1\nlocalhost`,
    `socks5://user:${PASSWORD}@proxy.corp\n.example.com:443\nhttps://sandbox.api.high-mobility.com\n127.1:7233`,
    '\n\n\n',
  ],
  words: ['http://', 'https://', '@', ':7233', '/8', '127.0.0.1', '[::1]', 'localhost', '.', '*', PASSWORD],
  holds: (bytes) => {
    const lines = bytes.toString('utf8').split('\n');
    const environment = Object.fromEntries(LINES.map((name, at) => [name, lines[at] ?? '']));
    for (const destination of [
      environment['HIGH_MOBILITY_BASE_URL'],
      'https://api.example.com',
      'localhost:7233',
    ]) {
      const address = readUrl(destination?.includes('://') ? destination : `http://${destination}`);
      if (destination && address) chosen(destination, environment);
    }
    const settings = told(() => readSettings(highMobility, APP, environment, ['BASE_URL']));
    const url = settings?.['BASE_URL'] as string | undefined;
    if (url !== undefined) check.that(isPrivate(url), `an address for secrets: ${url}`);
    told(() => readTemporalConfig({ ...environment, HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' }));
  },
};

function chosen(destination: string, environment: Record<string, string>): void {
  const proxy = told(() => proxyFor(destination, environment));
  if (!proxy) return;
  const { hostname } = new URL(destination.includes('://') ? destination : `http://${destination}`);
  check.that(!isLoopback(hostname), `no proxy for ${hostname}`);
  check.that(/^.+:\d+$/.test(proxy.address), `a port in ${proxy.address}`);
  check.that(URL.canParse(proxy.origin), 'an address');
  check.that(
    !nameOf(proxy).includes('@') && /^Basic |^$/.test(authorizationOf(proxy) ?? ''),
    'no secret in its name',
  );
}

/** What was read, or nothing where it was refused: by an error of ours, which does not repeat a password. */
function told<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof VinError) || error.code !== 'CONFIG_INVALID') throw error;
    const isOfProxy = /_proxy/i.test(error.message);
    check.that(!isOfProxy || !error.message.includes(PASSWORD), 'no password in an error');
    return undefined;
  }
}
