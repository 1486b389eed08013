// The long form of the campaign: npm run campaign -- --vehicles 300 --minutes 5 --seed 7
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    vehicles: { type: 'string', default: '300' },
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
});
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const { status } = spawnSync(
  process.execPath,
  [jest, 'test/campaign/campaign.server.test.ts', '--selectProjects', 'server', '--forceExit'],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      CAMPAIGN_VEHICLES: values.vehicles,
      CAMPAIGN_SECONDS: String(Number(values.minutes) * 60),
      CAMPAIGN_REPLACEMENTS: '1000',
      CAMPAIGN_SEED: values.seed,
    },
  },
);
process.exitCode = status ?? 1;
