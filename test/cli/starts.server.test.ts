import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { generateKey } from '../../src/certificates/keys';
import { EXIT } from '../../src/cli/output';
import { createProgram } from '../../src/cli/vin';
import { type Answer, eventually, start } from '../support/command-line';
import {
  type Answers,
  type FakeTemporal,
  silent,
  stalled,
  startFakeTemporal,
  withoutNamespace,
} from '../support/fake-temporal';

const VIN = 'WBA8E9G50GNT00001';
const PLATE = 'NO-AA12345';
const folder = mkdtempSync(join(tmpdir(), 'vin-starts-'));
const list = join(folder, 'fleet.csv');
writeFileSync(list, `vin,brand\n${VIN},bmw\n`);
const tokens = join(folder, 'tokens.json');
writeFileSync(tokens, '{"version":1,"tokens":[]}');
const key = join(folder, 'public.pem');
writeFileSync(key, generateKey().publicPem);
const absent = join(folder, 'absent', 'file');

interface Start {
  readonly args: readonly string[];
  /** Whether it asks Temporal. */
  readonly temporal?: true;
  /** What else can be wrong at its start, and the code of the error. */
  readonly wrong?: readonly (readonly [
    what: string,
    args: readonly string[],
    environment: object,
    code: string,
  ])[];
}

const BASE = 'HIGH_MOBILITY_BASE_URL';
const message = (name: string, ...more: string[]): Start => ({ args: [name, VIN, ...more], temporal: true });
const create = ['token', 'create', '--role', 'read', '--fleet', 'acme'];

/** How each command is started, and what of its own can be wrong. `taken` stands for a port that is in use. */
const STARTS: Readonly<Record<string, Start>> = {
  activate: {
    args: ['activate', VIN, '--brand', 'bmw'],
    temporal: true,
    wrong: [['catalogue', [], { VIN_CATALOGUE: absent }, 'CATALOGUE_INVALID']],
  },
  import: {
    args: ['import', list],
    temporal: true,
    wrong: [['result file', ['--dry-run', '--result', absent], {}, 'RESULT_NOT_WRITABLE']],
  },
  eligibility: {
    args: ['eligibility', list],
    wrong: [
      ['provider', [], { [BASE]: 'http://127.0.0.1:9' }, 'PROVIDER_UNREACHABLE'],
      ['provider, which is silent', [], { [BASE]: 'http://127.0.0.1:taken' }, 'PROVIDER_TIMEOUT'],
    ],
  },
  status: message('status'),
  why: message('why'),
  list: { args: ['list'], temporal: true },
  todo: { args: ['todo'], temporal: true },
  report: { args: ['report'], temporal: true },
  changes: { args: ['changes', '--since', '1d'], temporal: true },
  watch: { args: ['watch'], temporal: true },
  wait: message('wait', '--for', 'approved'),
  retry: message('retry'),
  amend: message('amend', '--untag', 'note'),
  acknowledge: message('acknowledge', '--until', '3d'),
  resume: message('resume'),
  refresh: message('refresh'),
  'data-seen': message('data-seen'),
  stay: message('stay'),
  suspend: message('suspend'),
  defleet: message('defleet'),
  'defleet list': { args: ['defleet', 'list'], temporal: true },
  'defleet show': { args: ['defleet', 'show', VIN], temporal: true },
  'defleet move': { args: ['defleet', 'move', VIN, '--deadline', '48h'], temporal: true },
  'defleet take-back': { args: ['defleet', 'take-back', VIN], temporal: true },
  'certificate create-key': {
    args: ['certificate', 'create-key', absent],
    wrong: [['file', [], {}, 'CERTIFICATE_NOT_WRITTEN']],
  },
  'certificate show': { args: ['certificate', 'show', VIN], temporal: true },
  'certificate erase': { args: ['certificate', 'erase', VIN, '--yes'], temporal: true },
  'certificate export': {
    args: ['certificate', 'export', VIN, '--to', join(folder, 'certificates')],
    temporal: true,
  },
  'certificate verify': {
    args: ['certificate', 'verify', absent, '--key', key],
    wrong: [
      ['file', [], {}, 'CERTIFICATE_UNREADABLE'],
      ['key', ['--key', list], {}, 'CERTIFICATE_KEY_UNUSABLE'],
    ],
  },
  'certificate check-chain': {
    args: ['certificate', 'check-chain', absent, '--key', key],
    wrong: [
      ['folder', [], {}, 'CERTIFICATE_UNREADABLE'],
      ['key', ['--key', list], {}, 'CERTIFICATE_KEY_UNUSABLE'],
    ],
  },
  sweep: { args: ['sweep'], temporal: true },
  drift: { args: ['drift'], temporal: true },
  adopt: {
    args: ['adopt', VIN],
    temporal: true,
    wrong: [['catalogue', [], { VIN_CATALOGUE: absent }, 'CATALOGUE_INVALID']],
  },
  worker: {
    args: ['worker'],
    temporal: true,
    wrong: [
      ['port', ['--metrics-port', 'taken'], {}, 'PORT_NOT_USABLE'],
      ['provider', [], { [BASE]: 'nonsense' }, 'CONFIG_INVALID'],
    ],
  },
  'batch show': { args: ['batch', 'an-id'], temporal: true },
  'batch list': { args: ['batch', 'list'], temporal: true },
  'batch stop': { args: ['batch', 'stop', 'an-id'], temporal: true },
  doctor: { args: ['doctor'] },
  help: { args: ['help', 'list'] },
  ui: { args: ['ui'] },
  'completion bash': { args: ['completion', 'bash'] },
  'completion zsh': { args: ['completion', 'zsh'] },
  'completion fish': { args: ['completion', 'fish'] },
  'completion words': { args: ['completion', 'words', '--', 'list'] },
  'notify log': { args: ['notify', 'log'], temporal: true },
  replay: { args: ['replay'], temporal: true },
  unstick: message('unstick'),
  gateway: {
    args: ['gateway', '--port', '0'],
    temporal: true,
    wrong: [['file of tokens', [], { VIN_API_TOKENS: absent }, 'TOKENS_INVALID']],
  },
  'token create': {
    args: [...create, '--file', join(folder, 'new.json')],
    wrong: [['file', ['--file', absent], {}, 'TOKENS_NOT_WRITTEN']],
  },
  'token list': {
    args: ['token', 'list', '--file', tokens],
    wrong: [['file', ['--file', absent], {}, 'TOKENS_INVALID']],
  },
  'token revoke': {
    args: ['token', 'revoke', 'none', '--file', tokens],
    wrong: [['file', ['--file', absent], {}, 'TOKENS_NOT_WRITTEN']],
  },
  'parking add': {
    args: ['parking', 'add', PLATE],
    temporal: true,
    wrong: [
      ['policy', [], { VIN_PARKING_DETACH: 'maybe' }, 'CONFIG_INVALID'],
      ['credential', [], { VIN_PARKING: 'nobody:default' }, 'CONFIG_INVALID'],
    ],
  },
  'parking list': { args: ['parking', 'list'], temporal: true },
  'parking show': { args: ['parking', 'show', PLATE], temporal: true },
  'parking services': { args: ['parking', 'services', PLATE], temporal: true },
  'parking lock': { args: ['parking', 'lock', PLATE, '--yes'], temporal: true },
  'parking decline': { args: ['parking', 'decline', 'a-service', '--yes'], temporal: true },
  'parking sweep': { args: ['parking', 'sweep'], temporal: true },
  'parking remove': { args: ['parking', 'remove', PLATE], temporal: true },
  simulator: {
    args: ['simulator'],
    wrong: [
      ['port', ['--port', 'taken'], {}, 'SIMULATOR_NOT_LISTENING'],
      ['script', ['--script', absent], {}, 'SCRIPT_INVALID'],
    ],
  },
  server: {
    args: ['server', '--no-ui', '--db', join(folder, 'temporal.db')],
    wrong: [
      ['port', ['--port', 'taken'], {}, 'TEMPORAL_PORT_TAKEN'],
      ['database', ['--port', '0', '--db', '/dev/null/temporal.db'], {}, 'DATABASE_NOT_USABLE'],
    ],
  },
  demo: {
    args: ['demo', '--exit'],
    temporal: true,
    wrong: [['file', [absent], {}, 'LIST_UNREADABLE']],
  },
};

/** Far more than it takes (10 s on a machine with nothing else to do), and far less than for ever. */
const LIMIT = 300_000;

let taken: Server;
const sockets = new Set<Socket>();
const fakes: FakeTemporal[] = [];

/** One start of a command, and how it must end. */
interface Trial {
  readonly what: string;
  readonly args: readonly string[];
  readonly environment?: object;
  /** The Temporal of this trial; where none is given, nobody listens there. */
  readonly temporal?: Answers;
  readonly signal?: readonly [
    name: 'SIGTERM' | 'SIGINT',
    moment: 'at once' | Parameters<FakeTemporal['asked']>[0],
  ];
  readonly code: number;
  readonly error?: string;
}

/** Each connects in a way of its own; the others do as `vin list` does. */
const CONNECTING = ['list', 'replay', 'worker', 'gateway', 'demo'];

/** The exit codes by cause that users were told of; every other error ends with 1. */
const BY_CAUSE: Readonly<Record<string, number>> = { PROVIDER_UNREACHABLE: 6, PROVIDER_TIMEOUT: 6 };

const exitOfError = (error: string): number => BY_CAUSE[error] ?? 1;

function trialsOf(name: string, { args, temporal, wrong = [] }: Start): Trial[] {
  const own = wrong.map(([what, more, environment, error]): Trial => {
    return {
      what: `vin ${name} with a wrong ${what}`,
      args: [...args, ...more],
      environment,
      code: exitOfError(error),
      error,
    };
  });
  const at = (moment: string) => `vin ${name}, told to stop ${moment}`;
  const trials: Trial[] = [
    ...own,
    // Then nothing of its own has begun.
    ...(CONNECTING.includes(name)
      ? [{ what: at('as it begins'), args, signal: ['SIGTERM', 'at once'], code: 143 } as const]
      : []),
  ];
  if (!temporal) return trials;
  const of = (problem: string): string => `vin ${name} with a Temporal that ${problem}`;
  return [
    ...trials,
    { what: of('is not there'), args, code: EXIT.away, error: 'TEMPORAL_UNREACHABLE' },
    {
      what: of('answers nothing more'),
      args,
      temporal: stalled,
      code: EXIT.away,
      error: 'TEMPORAL_UNREACHABLE',
    },
    ...(CONNECTING.includes(name)
      ? [
          {
            what: of('lacks the namespace'),
            args,
            temporal: withoutNamespace,
            code: 1,
            error: 'TEMPORAL_NAMESPACE_MISSING',
          } as const,
          {
            what: at('while it connects'),
            args,
            temporal: silent,
            signal: ['SIGTERM', 'anything'],
            code: 143,
          } as const,
        ]
      : []),
    { what: at('while it asks'), args, temporal: stalled, signal: ['SIGINT', 'more than hello'], code: 130 },
  ];
}

type Ran = Answer & { readonly milliseconds: number };

/**
 * Until what it tries has happened: a command on a busy machine may have given up its Temporal by itself, before that had answered
 * or somebody had told it to stop.
 */
function run(trial: Trial): Promise<Ran> {
  return eventually(
    () => runOnce(trial),
    ({ code }) => code !== EXIT.away || trial.code === EXIT.away,
    LIMIT,
  );
}

async function runOnce({ args, environment = {}, temporal, signal }: Trial): Promise<Ran> {
  const fake = temporal && (await startFakeTemporal(temporal));
  if (fake) fakes.push(fake);
  const port = String((taken.address() as AddressInfo).port);
  const named = (text: string) => text.replace(/\btaken$/, port);
  const words = args.map(named);
  const begun = performance.now();
  const [kill, moment] = signal ?? [];
  const asked = moment === 'anything' || moment === 'more than hello' ? fake?.asked(moment) : undefined;
  const command = start(words, {
    TEMPORAL_ADDRESS: fake?.address ?? '127.0.0.1:9',
    HIGH_MOBILITY_CLIENT_ID: 'id',
    HIGH_MOBILITY_CLIENT_SECRET: 'secret',
    HIGH_MOBILITY_WEBHOOK_SECRET: 'webhook-secret',
    VIN_API_TOKENS: tokens,
    ...Object.fromEntries(Object.entries(environment).map(([key, text]) => [key, named(String(text))])),
  });
  const giveUp = setTimeout(() => command.kill('SIGKILL'), LIMIT);
  if (moment === 'at once' && kill) command.kill(kill);
  void asked?.then(() => kill && command.kill(kill));
  const answer = await command.ended;
  clearTimeout(giveUp);
  return { ...answer, milliseconds: performance.now() - begun };
}

const TRIALS = Object.entries(STARTS).flatMap(([name, one]) => trialsOf(name, one));

beforeAll(async () => {
  taken = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  taken.listen(0, '127.0.0.1');
  await new Promise((listening) => taken.once('listening', listening));
});
afterAll(async () => {
  await Promise.all(fakes.map((fake) => fake.close()));
  for (const socket of sockets) socket.destroy();
  await new Promise((closed) => taken.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

function names(command: Command): string[] {
  const parts = command.commands.flatMap(names).map((part) => `${command.name()} ${part}`);
  // With parts below it, one that takes words of its own is a command as well.
  return parts.length === 0 || command.registeredArguments.length > 0 ? [command.name(), ...parts] : parts;
}

test('every command of the program has its line in this table', () => {
  expect(Object.keys(STARTS).sort()).toEqual(createProgram().commands.flatMap(names).sort());
});

// Most of them wait, so they run side by side.
test.concurrent.each(TRIALS)('ends by itself, with its exit code: $what', async (trial) => {
  const { code, error, signal } = trial;
  const ran = await run(trial);
  expect(ran.milliseconds).toBeLessThan(LIMIT);
  // Before our own code runs, the system ends it by the signal itself.
  expect(ran.code).toBe(signal?.[1] === 'at once' && ran.code === null ? null : code);
  if (error) expect(ran.stderr).toContain(`error ${error}: `);
  else expect(ran.stderr).not.toContain('error');
  expect(ran.stderr).not.toMatch(/\n\s+at /);
  expect(ran.stdout).toBe('');
});
