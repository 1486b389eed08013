// Lives more lives than a run of CI does: npm run lives -- --seeds 20000 --from 1
// Searches for each planted bug from seed 1, and writes down which seed has found it: npm run lives -- --bugs
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20000' },
    from: { type: 'string', default: '1' },
    bugs: { type: 'boolean', default: false },
  },
});
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const test = values.bugs ? 'test/simulation/bugs.test.ts' : 'test/simulation/lives.test.ts';
const { status } = spawnSync(process.execPath, [jest, test, '--selectProjects', 'unit'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    LIVES_SEEDS: values.seeds,
    LIVES_FROM: values.from,
    ...(values.bugs && { LIVES_BUGS: 'search' }),
  },
});
process.exitCode = status ?? 1;
