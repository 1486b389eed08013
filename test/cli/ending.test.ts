import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Runs some lines in a process of its own, which has our ending; what it wrote, and how it ended. */
function run(lines: string): { child: ReturnType<typeof spawn>; ended: Promise<[number | null, string]> } {
  const script = `require('./bench/register.cjs');
    const ending = require('./src/cli/ending.ts');
    ending.endOnSignals(); ending.allowClosedPipes();
    ${lines}`;
  const child = spawn(process.execPath, ['-e', script], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  return { child, ended: once(child, 'close').then(([code]) => [code, text]) };
}

const alive = 'setInterval(() => undefined, 1000);';
const ready = "process.stdout.write('ready');";
/** So long that a signal comes while nothing else can run. */
const busy = 'const end = Date.now() + 300; while (Date.now() < end);';

describe('a process of ours', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('ends at once at %s, with the exit code %i', async (signal, code) => {
    const { child, ended } = run(`${alive} ${ready}`);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill(signal);
    expect(await ended).toEqual([code, '']);
  });

  test('that serves is told of the first signal, and ends at once at the second', async () => {
    const { child, ended } = run(
      `${alive} ${ready} ending.stopRequested().then(() => console.error('stops'));`,
    );
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGTERM');
    await once(child.stderr as NodeJS.ReadableStream, 'data');
    child.kill('SIGINT');
    expect(await ended).toEqual([130, 'stops\n']);
  });

  test('that begins to serve loses no signal which comes in that moment', async () => {
    const { child, ended } = run(
      `${alive} ${ready} ${busy} ending.stopRequested().then((signal) => { console.error(signal); process.exit(0); });`,
    );
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, 'SIGTERM\n']);
  });

  test('whose work is done ends, whatever is left open', async () => {
    const { ended } = run(`${alive} process.exitCode = 5; ending.endSoon();`);
    expect(await ended).toEqual([5, '']);
  });

  test('that ends before its work is done says so', async () => {
    const { ended } = run('ending.endLoudly();');
    const [code, text] = await ended;
    expect(code).toBe(1);
    expect(text).toContain('error UNEXPECTED: The process ended before its work was done.');
  });

  test('goes on in silence when nobody reads its output any more', async () => {
    const { child, ended } = run(
      `let rows = 0;
       const timer = setInterval(() => { process.stdout.write('row\\n'); if (ending.nobodyReads() && (rows += 1) > 20) { clearInterval(timer); process.exitCode = 5; } }, 5);`,
    );
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.stdout?.destroy();
    expect(await ended).toEqual([5, '']);
  });
});
