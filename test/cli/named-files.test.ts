import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { openFolderStore } from '../../src/certificates/folder-store';
import { makeFiles } from '../../src/certificates/issue';
import { withEnvFile } from '../../src/cli/env-file';
import { EXIT, exitCodeOf, sayError } from '../../src/cli/output';
import { createProgram } from '../../src/cli/vin';
import { readCertificateSettings } from '../../src/config/certificates';
import { facts, newKey, signerWith } from '../certificates/support';
import { UNREACHABLE } from './unreachable';

const VIN = 'WBA8E9G50GNT00001';
const folder = temporaryFolder('vin-named-files-');
const at = (name: string): string => join(folder.path, name);
const key = newKey();
const good = makeFiles(
  facts(1),
  { number: 1, previous: null, issuedAt: '2026-12-02T09:00:00.000Z' },
  signerWith(key),
);
/** It is a file, and the system reads nothing of it. Only Linux has one that root cannot read either. */
const UNREADABLE = '/proc/self/mem';
const before = { ...process.env };

/** What may stand where a file is named, and how it is called. Nobody writes into the pipe. */
const KINDS: readonly (readonly [what: string, path: string, words: string])[] = [
  ['what is not there', at('absent'), 'there is no such file or folder'],
  ['a folder', at('a-folder'), 'it is a folder'],
  ['a pipe that nobody writes into', at('pipe'), 'it is a pipe or a device, and no file'],
  ['a device that never ends', '/dev/zero', 'it is a pipe or a device, and no file'],
  ['a link that leads nowhere', at('dangling'), 'there is no such file or folder'],
  ['a link to itself', at('circle'), 'its links lead in a circle'],
  ...(process.platform === 'linux'
    ? [['a file that cannot be read', UNREADABLE, 'cannot be read'] as const]
    : []),
];

/** Each option and argument that names a file which is read, with the code of its error. */
const READERS: readonly (readonly [name: string, args: (file: string) => string[], code: string])[] = [
  ['import', (file) => ['import', file, '--dry-run', '--result', at('result.csv')], 'LIST_UNREADABLE'],
  ['eligibility', (file) => ['eligibility', file], 'LIST_UNREADABLE'],
  ['demo', (file) => ['demo', file, '--exit'], 'LIST_UNREADABLE'],
  ['retry --file', (file) => ['retry', '--file', file, '--yes'], 'LIST_UNREADABLE'],
  ['defleet --file', (file) => ['defleet', '--file', file, '--reason', 'sold', '--yes'], 'LIST_UNREADABLE'],
  ['wait --file', (file) => ['wait', '--file', file, '--for', 'approved'], 'LIST_UNREADABLE'],
  [
    'certificate verify',
    (file) => ['certificate', 'verify', file, '-k', at('public.pem')],
    'CERTIFICATE_UNREADABLE',
  ],
  [
    'certificate verify --key',
    (file) => ['certificate', 'verify', at('1.jws'), '-k', file],
    'CERTIFICATE_UNREADABLE',
  ],
  [
    'certificate verify --full',
    (file) => ['certificate', 'verify', at('1.jws'), '-k', at('public.pem'), '--full', file],
    'CERTIFICATE_UNREADABLE',
  ],
  [
    'certificate check-chain --key',
    (file) => ['certificate', 'check-chain', folder.path, '--key', file],
    'CERTIFICATE_UNREADABLE',
  ],
  ['token list --file', (file) => ['token', 'list', '--file', file], 'TOKENS_INVALID'],
  ['simulator --script', (file) => ['simulator', '--script', file], 'SCRIPT_INVALID'],
];

/** Runs `vin <args>` in this process, where no Temporal is; what it says, and the exit code that it would have. */
async function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  Object.assign(process.env, environment);
  process.exitCode = undefined;
  let said = '';
  const hear = (text: unknown): boolean => {
    said += String(text);
    return true;
  };
  const spies = [process.stderr, process.stdout].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(hear),
  );
  try {
    const error = await createProgram(args[0])
      .parseAsync([...args], { from: 'user' })
      .catch((thrown: unknown) => thrown);
    const hasFailed = error instanceof Error;
    if (hasFailed) sayError(error);
    return { said, code: hasFailed ? exitCodeOf(error) : (process.exitCode ?? 0) };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
    for (const name of Object.keys(environment)) delete process.env[name];
  }
}

beforeAll(() => {
  mkdirSync(at('a-folder'));
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync(at('absent'), at('dangling'));
  symlinkSync(at('circle'), at('circle'));
  writeFileSync(at('empty'), '');
  writeFileSync(at('1.jws'), good.full);
  writeFileSync(at('public.pem'), key.publicPem);
  Object.assign(process.env, UNREACHABLE);
});
afterAll(() => {
  process.env = before;
  folder.remove();
});

test('a result is not written to a pipe that nobody reads from, and its import does not wait for one', async () => {
  writeFileSync(at('list.csv'), `vin,brand\n${VIN},bmw\n`);
  const ran = await run(['import', at('list.csv'), '--dry-run', '--result', at('pipe')]);
  expect(ran.said).toContain('error RESULT_NOT_WRITABLE: ');
  expect(ran.said).toContain('it is a pipe or a device, and no file');
  expect(ran.code).toBe(EXIT.failed);
});

describe.each(READERS)('what vin %s names', (name, args, code) => {
  // Vehicles are asked for before their list is read to its end, and who is to be asked is looked at before.
  const kinds = name === 'eligibility' ? KINDS.filter(([, path]) => path !== UNREADABLE) : KINDS;
  test.each(kinds)('is refused at once, in words, where it is %s', async (_what, path, words) => {
    const ran = await run(args(path));
    expect(ran.said).toContain(`error ${code}: `);
    expect(ran.said).toContain(words);
    expect(ran.said).toContain('next: ');
    expect(ran.said).not.toMatch(/\bE[A-Z]{4,}\b|\n\s+at /);
    expect(ran.code).toBe(EXIT.failed);
  });

  test('is no stack trace either where it is empty', async () => {
    // A script without lives is one.
    if (name === 'simulator --script') return;
    const ran = await run(args(at('empty')));
    expect(ran.said).not.toMatch(/UNEXPECTED|\n\s+at /);
    expect(ran.code).not.toBe(0);
  });
});

/** What the environment names is read by the same hands. */
const SETTINGS: readonly (readonly [name: string, read: (file: string) => unknown])[] = [
  ['--env-file', (file) => withEnvFile(['node', 'vin', '--env-file', file, 'list'], {})],
  [
    'VIN_CERTIFICATE_KEY_FILE',
    (file) => readCertificateSettings({ VIN_CERTIFICATES: at('store'), VIN_CERTIFICATE_KEY_FILE: file }),
  ],
];

describe.each(SETTINGS)('what %s names', (_, read) => {
  test.each(KINDS)('is refused at once where it is %s', (_what, path) => {
    expect(() => read(path)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.not.stringMatching(/\bE[A-Z]{4,}\b/),
      }),
    );
  });
});

describe.each([
  ['VIN_CATALOGUE', ['activate', VIN, '--brand', 'bmw'], 'CATALOGUE_INVALID'],
  ['HIGH_MOBILITY_PRIVATE_KEY_FILE', ['simulator'], 'CONFIG_INVALID'],
] as const)('what %s names', (name, args, code) => {
  test.each(KINDS)('is refused at once, in words, where it is %s', async (_what, path) => {
    const ran = await run(args, {
      [name]: path,
      ...(name.startsWith('HIGH') && { HIGH_MOBILITY_PRIVATE_KEY_ID: 'an-id' }),
    });
    expect(ran.said).toContain(`error ${code}: `);
    expect(ran.said).not.toMatch(/\n\s+at /);
  });
});

describe('a folder of certificates', () => {
  const store = temporaryFolder('vin-odd-certificates-');
  const inside = (name: string): string => join(store.path, name);
  afterAll(() => store.remove());

  test('is checked to its end, and what cannot be read in it is said, file by file', async () => {
    writeFileSync(inside('1.jws'), good.full);
    mkdirSync(inside('2.jws'));
    execFileSync('mkfifo', [inside('3.jws')]);
    symlinkSync(inside('absent'), inside('4.jws'));
    symlinkSync('/dev/zero', inside('5.jws'));
    writeFileSync(inside('6.jws'), Buffer.alloc(5 * 1024 * 1024, 'a'));
    writeFileSync(inside('7.jws'), '');
    if (process.platform === 'linux') symlinkSync(UNREADABLE, inside('8.stub.json'));
    const { said, code } = await run(['certificate', 'check-chain', store.path, '-k', at('public.pem')]);
    expect(code).toBe(EXIT.failed);
    expect(said).toContain('NOT whole (1 certificates');
    expect(said).toContain('2.jws: file: It cannot be read: it is a folder');
    expect(said).toContain('3.jws: file: It cannot be read: it is a pipe or a device, and no file');
    expect(said).toContain('4.jws: file: It cannot be read: there is no such file or folder');
    expect(said).toContain('5.jws: file: It cannot be read: it is a pipe or a device, and no file');
    expect(said).toContain('6.jws: file: It cannot be read: it is far too large');
    expect(said).toContain('7.jws: form: ');
    if (process.platform === 'linux') expect(said).toContain('8.stub.json: file: It cannot be read: ');
    expect(said).not.toMatch(/\n\s+at /);
  });

  test('of a worker may have other things beside them', async () => {
    const path = inside('store');
    await openFolderStore(path);
    writeFileSync(join(path, 'certificates', '.DS_Store'), 'x');
    await expect((await openFolderStore(path)).numbers()).resolves.toEqual([]);
  });
});

describe('where certificates are exported to', () => {
  test.each([
    ['a file', at('empty'), 'there is something else of this name'],
    ['below a file', join(at('empty'), 'x'), 'a part of its path is no folder'],
    ['below a device', '/dev/null/x', 'a part of its path is no folder'],
  ])('is refused, in words and before anybody is asked, where it is %s', async (_, to, words) => {
    const ran = await run(['certificate', 'export', '--to', to]);
    expect(ran.said).toContain('error CERTIFICATE_NOT_WRITTEN: ');
    expect(ran.said).toContain(words);
    expect(ran.code).toBe(EXIT.failed);
  });
});
