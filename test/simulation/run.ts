// Lives more lives than a run of the tests does: npm run lives -- --seeds 20000 --from 1
// The same of vehicles at several providers at once: npm run lives -- --together --seeds 1000
// Searches for each planted bug from seed 1, and writes down which seed has found it: npm run lives -- --bugs
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ManyLives, report } from './many';
import { ManyTogether } from './together/many';
import { cpuSeconds } from './virtual-time';

/** A run that is stopped tells of the lives that it has come to. */
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    isStopped = true;
  });

/** So many lives that fail are told in words; of the others only their seeds. */
const MOST_REPORTS = 5;

async function run(from: number, seeds: number): Promise<number> {
  const lives = new ManyLives(from);
  const failed: number[] = [];
  for (let left = seeds; left > 0 && !isStopped; left -= 1) {
    const life = await lives.next();
    if (life.complaints.length === 0) continue;
    failed.push(life.seed);
    if (failed.length <= MOST_REPORTS) process.stdout.write(`${await report(life)}\n\n`);
    else process.stdout.write(`Seed ${life.seed}: ${life.complaints[0]}\n`);
  }
  process.stdout.write(`${lives.speed}\n${lives.tally.lines.join('\n')}\n`);
  if (failed.length > 0)
    process.stdout.write(`${failed.length} lives break a promise: ${failed.join(', ')}\n`);
  return failed.length > 0 ? 1 : 0;
}

async function runTogether(from: number, seeds: number): Promise<number> {
  const lives = new ManyTogether(from);
  const begun = cpuSeconds();
  let failures = 0;
  let lived = 0;
  for (let left = seeds; left > 0 && !isStopped; left -= 1) {
    const failed = await lives.next();
    lived += 1;
    if (failed === null) continue;
    failures += 1;
    process.stdout.write(failures > MOST_REPORTS ? `${failed.split('\n', 1)}\n` : `${failed}\n\n`);
  }
  const speed = Math.round(lived / (cpuSeconds() - begun));
  process.stdout.write(
    `${lives.lines.join('\n')}\n${failures} break a promise; ${speed} a second of a core\n`,
  );
  return failures > 0 ? 1 : 0;
}

function searchForBugs(): number {
  const jest = require.resolve('jest/bin/jest');
  const { status } = spawnSync(
    process.execPath,
    [jest, 'test/simulation/bugs.test.ts', '--selectProjects', 'unit'],
    { stdio: 'inherit', env: { ...process.env, LIVES_BUGS: 'search' } },
  );
  return status ?? 1;
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20000' },
    from: { type: 'string', default: '1' },
    bugs: { type: 'boolean', default: false },
    together: { type: 'boolean', default: false },
  },
});
async function main(): Promise<number> {
  if (values.bugs) return searchForBugs();
  const { from, seeds, together } = values;
  return (together ? runTogether : run)(Number(from), Number(seeds));
}
void main().then((code) => {
  process.exitCode = code;
});
