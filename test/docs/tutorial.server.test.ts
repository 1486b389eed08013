import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { EXIT } from '../../src/cli/exit-codes';
import { type Answer, eventually, partsForAllTests } from '../support/command-line';
import { ownPort } from '../support/own-port';
import { ownNamespace } from '../sweep/namespace';
import { blocksIn, readDocument } from './shell';

const ROOT = join(__dirname, '../..');
/** These run until they are stopped. */
const PARTS = ['server', 'simulator', 'gateway', 'worker'];

interface Step {
  readonly command: string;
  /** What it has to say; a `text` block behind it. */
  readonly says: readonly string[];
}

/** The commands of the tutorial, in their order, each with what stands behind it. */
function stepsOf(document: string): Step[] {
  const steps: Step[] = [];
  for (const { language, text } of blocksIn(document)) {
    const lines = text.trim().split('\n');
    const last = steps.at(-1);
    if (language === 'sh') steps.push(...lines.map((command) => ({ command, says: [] })));
    else if (last) steps.splice(-1, 1, { ...last, says: lines });
  }
  return steps;
}

/** As it stands there, but on ports that are free, in an empty folder, and on the Temporal server of the tests. */
describe('the tutorial', () => {
  const begin = partsForAllTests();
  const folder = temporaryFolder('vin-tutorial-');
  const environment: NodeJS.ProcessEnv = {};
  let ports: Readonly<Record<string, string>>;
  afterAll(() => folder.remove());

  beforeAll(async () => {
    const { address, namespace } = await ownNamespace('tutorial');
    ports = { 4010: String(await ownPort()), 8080: String(await ownPort()) };
    cpSync(join(ROOT, 'examples'), join(folder.path, 'examples'), { recursive: true });
    const tools = join(folder.path, 'tools');
    mkdirSync(tools);
    writeFileSync(
      join(tools, 'vin'),
      `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/lib/src/cli/vin.js" "$@"\n`,
    );
    chmodSync(join(tools, 'vin'), 0o755);
    Object.assign(environment, {
      PATH: `${tools}${delimiter}${process.env['PATH']}`,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      VIN_GATEWAY_PORT: ports['8080'],
    });
  });

  const here = (text: string): string => text.replaceAll(/\b(4010|8080)\b/g, (port) => ports[port] ?? port);

  async function take({ command, says }: Step): Promise<void> {
    const [program, part = ''] = command.split(' ');
    if (program === 'npm' || command === 'vin server') return;
    if (program === 'export') {
      for (const [, name = '', value = ''] of command.matchAll(/([A-Z_]+)=(\S+)/g))
        environment[name] = inFolder(here(value));
      return;
    }
    if (program === 'vin' && PARTS.includes(part)) {
      const words = here(command).split(' ').slice(1).map(inFolder);
      const running = begin(words, environment);
      const said =
        { simulator: 'simulator of', gateway: 'The gateway listens', worker: 'worker ready' }[part] ?? '';
      await running.logged(said);
      return;
    }
    const answer = await eventually(
      () => inShell(here(command)),
      ({ code, stdout }) =>
        says.length === 0
          ? code === 0 || code === EXIT.pending
          : says.every((line) => plain(stdout).includes(plain(line))),
    );
    expect(answer.code).not.toBeNull();
  }

  /** Of the parts, which run in the folder of the tests. */
  function inFolder(word: string): string {
    return /^(examples|trial)\//.test(word) ? join(folder.path, word) : word;
  }

  function inShell(command: string): Promise<Answer> {
    const child = spawn('bash', ['-c', command], {
      cwd: folder.path,
      env: { ...process.env, ...environment },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  }

  const steps = stepsOf(readDocument('docs/tutorial.md'));
  let failed = false;
  it.each(steps)('does what it says: $command', async (step) => {
    if (failed) throw new Error('a command before it has failed');
    failed = true;
    await take(step);
    failed = false;
  });
});

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
