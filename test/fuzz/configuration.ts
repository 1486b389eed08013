import { VinError } from '../../src/base/errors';
import { budgetsFor } from '../../src/config/budgets';
import { channelVariables, readChannels } from '../../src/config/channels';
import { readConfig, VARIABLES, type Variable } from '../../src/config/config';
import { CHANNELS } from '../../src/notify/registry';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { readSettings } from '../../src/providers/settings';
import { APP } from '../support/application';
import type { Target } from './kit/target';

const NAMES = Object.keys(VARIABLES) as Variable[];
const SECRET = /SECRET/;
const NOTIFY = Buffer.alloc(32, 7).toString('base64');
const SECRETS = ['s3cr3t-of-the-client', 's3cr3t-of-the-webhook', NOTIFY.slice(0, 12)];
const usual = (more: Readonly<Record<string, string>>): string =>
  Object.entries({
    HIGH_MOBILITY_CLIENT_ID: 'client',
    HIGH_MOBILITY_CLIENT_SECRET: 's3cr3t-of-the-client',
    HIGH_MOBILITY_WEBHOOK_SECRET: 's3cr3t-of-the-webhook',
    ...more,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

export const target: Target = {
  about: 'the environment variables',
  corpus: [
    usual({}),
    usual({ VIN_POLL_INTERVAL: '6h', VIN_SWEEP_INTERVAL: 'off', VIN_SPEED: '1440', VIN_LOG_LEVEL: 'warn' }),
    usual({
      VIN_BUDGETS: 'submit=30,list=7.5',
      VIN_TOKEN_SHARE: 'waits=5, calls=600',
      VIN_BATCH_SIZE: '100',
    }),
    usual({
      VIN_NOTIFY_URL: 'https://example.com/x',
      VIN_NOTIFY_SECRET: `whsec_${NOTIFY}`,
    }),
    usual({
      HIGH_MOBILITY_BASE_URL: 'https://api.high-mobility.com/v1/',
      VIN_GATEWAY_PORT: '0',
      VIN_WORKER_CACHE: '0',
    }),
    usual({ VIN_BATCH_WINDOW: '2s', VIN_GATEWAY_METRICS_PORT: '9464', VIN_WORKER_METRICS_PORT: '9465' }),
  ],
  words: [
    ...[...NAMES, ...Object.keys(channelVariables(CHANNELS))].map((name) => `\n${name}=`),
    '1e3',
    '-1',
    '65536',
    '15m',
    '99999999d',
    'http://',
    'https://[::1]:0/',
    'submit=',
    'whsec_',
  ],
  holds: (bytes) => {
    const environment = Object.fromEntries(
      bytes
        .toString('utf8')
        .split('\n')
        .map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
    );
    try {
      const config = readConfig(environment, NAMES);
      readSettings(highMobility, APP, environment);
      readChannels(CHANNELS, environment);
      for (const share of Object.values(config.VIN_TOKEN_SHARE)) {
        if (!Number.isSafeInteger(share) || share < 1) throw new Error(`a share of ${share}`);
      }
      for (const budget of Object.values(budgetsFor(config.VIN_BUDGETS, APP, highMobility.budgets)))
        if (!(budget > 0)) throw new Error(`a budget of ${budget}`);
      const numbers = [
        config.VIN_POLL_INTERVAL,
        config.VIN_BATCH_WINDOW,
        config.VIN_SPEED,
        config.VIN_GATEWAY_PORT,
      ];
      if (!numbers.every(Number.isFinite)) throw new Error('a number that is none');
    } catch (error) {
      if (!(error instanceof VinError) || error.code !== 'CONFIG_INVALID') throw error;
      // Who has a secret in a variable that is none is told what stands there.
      const open = Object.entries(environment).filter(([name]) => !SECRET.test(name));
      const told = SECRETS.find(
        (secret) => error.message.includes(secret) && !open.some(([, value]) => value.includes(secret)),
      );
      if (told) throw new Error('the message has a secret');
    }
  },
};
