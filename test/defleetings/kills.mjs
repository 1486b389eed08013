// Vehicles that leave while their workers are killed: npm run kills -- --kills 50 --seed 7
// The same of parkings, at each call of their leaving in turn: npm run kills -- --parkings --kills 50
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    parkings: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
});
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const suite = values.parkings
  ? ['test/parkings/parking.server.test.ts', '-t', 'whose worker is killed']
  : ['test/defleetings/defleeting.server.test.ts'];
const { status } = spawnSync(
  process.execPath,
  [jest, ...suite, '--selectProjects', 'server', '--forceExit'],
  { stdio: 'inherit', env: { ...process.env, KILLS: values.kills, KILLS_SEED: values.seed } },
);
process.exitCode = status ?? 1;
