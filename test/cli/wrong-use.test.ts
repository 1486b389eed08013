import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { VinError } from '../../src/base/errors';
import { sentence, sentences } from '../../src/base/sentences';
import { systemWords } from '../../src/base/system-words';
import { EXIT, exitCodeOf, sayError } from '../../src/cli/output';
import { createProgram } from '../../src/cli/vin';
import { UNREACHABLE } from './unreachable';

const VIN = 'WBA8E9G50GNT00001';

/** Runs `vin <args>` in this process where no Temporal and no provider is; what it says and throws. */
async function failed(...args: string[]): Promise<{ stderr: string; error: unknown }> {
  let stderr = '';
  const spy = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  try {
    const error = await createProgram(args[0])
      .parseAsync(args, { from: 'user' })
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof CommanderError)) sayError(error);
    return { stderr, error };
  } finally {
    spy.mockRestore();
  }
}

describe('a wrong use', () => {
  test.each([
    [['lst'], "Unknown command 'lst'.", 'Did you mean list? vin --help shows the commands.'],
    [['list', '--flet', 'x'], "Unknown option '--flet'.", 'Did you mean --fleet? vin list --help'],
    [['list', '--sort', 'x'], 'Allowed choices are newest, age', 'vin list --help'],
    [['list', 'x'], 'Too many arguments', 'vin list --help'],
    [['status'], "Missing required argument 'vin'.", 'vin status --help'],
    [['activate', VIN], "Required option '-b, --brand <brand>' not specified.", 'vin activate --help'],
    [['token', 'create'], "Required option '-r, --role <role>' not specified.", 'vin token create --help'],
    [['server', '--port', 'http'], 'It must be a whole number from 0 to 65535.', 'vin server --help'],
    [['amend', VIN], 'Give at least one of --tag', 'vin amend --help'],
  ])('has a code, a sentence and what to do: vin %j', async (args, what, next) => {
    const { stderr, error } = await failed(...args);
    expect(error).toBeInstanceOf(CommanderError);
    expect(stderr).toMatch(/^error USAGE_WRONG: [^\n]*\.\n {2}next: [^\n]*\.\n$/);
    expect(stderr).toContain(what);
    expect(stderr).toContain(`next: ${next}`);
    expect(stderr).not.toMatch(/\.\.|error: /);
  });

  test.each([
    [
      ['--status', 'pendig'],
      'USAGE_WRONG: --status: "pendig" is not a status.',
      'Did you mean pending? vin list --help shows the options and examples.',
    ],
    [
      ['--older-than', 'long', '--owner', 'drivr'],
      'USAGE_WRONG: --owner: "drivr" is not an owner. --older-than: "long" is not a duration of up to 3650d.',
      'Did you mean driver? Write a duration such as 12h or 10d. vin list --help',
    ],
    [
      ['--application', 'x'.repeat(41)],
      'USAGE_WRONG: --application: "xxx',
      'Write it as provider:application.',
    ],
    [
      ['--brand', 'Folkswagen'],
      'BRAND_UNKNOWN: --brand: "Folkswagen" is not a brand',
      'Did you mean volkswagen? vin list --help',
    ],
  ])(
    'of a filter is told in the words of the options, with what may be meant: %j',
    async (words, what, next) => {
      const { stderr, error } = await failed('list', ...words);
      expect(exitCodeOf(error)).toBe(EXIT.usage);
      expect(stderr).toContain(`error ${what}`);
      expect(stderr).toContain(`next: ${next}`);
    },
  );

  test('of a brand at vin amend has the code of the brand, and one end to its sentences', async () => {
    const { stderr } = await failed('amend', VIN, '--brand', 'Folkswagen');
    expect(stderr).toBe(
      'error BRAND_UNKNOWN: "Folkswagen" is not a brand that the catalogue knows.\n  next: Did you mean volkswagen?\n',
    );
  });
});

describe('what a command needs from this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vin-files-'));
  const absent = join(folder, 'absent', 'file.csv');
  const list = join(folder, 'list.csv');
  const aFolder = join(folder, 'folder');
  const before = { ...process.env };
  beforeAll(() => {
    writeFileSync(list, `vin,brand\n${VIN},bmw\n`);
    mkdirSync(aFolder);
    Object.assign(process.env, UNREACHABLE);
  });
  afterAll(() => {
    process.env = before;
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    [['import', absent], 'LIST_UNREADABLE', '(there is no such file or folder).'],
    [['import', aFolder], 'LIST_UNREADABLE', '(it is a folder).'],
    [['import', list, '--result', absent], 'RESULT_NOT_WRITABLE', '(there is no such file or folder).'],
    [['import', list, '--result', aFolder], 'RESULT_NOT_WRITABLE', '(it is a folder).'],
    [['import', list, '--result', list], 'RESULT_NOT_WRITABLE', '(it is the list itself).'],
    [['eligibility', absent], 'LIST_UNREADABLE', '(there is no such file or folder).'],
    [['demo', absent], 'LIST_UNREADABLE', '(there is no such file or folder).'],
    [['drift', '--unmanaged', absent], 'RESULT_NOT_WRITABLE', '(there is no such file or folder).'],
    [['simulator', '--script', absent], 'SCRIPT_INVALID', '(there is no such file or folder).'],
    [['simulator', '--script', aFolder], 'SCRIPT_INVALID', '(it is a folder).'],
    [['token', 'list', '--file', absent], 'TOKENS_INVALID', '(there is no such file or folder).'],
    [['server', '--db', aFolder], 'DATABASE_NOT_USABLE', '(it is a folder).'],
  ])('is looked at before anybody is asked, and said in words: vin %j', async (args, code, words) => {
    const { stderr } = await failed(...args);
    expect(stderr).toContain(`error ${code}: `);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\bE[A-Z]{4,}\b/);
  });

  test('a port that is taken is said in words', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as { port: number };
    const { stderr } = await failed('simulator', '--port', String(port));
    await new Promise((done) => other.close(done));
    expect(stderr).toContain(`port ${port} (the port is taken by another program).`);
  });
});

describe('sentences', () => {
  test('end once', () => {
    expect(sentence('It is "x"')).toBe('It is "x".');
    for (const text of ['Gone.', 'Is it "Köln"?', 'Is "Köln" meant?', 'See (this).', 'It said "no."']) {
      expect(sentence(text)).toBe(text);
    }
    expect(sentence('several\nlines')).toBe('several\nlines');
    expect(sentences('is "Köln" meant?', 'Write it again.', '')).toBe('is "Köln" meant? Write it again.');
  });

  test('of an error end with a full stop, also where its message has none', () => {
    const spy = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    sayError(new VinError('VEHICLE_TOO_LARGE', 'It is too large', 'Shorten it.'));
    const [said] = spy.mock.calls.map(([text]) => text);
    spy.mockRestore();
    expect(said).toBe('error VEHICLE_TOO_LARGE: It is too large.\n  next: Shorten it.\n');
  });

  test.each([
    [{ code: 'EACCES', syscall: 'open' }, 'you may not use it'],
    [{ code: 'EACCES', syscall: 'listen' }, 'you may not use this port'],
    [{ code: 'EADDRINUSE', syscall: 'listen' }, 'the port is taken by another program'],
    [{ message: 'Address already in use (os error 98)' }, 'the port is taken by another program'],
    [{ code: 'EWEIRD' }, 'EWEIRD'],
    [undefined, 'for an unknown reason'],
  ])('have words for what the system says: %j', (error, words) => {
    expect(systemWords(error)).toBe(words);
  });
});
