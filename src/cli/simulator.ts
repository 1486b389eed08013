import { createPublicKey } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { VinError } from '../base/errors';
import { readNamed } from '../base/named-file';
import { systemWords } from '../base/system-words';
import { lifeFor } from '../trial/simulator/high-mobility/expectation';
import type { Scenario } from '../trial/simulator/high-mobility/lives';
import { type SimulatorOptions, startSimulator } from '../trial/simulator/high-mobility/simulator';
import { type Expectation, parseExpectation } from '../trial/simulator/shared/expectation';
import { stopRequested } from './ending';
import { type Format, say } from './output';

/** What the simulator accepts when the environment names no credentials. They open nothing else. */
export const DEMO_CREDENTIALS = {
  HIGH_MOBILITY_CLIENT_ID: 'demo-client',
  HIGH_MOBILITY_CLIENT_SECRET: 'demo-client-secret',
  HIGH_MOBILITY_WEBHOOK_SECRET: 'demo-webhook-secret',
} as const;

export interface SimulatorCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly speed: number;
  readonly webhookUrl?: string;
  readonly script?: string;
  readonly output: Format;
}

/** A simulator that listens. */
export interface OpenSimulator {
  /** Its id, as `vin simulator` has it. */
  readonly provider: string;
  /** As people write it. */
  readonly name: string;
  readonly url: string;
  /** What those who use it need. */
  readonly variables: Readonly<Record<string, string>>;
  readonly note?: string | undefined;
  close(): Promise<void>;
}

/** Says what those who use them need, and keeps them until the process is told to stop. */
export async function serveUntilStopped(
  simulators: readonly OpenSimulator[],
  { speed, output, users }: { readonly speed: number; readonly output: Format; readonly users: string },
): Promise<void> {
  const stopped = stopRequested();
  const variables = Object.assign({}, ...simulators.map((one) => one.variables)) as Record<string, string>;
  const lines = variablesToCopy(variables, speed, users);
  const [first, ...others] = simulators;
  const urls =
    others.length === 0
      ? { url: first?.url }
      : Object.fromEntries(simulators.map(({ provider, url }) => [provider, url]));
  process.stdout.write(output !== 'table' ? `${JSON.stringify(urls)}\n` : `${lines}\n`);
  for (const { name, url } of simulators)
    say(`simulator of ${name} on ${url}, ${speed} times real time; Ctrl-C ends it`);
  if (output !== 'table') say(lines);
  for (const { note } of simulators) if (note !== undefined) say(note);
  await stopped;
  for (const simulator of simulators) await simulator.close();
}

/** A High Mobility on this machine, until it is told to stop. */
export async function runSimulator(options: SimulatorCommandOptions): Promise<void> {
  const users = 'the worker and the gateway';
  await serveUntilStopped([await openHighMobility(options)], { ...options, users });
}

/** Starts a High Mobility on this machine. */
export async function openHighMobility(
  options: Omit<SimulatorCommandOptions, 'output'>,
): Promise<OpenSimulator> {
  const lives = options.script === undefined ? [] : await readScript(options.script);
  const hasKey = Boolean(process.env['HIGH_MOBILITY_PRIVATE_KEY_FILE']?.trim());
  const demo = Object.entries(DEMO_CREDENTIALS).filter(
    ([name]) => !process.env[name]?.trim() && !(hasKey && name.endsWith('CLIENT_SECRET')),
  );
  const credentials = { ...pick(process.env), ...Object.fromEntries(demo) } as typeof DEMO_CREDENTIALS;
  const { port, host, speed, webhookUrl } = options;
  const key = readKey(process.env);
  const simulator = await listening({ port, host }, () =>
    startSimulator({
      port,
      host,
      speed,
      clientId: credentials.HIGH_MOBILITY_CLIENT_ID,
      clientSecret: credentials.HIGH_MOBILITY_CLIENT_SECRET,
      key,
      webhook:
        webhookUrl === undefined
          ? undefined
          : { url: webhookUrl, secret: credentials.HIGH_MOBILITY_WEBHOOK_SECRET },
    }),
  );
  for (const [vin, life] of lives) simulator.script(vin, life);
  const { url } = simulator;
  return {
    ...{ provider: 'high-mobility', name: 'High Mobility', url },
    variables: { HIGH_MOBILITY_BASE_URL: url, ...Object.fromEntries(demo) },
    note:
      webhookUrl === undefined
        ? 'note: it sends no webhooks. For a gateway: --webhook-url http://127.0.0.1:8080/webhooks/high-mobility/default'
        : undefined,
    close: () => simulator.close(),
  };
}

/** Bytes. */
const LARGEST_KEY = 64 * 1024;

/** The key that the worker would sign in with: what is given to both is known here. */
function readKey(environment: NodeJS.ProcessEnv): SimulatorOptions['key'] {
  const { HIGH_MOBILITY_PRIVATE_KEY_FILE: file, HIGH_MOBILITY_PRIVATE_KEY_ID: id } = environment;
  if (!file?.trim() || !id?.trim()) return undefined;
  const unusable = (why: string) =>
    new VinError(
      'CONFIG_INVALID',
      `The key in HIGH_MOBILITY_PRIVATE_KEY_FILE is not usable: ${why}.`,
      'Name the file that the worker has, or unset it.',
    );
  let pem: string;
  try {
    pem = readNamed(file.trim(), LARGEST_KEY);
  } catch (error) {
    throw unusable(`the file cannot be read (${systemWords(error)})`);
  }
  try {
    createPublicKey(pem);
  } catch {
    throw unusable('there is no key in it (PEM)');
  }
  return { id: id.trim(), pem };
}

/** What those who use it need, as a shell takes it. What is set in the environment is not shown. */
export function variablesToCopy(known: Record<string, string>, speed: number, users: string): string {
  // A worker takes no speed below one.
  const variables = { ...known, ...(speed > 1 && { VIN_SPEED: String(speed) }) };
  const lines = Object.entries(variables).map(([name, value]) => `  export ${name}=${value}`);
  return [`To use it, in the terminals of ${users}:`, ...lines].join('\n');
}

/** @throws VinError `SIMULATOR_NOT_LISTENING`. */
export async function listening<T>(
  options: { readonly host: string; readonly port: number },
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new VinError(
      'SIMULATOR_NOT_LISTENING',
      `The simulator cannot listen on ${options.host} port ${options.port} (${systemWords(error)}).`,
      'Choose another --port or --host; --port 0 takes a free port.',
      { cause: error },
    );
  }
}

function pick(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(DEMO_CREDENTIALS).map((name) => [name, environment[name]?.trim()]));
}

/**
 * Reads which VIN lives how. Rows that never reach the provider, those of another one, and rows without an expectation, are
 * left out.
 *
 * @throws VinError `SCRIPT_INVALID`, naming the line.
 */
export async function readScript<L = Scenario>(
  file: string,
  provider = 'high-mobility',
  lifeOf: (expectation: Expectation) => L | null = lifeFor as (expectation: Expectation) => L | null,
): Promise<[string, L][]> {
  const unreadable = (why: string) =>
    new VinError('SCRIPT_INVALID', `The script ${file} cannot be read${why}`, FIX);
  let text: string;
  try {
    text = readNamed(file);
  } catch (error) {
    throw unreadable(` (${systemWords(error)}).`);
  }
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
      comment: '#',
    });
  } catch (error) {
    throw unreadable(`: ${(error as Error).message}`);
  }
  const lives: [string, L][] = [];
  for (const { record, info } of rows) {
    const { vin, expect, application = '' } = record;
    if (vin === undefined || expect === undefined) {
      throw new VinError('SCRIPT_INVALID', `The script ${file} lacks the column vin or expect.`, FIX);
    }
    if (application !== '' && application.toLowerCase().split(':')[0] !== provider) continue;
    const life = expect === '' ? null : lifeOn(info.lines, file, expect, lifeOf);
    if (life) lives.push([vin.toUpperCase(), life]);
  }
  return lives;
}

const FIX = 'Give a CSV file with a header line and the columns vin and expect.';

function lifeOn<L>(
  line: number,
  file: string,
  expect: string,
  lifeOf: (expectation: Expectation) => L | null,
): L | null {
  try {
    return lifeOf(parseExpectation(expect));
  } catch (error) {
    const { message, next } = error as VinError;
    throw new VinError('SCRIPT_INVALID', `${file}, line ${line}: ${message}`, next, { cause: error });
  }
}
