import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Case, Run } from '../figure';
import { fleetOf } from '../fleet';
import { measurePairs, ratioFigure, rounded } from '../pairs';

const ROWS = 100_000;
const ROOT = resolve(__dirname, '../..');

export const importing: Case = {
  name: 'import',
  title: 'Import of a long list, dry run',
  how:
    `\`vin import FILE --dry-run\`, with its result file, on a list of ${ROWS.toLocaleString('en-US')} good rows (six columns, one of them quoted, ` +
    'with a BOM). The baseline is a program that reads the same file with csv-parse into objects and drops them. Both are processes ' +
    'of their own, measured from start to end; the memory is the largest that the process had.',
  async measure({ quick, pairs, say }: Run) {
    const folder = mkdtempSync(join(tmpdir(), 'vin-bench-'));
    const file = join(folder, 'fleet.csv');
    const rows = fleetOf('A', ROWS).map(
      (vin, index) => `${vin},bmw,"Fleet, ${index % 7}",${index}km,DE,k-${index}`,
    );
    writeFileSync(file, `\uFEFFvin,brand,fleet,odometer,tag:country,tag:cost-centre\n${rows.join('\n')}\n`);
    const memory: number[] = [];
    const measure = (name: string, args: readonly string[], wanted: string) => async () => {
      const ended = await runProcess(args, join(folder, 'witness.json'));
      if (!ended.said.includes(wanted)) throw new Error(`${name} did not read the whole list: ${ended.said}`);
      say(`${name}: ${rounded(ended.seconds)} s, ${rounded(ended.maxRssMb)} MB`);
      if (name === 'vin import') memory.push(ended.maxRssMb);
      return ended.seconds;
    };
    try {
      const ours = ['lib/src/cli/vin.js', 'import', file, '--dry-run', '-o', 'json'];
      const baseline = ['bench/baselines/csv-parse.mjs', file];
      const times = await measurePairs(
        quick ? 1 : pairs,
        measure('csv-parse', baseline, `"rows":${ROWS}`),
        measure('vin import', ours, `"ready": ${ROWS}`),
      );
      return [
        ratioFigure(times, {
          id: 'import-time',
          what: 'import of 100,000 rows, time to csv-parse alone',
          unit: 's',
          line: { atMost: 1.5 },
          better: 'less' as const,
        }),
        {
          id: 'import-memory',
          what: 'import of 100,000 rows, largest memory in MB',
          ours: `${rounded(Math.max(...memory))} MB`,
          baseline: '-',
          value: Math.max(...memory),
          line: { atMost: 256 },
          better: 'less' as const,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Ended {
  readonly said: string;
  readonly seconds: number;
  readonly maxRssMb: number;
}

/** Runs a process to its end, with a witness of what it used. */
function runProcess(args: readonly string[], witness: string): Promise<Ended> {
  const begun = performance.now();
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, ['-r', './bench/witness.cjs', ...args], {
      cwd: ROOT,
      env: { ...process.env, BENCH_WITNESS: witness },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let complaints = '';
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (complaints += text));
    child.once('close', (code) => {
      const seconds = (performance.now() - begun) / 1_000;
      if (code !== 0)
        return reject(new Error(`${args.join(' ')} ended with ${code}: ${complaints.slice(-2_000)}`));
      const { maxRssMb } = JSON.parse(readFileSync(witness, 'utf8')) as { maxRssMb: number };
      done({ said, seconds, maxRssMb });
    });
  });
}
