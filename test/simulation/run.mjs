// Lives more lives than a run of CI does: npm run lives -- --seeds 20000 --from 1
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '20000' }, from: { type: 'string', default: '1' } },
});
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const { status } = spawnSync(
  process.execPath,
  [jest, 'test/simulation/lives.test.ts', '--selectProjects', 'unit'],
  {
    stdio: 'inherit',
    env: { ...process.env, LIVES_SEEDS: values.seeds, LIVES_FROM: values.from },
  },
);
process.exitCode = status ?? 1;
