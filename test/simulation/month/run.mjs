// Lives months of larger fleets than a run of CI does: npm run month -- --vehicles 1000 --seeds 3 --from 1
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    vehicles: { type: 'string', default: '1000' },
    seeds: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
  },
});
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const args = [jest, 'test/simulation/month', '--selectProjects', 'unit'];
const { status } = spawnSync(process.execPath, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    MONTH_VEHICLES: values.vehicles,
    MONTH_SEEDS: values.seeds,
    MONTH_FROM: values.from,
  },
});
process.exitCode = status ?? 1;
