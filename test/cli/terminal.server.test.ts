import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { EXIT } from '../../src/cli/exit-codes';
import { startFakeTemporal } from '../support/fake-temporal';
import { smallWorld } from './small-world/server';
import { INACTIVE } from './small-world/stories';

const COMMAND = `'${process.execPath}' '${join(__dirname, '../../lib/src/cli/vin.js')}'`;
const ESCAPE = String.fromCharCode(27);
/** Control-C, as a keyboard sends it. */
const INTERRUPT = String.fromCharCode(3);

/** `script` of util-linux gives a command a terminal. Where it is missing these tests are left out, and say so. */
function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}
const isTested = hasScript();
if (!isTested) process.stderr.write('\nNOT TESTED, no script of util-linux is here: terminals.\n\n');

interface Shown {
  readonly code: number | null;
  readonly text: string;
}

interface Terminal {
  readonly columns: number;
  readonly environment?: NodeJS.ProcessEnv;
  /** What is typed once it has shown this, or this has come. */
  readonly typed?: { readonly after: string | Promise<void>; readonly keys: string };
}

/** Runs a shell's line on a terminal. The shell is the plain one, whoever runs this: others end otherwise at Ctrl-C. */
function onTerminal(line: string, { columns, environment, typed }: Terminal): Promise<Shown> {
  const child = spawn('script', ['-qefc', `stty cols ${columns} rows 40; ${line}`, '/dev/null'], {
    env: {
      ...process.env,
      SHELL: '/bin/sh',
      TERM: 'xterm-256color',
      NO_COLOR: undefined,
      FORCE_COLOR: undefined,
      CI: undefined,
      ...environment,
    },
  });
  let text = '';
  let isTyped = false;
  const type = (): void => {
    if (!isTyped) child.stdin.write(typed?.keys ?? '');
    isTyped = true;
  };
  child.stdout.on('data', (chunk) => {
    text += chunk;
    if (typeof typed?.after === 'string' && text.includes(typed.after)) type();
  });
  if (typeof typed?.after === 'object') void typed.after.then(type);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

const widest = (text: string): number =>
  Math.max(...text.split(/\r?\n/).map((line) => [...plain(line)].length));
const plain = (text: string): string => text.replaceAll(new RegExp(`${ESCAPE}\\[[0-9;?]*[A-Za-z]`, 'g'), '');

(isTested ? describe : describe.skip)('on a terminal', () => {
  const folder = temporaryFolder('vin-terminal-');
  const list = join(folder.path, 'list.csv');
  const world = smallWorld();
  beforeAll(() => {
    const rows = [
      'VIN00000000000000,bmw',
      'WBA8E9G50GNT00001,bmw',
      'WVWZZZ1KZAW000001,nobody-knows-this-brand',
    ];
    writeFileSync(list, `vin,brand\n${rows.join('\n')}\n`);
  });
  afterAll(() => folder.remove());

  it.each([80, 120])('shows options within %s columns', async (columns) => {
    for (const words of ['--help', 'import --help', 'help exit-codes']) {
      const { code, text } = await onTerminal(`${COMMAND} ${words}`, { columns });
      expect(code).toBe(EXIT.ok);
      expect(text).toContain('vin');
    }
    const options = await onTerminal(`${COMMAND} import --help | sed -n '/^Options:/,/--help/p'`, {
      columns,
    });
    expect(options.text).toContain('--dry-run');
    expect(widest(options.text)).toBeLessThanOrEqual(columns);
  });

  it('says errors in the same plain words, whether somebody looks or not', async () => {
    const wrong = `${COMMAND} lits`;
    const seen = await onTerminal(wrong, { columns: 80 });
    expect(seen).toMatchObject({ code: EXIT.usage, text: expect.stringContaining('Did you mean list?') });
    expect((await onTerminal(`${wrong} 2>&1 | cat`, { columns: 80 })).text).toBe(seen.text);
    expect(seen.text).not.toContain(ESCAPE);
  });

  it.each([
    ['a server', 'simulator', EXIT.ok, 'Ctrl-C ends it'],
    ['a wait', `wait ${INACTIVE} --timeout 10d`, EXIT.interrupted, 'its question'],
    ['a watch', 'watch', EXIT.interrupted, '1 needs a driver'],
  ])('ends %s at Ctrl-C, and leaves the terminal as it was', async (_, words, exit, shown) => {
    const fake = await startFakeTemporal((method, request) => world.answer?.(method, request) ?? 0);
    try {
      const after = shown === 'its question' ? fake.asked('more than hello') : shown;
      const { code, text } = await onTerminal(`exec ${COMMAND} ${words}`, {
        columns: 80,
        environment: { TEMPORAL_ADDRESS: fake.address },
        typed: { after, keys: INTERRUPT },
      });
      // Of the command itself: a shell that waits for it would say 130 in its place.
      expect({ code, text }).toMatchObject({ code: exit });
      // A cursor that was hidden is shown again.
      expect(text.lastIndexOf(`${ESCAPE}[?25l`)).toBeLessThanOrEqual(text.lastIndexOf(`${ESCAPE}[?25h`));
    } finally {
      await fake.close();
    }
  });

  it('ends quietly where the pipe behind it is closed', async () => {
    const { text } = await onTerminal(`{ ${COMMAND} --help; echo "ended with $?" >&2; } | head -1`, {
      columns: 80,
    });
    expect(text).not.toMatch(/EPIPE|Error/);
    expect(text).toMatch(/ended with 0/);
  });

  it('checks a list in colour or not, with the same words', async () => {
    const check = `${COMMAND} import '${list}' --dry-run --result '${join(folder.path, 'result.csv')}'`;
    const seen = await onTerminal(check, { columns: 80 });
    const bare = await onTerminal(check, { columns: 80, environment: { NO_COLOR: '1' } });
    expect(bare.text).not.toContain(`${ESCAPE}[3`);
    expect(seen.code).toBe(bare.code);
    expect(plain(bare.text)).toContain('nobody-knows-this-brand');
    expect(plain(seen.text)).toContain('nobody-knows-this-brand');
  });
});
