import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { APP } from '../../test/support/application';
import type { Case, Figure, Run } from '../figure';
import { fleetOf, untilAtLeast } from '../fleet';
import { measurePairs, median, ratioFigure, rounded } from '../pairs';
import { Stage } from '../parts';

const ROOT = resolve(__dirname, '../..');
const COMMAND = 'lib/src/cli/vin.js';
const TIMES = 20;

export const starts: Case = {
  name: 'starts',
  title: 'Starts of commands',
  how:
    `\`vin --version\` is compared with Node that does nothing (\`node -e 0\`), and \`vin status\` with a program that loads the Temporal client and ` +
    `does nothing (\`node -e "require('@temporalio/client')"\`). Each is a process of its own; they run in turn, ${TIMES} times each, and the medians are ` +
    'compared. What is compared is the time of the processor that a process takes, in all its threads: other work on the machine does not ' +
    'count, nor what server and worker take to answer. The time from start to end stands in brackets. `vin status` asks a real server and a ' +
    'worker for one activation and prints its whole answer: four calls. A program that makes these calls with the client, and no more, is ' +
    'measured beside it.',
  async measure({ quick, say }: Run) {
    const times = quick ? 3 : TIMES;
    const stage = await Stage.open();
    try {
      const environment = { ...process.env, TEMPORAL_ADDRESS: stage.address, VIN_APPLICATION: '' };
      const vin = await anActivation(stage);
      const compare = async (told: Told): Promise<Figure> => {
        const walls = new Map<string, number[]>();
        const measure = (name: string, args: readonly string[]) => async () => {
          const { processor, wall } = await timesOf(args, environment, stage.file('witness.json'));
          walls.set(name, [...(walls.get(name) ?? []), wall]);
          return processor;
        };
        const pairs = await measurePairs(times, measure('of', told.of), measure('ours', told.ours));
        const figure = ratioFigure(pairs, { ...told, unit: 'ms', better: 'less' });
        const withWall = (words: string, name: string) =>
          `${words} (${rounded(median(walls.get(name) ?? []))} ms)`;
        say(`${figure.what}: ${rounded(figure.value)}`);
        return {
          ...figure,
          ours: withWall(figure.ours, 'ours'),
          baseline: withWall(figure.baseline, 'of'),
        };
      };
      const client = ['-e', "require('@temporalio/client')"];
      return [
        await compare({
          id: 'starts-version',
          what: 'vin --version, to Node that does nothing',
          of: ['-e', '0'],
          ours: [COMMAND, '--version'],
          line: { atMost: 2 },
        }),
        await compare({
          id: 'starts-status',
          what: 'vin status, to loading the Temporal client',
          of: client,
          ours: [COMMAND, 'status', vin],
          line: { atMost: 1.3 },
        }),
        await compare({
          id: 'starts-calls',
          what: 'the calls of vin status with the client alone, to loading it',
          of: client,
          ours: ['bench/baselines/asker.mjs', `activation:${APP.provider}:${APP.application}:${vin}`],
          line: null,
        }),
      ];
    } finally {
      await stage.close();
    }
  },
};

type Told = Pick<Figure, 'id' | 'what' | 'line'> & {
  readonly of: readonly string[];
  readonly ours: readonly string[];
};

/** An activation that waits for the carmaker, with a worker that can be asked. */
async function anActivation(stage: Stage): Promise<string> {
  const [vin = ''] = fleetOf('S', 1);
  const { url } = await stage.vin(['simulator', '-o', 'json']).ready;
  stage.vin(['worker'], { HIGH_MOBILITY_BASE_URL: url });
  await stage.vin(['activate', vin, '--brand', 'bmw'], { HIGH_MOBILITY_BASE_URL: url }).ended;
  const query = `VIN = '${vin}' AND ClearanceStatus = 'pending'`;
  const pending = async () => (await stage.temporal.client.workflow.count(query)).count;
  await untilAtLeast(1, pending, { what: 'pending', within: 60_000 });
  return vin;
}

/** Milliseconds of the processor, and from start to end. @throws Error when the process fails. */
function timesOf(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  witness: string,
): Promise<{ readonly processor: number; readonly wall: number }> {
  const begun = performance.now();
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, ['-r', './bench/witness.cjs', ...args], {
      cwd: ROOT,
      env: { ...environment, BENCH_WITNESS: witness },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (text) => (complaints += text));
    child.once('close', (code) => {
      const wall = performance.now() - begun;
      if (code !== 0 || complaints !== '')
        return reject(new Error(`${args.join(' ')} ended with ${code}: ${complaints.slice(-2_000)}`));
      const { cpuSeconds } = JSON.parse(readFileSync(witness, 'utf8')) as { cpuSeconds: number };
      done({ processor: cpuSeconds * 1_000, wall });
    });
  });
}
