import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../src/base/temporary-folder';

const ROOT = join(__dirname, '../..');

/** Makes a folder in a process of its own, with our ending, and says its path. */
function run(lines: string): { folder: string; code: number | null } {
  const script = `require('./bench/register.cjs');
    require('./src/cli/ending.ts').endOnSignals();
    const folder = require('./src/base/temporary-folder.ts').temporaryFolder('vin-test-');
    require('node:fs').writeFileSync(folder.path + '/part.log', 'x');
    console.log(folder.path);
    ${lines}`;
  const { stdout, status } = spawnSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
  return { folder: stdout.trim(), code: status };
}

describe('a temporary folder', () => {
  test('goes when it is told, and stays when it is kept', () => {
    const [gone, kept] = [temporaryFolder('vin-test-'), temporaryFolder('vin-test-')];
    writeFileSync(join(gone.path, 'part.log'), 'x');
    kept.keep();
    for (const { remove } of [gone, kept]) remove();
    expect([existsSync(gone.path), existsSync(kept.path)]).toEqual([false, true]);
    rmSync(kept.path, { recursive: true });
  });

  test.each([
    ['its end', '', 0],
    [
      'Ctrl-C',
      "setInterval(() => undefined, 9); setImmediate(() => process.kill(process.pid, 'SIGINT'));",
      130,
    ],
    [
      'SIGTERM',
      "setInterval(() => undefined, 9); setImmediate(() => process.kill(process.pid, 'SIGTERM'));",
      143,
    ],
    ['an error that nobody catches', "throw new Error('x');", 1],
  ])('goes with the process that made it: at %s', (_, lines, expected) => {
    const { folder, code } = run(lines);
    expect(folder).toContain('vin-test-');
    expect(code).toBe(expected);
    expect(existsSync(folder)).toBe(false);
  });
});
