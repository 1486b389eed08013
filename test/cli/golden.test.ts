import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { fileNames } from '../../src/certificates/file-names';
import { makeFiles as makeCertificate } from '../../src/certificates/issue';
import { publicJwk, readPublicKeys } from '../../src/certificates/keys';
import { exitCodeOf, printError, sayError, wantJson } from '../../src/cli/output';
import { createProgram } from '../../src/cli/vin';
import { facts, newKey, signerWith } from '../certificates/support';
import { runVin } from './scripted-vin';
import { smallWorld } from './small-world/server';
import { APPROVED, INACTIVE, LEAVING, NOW } from './small-world/stories';

/**
 * What every command shows people, at 80 and at 120 columns, and machines, of one small world. The files of `golden/` are
 * written anew by `npm run golden`: read what has changed before you keep it.
 */

const ROOT = join(__dirname, '../..');
const FOLDER = join(__dirname, 'golden');
const isUpdated = process.env['UPDATE_GOLDEN'] === '1';
const made = temporaryFolder('vin-golden-');
const inFolder = (name: string) => join(made.path, name);
const TOKEN = {
  id: 'aaaaaaaa',
  name: 'onboarding',
  role: 'operate',
  fleets: ['acme'],
  hash: '0'.repeat(64),
  createdAt: '2026-01-02T08:00:00.000Z',
  expiresAt: null,
};
const LIST = inFolder('list.csv');
const TOKENS = inFolder('tokens.json');

/** The words after `vin <command>`. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  activate: ['WBA8E9G50GNT00009', '--brand', 'bmw', '--fleet', 'acme'],
  import: [LIST, '--dry-run', '--result', inFolder('result.csv')],
  'parking add': ['NO-BB1', '--fleet', 'acme'],
  'parking list': [],
  'parking show': ['NO-AA12345'],
  'parking services': ['NO-AA12345'],
  'parking lock': ['NO-AA12345', '--yes', '--by', 'ops'],
  'parking decline': ['stay-1', '--yes', '--by', 'ops'],
  'parking remove': ['NO-AA12345', '--by', 'ops'],
  'parking sweep': [],
  eligibility: [LIST],
  status: [INACTIVE],
  why: [INACTIVE],
  todo: [],
  changes: ['--since', '2026-01-01T00:00:00Z'],
  report: [],
  wait: [APPROVED],
  list: [],
  retry: [INACTIVE],
  amend: [INACTIVE, '--tag', 'note=x'],
  acknowledge: [INACTIVE, '--until', '3d'],
  resume: [INACTIVE],
  refresh: [INACTIVE],
  stay: [LEAVING],
  'data-seen': [APPROVED],
  suspend: [APPROVED],
  defleet: [APPROVED, '--dry-run'],
  'defleet list': [],
  'defleet show': [LEAVING],
  'defleet move': [LEAVING, '--event-date', '2026-01-09'],
  'defleet take-back': [LEAVING],
  'batch show': ['b-1'],
  'batch list': [],
  'batch stop': ['b-1'],
  'certificate create-key': [inFolder('key.pem')],
  'certificate show': [LEAVING],
  'certificate export': [LEAVING, '--to', inFolder('certificates')],
  'certificate erase': [LEAVING, '--yes'],
  'certificate verify': [inFolder('1.jws'), '--key', inFolder('public.pem')],
  'certificate check-chain': [inFolder('chain')],
  'completion words': ['list', '--status', 'a'],
  ui: [],
  doctor: [],
  'notify log': [],
  sweep: [],
  drift: [],
  adopt: [INACTIVE],
  'token create': ['--role', 'read', '--fleet', 'acme', '--file', TOKENS],
  'token list': ['--file', TOKENS],
  'token revoke': ['1f0c9a2e', '--file', TOKENS],
  'help exit-codes': [],
};

/** Those that serve, that print a program, or that need a worker's own library: of them it is what their help says. */
const HELP: readonly string[] = [
  'watch',
  'worker',
  'gateway',
  'simulator',
  'server',
  'demo',
  'replay',
  'unstick',
  'completion bash',
  'completion zsh',
  'completion fish',
];

/** Every command that does something, by its words. */
function* commands(of: Command, words: readonly string[] = []): Generator<string> {
  for (const command of of.commands) {
    const own = [...words, command.name()];
    const does = '_actionHandler' in command && command['_actionHandler'] !== null;
    if (does) yield own.join(' ');
    yield* commands(command, own);
  }
}

/** Variables that would show. */
const OURS = /^(?:VIN|TEMPORAL|HIGH_MOBILITY|OTONOMO|AUTOPAY)_/;

const fileOf = (name: string) => join(FOLDER, `${name.replaceAll(' ', '-')}.txt`);

describe('what is shown', () => {
  const key = newKey();
  const signed = makeCertificate(
    facts(1),
    { number: 1, previous: null, issuedAt: '2026-12-02T09:00:00.000Z' },
    signerWith(key),
  );
  const { columns, isTTY } = process.stdout;
  const environment = { ...process.env };
  const before = process.exitCode;

  beforeAll(() => {
    mkdirSync(FOLDER, { recursive: true });
    for (const name of Object.keys(process.env)) if (OURS.test(name)) delete process.env[name];
    Object.assign(process.env, { VIN_PARKING: 'autopay:default' });
    jest.useFakeTimers({ now: NOW, doNotFake: ALL_BUT_DATE });
    const { DateTimeFormat } = Intl;
    jest
      .spyOn(Intl, 'DateTimeFormat')
      .mockImplementation((locale, options) => new DateTimeFormat(locale, { timeZone: 'UTC', ...options }));
  });
  afterAll(() => {
    jest.useRealTimers();
    Object.assign(process.stdout, { columns, isTTY });
    delete process.env['VIN_PARKING'];
    Object.assign(process.env, environment);
    process.exitCode = before;
    made.remove();
  });

  /** What commands read, as it was before any of them. */
  function makeFiles(): void {
    rmSync(made.path, { recursive: true, force: true });
    mkdirSync(inFolder('chain'), { recursive: true });
    writeFileSync(LIST, `vin,brand,fleet\n${INACTIVE},volkswagen,acme\nVIN00000000000000,bmw,acme\n`);
    writeFileSync(TOKENS, JSON.stringify({ version: 1, tokens: [TOKEN, { ...TOKEN, id: '1f0c9a2e' }] }));
    for (const name of [inFolder('1.jws'), join(inFolder('chain'), fileNames(1).full)])
      writeFileSync(name, signed.full);
    writeFileSync(join(inFolder('chain'), fileNames(1).buyer), signed.buyer);
    writeFileSync(inFolder('public.pem'), key.publicPem);
    const keys = readPublicKeys(key.publicPem).map(publicJwk);
    writeFileSync(join(inFolder('chain'), 'jwks.json'), JSON.stringify({ keys }));
  }

  /** What a run of the command shows, with nothing in it that is another next time. */
  async function shown(words: readonly string[], width: number | null): Promise<string> {
    Object.assign(process.stdout, { columns: width ?? undefined, isTTY: width !== null });
    process.exitCode = undefined;
    makeFiles();
    wantJson(words);
    const { stdout, stderr, error } = await runVin(words, smallWorld());
    let [out, err, exit] = [stdout, stderr, process.exitCode ?? 0];
    if (error instanceof CommanderError) exit = error.exitCode === 0 ? 0 : 2;
    else if (error) {
      const spies = (['stdout', 'stderr'] as const).map((name) =>
        jest.spyOn(process[name], 'write').mockImplementation((text) => {
          if (name === 'stdout') out += String(text);
          else err += String(text);
          return true;
        }),
      );
      sayError(error);
      printError(error);
      exit = exitCodeOf(error);
      for (const spy of spies) spy.mockRestore();
    }
    const said = err === '' ? '' : `--- said\n${err}`;
    return `--- exit ${exit}\n${same(out)}${same(said)}`;
  }

  function same(text: string): string {
    return text
      .replaceAll(made.path, '<folder>')
      .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<signed>')
      .replaceAll(/\bvin_[\w-]{43}/g, '<token>')
      .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
      .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>')
      .replaceAll(/"salt": "[^"]*"/g, '"salt": "<salt>"')
      .replaceAll(/\b[0-9a-f]{8}\b/g, '<id>')
      .replaceAll(/(?<![\w-])[\w-]{43}(?![\w-])/g, '<key>');
  }

  async function goldenOf(words: readonly string[], hasJson: boolean): Promise<string> {
    const parts = [`vin ${same(words.join(' '))}\n`];
    for (const width of [80, 120]) parts.push(`=== ${width} columns\n${await shown(words, width)}`);
    if (hasJson) parts.push(`=== -o json\n${await shown([...words, '-o', 'json'], null)}`);
    return parts.join('');
  }

  const commandOf = (name: string) =>
    name.split(' ').reduce((one, word) => one.commands.find((part) => part.name() === word) ?? one, program);

  function helpOf(command: Command, width: number): string {
    Object.assign(process.stdout, { columns: width, isTTY: true });
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      command.outputHelp();
      return write.mock.calls.map(([text]) => String(text)).join('');
    } finally {
      write.mockRestore();
    }
  }

  function compare(name: string, text: string): void {
    const file = fileOf(name);
    // It is the same wherever the project lies.
    expect(text).not.toContain(ROOT);
    if (isUpdated) writeFileSync(file, text);
    expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : 'npm run golden writes it');
  }

  const program = createProgram();
  const known = [...commands(program)];

  test('is known of every command: a new one needs a line here, and its file', () => {
    expect(known.filter((name) => !(name in CASES) && !HELP.includes(name))).toEqual(['help']);
  });

  test.each(HELP)('by the help of vin %s', (name) => {
    const parts = [80, 120].map((width) => `=== ${width} columns\n${helpOf(commandOf(name), width)}`);
    compare(name, `vin ${name} --help\n${parts.join('')}`);
  });

  test.each(Object.entries(CASES))('by vin %s', async (name, words) => {
    const hasJson = commandOf(name).options.some(({ long }) => long === '--output');
    compare(name, await goldenOf([...name.split(' '), ...words], hasJson));
  });

  test('is known of nothing else', () => {
    const files = [...Object.keys(CASES), ...HELP].map((name) => `${name.replaceAll(' ', '-')}.txt`);
    expect(readdirSync(FOLDER).sort()).toEqual(files.sort());
  });
});

const ALL_BUT_DATE = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const as unknown as ('setTimeout' | 'nextTick')[];
