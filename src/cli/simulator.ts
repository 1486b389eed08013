import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { parse } from 'csv-parse/sync';
import { VinError } from '../errors';
import { lifeFor, parseExpectation } from '../simulator/expectation';
import type { Life } from '../simulator/lives';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator';
import { numberThatIs, portNumber } from './number-option';
import { type Format, outputOption, say } from './output';

/** What the simulator accepts when the environment names no credentials. They open nothing else. */
export const DEMO_CREDENTIALS = {
  HIGH_MOBILITY_CLIENT_ID: 'demo-client',
  HIGH_MOBILITY_CLIENT_SECRET: 'demo-client-secret',
  HIGH_MOBILITY_WEBHOOK_SECRET: 'demo-webhook-secret',
} as const;

interface Options {
  readonly port: number;
  readonly host: string;
  readonly speed: number;
  readonly webhookUrl?: string;
  readonly script?: string;
  readonly output: Format;
}

const readSpeed = numberThatIs('a number greater than 0', (speed) => speed > 0 && Number.isFinite(speed));

const EXAMPLES = `
Examples:
  $ vin simulator
  $ vin simulator --speed 86400 --webhook-url http://127.0.0.1:8080/webhooks/high-mobility
      a day passes in a second, and changes are announced to the gateway
  $ vin simulator --script examples/fleet.csv
      the columns vin and expect say what becomes of each vehicle, for example
      "approved after 6d: consent assignment missing" or "rejected after 15d: privacy mode is enabled"
  $ vin simulator --port 4010 -o json
      prints {"url":"http://127.0.0.1:4010"} on stdout as soon as it listens

Credentials come from HIGH_MOBILITY_CLIENT_ID, HIGH_MOBILITY_CLIENT_SECRET and HIGH_MOBILITY_WEBHOOK_SECRET;
for those that are not set, demo values are used and shown.`;

/** `vin simulator`: a High Mobility on this machine, until Ctrl-C. */
export function simulatorCommand(): Command {
  return new Command('simulator')
    .description(
      "Run High Mobility's API on this machine, with a fast clock and vehicles that follow a script.",
    )
    .option('--port <number>', 'port to listen on, 0 for a free one', portNumber, 0)
    .option('--host <address>', 'address to listen on; the admin endpoints ask for no password', '127.0.0.1')
    .option('--speed <factor>', 'how many times as fast as real time the clock runs', readSpeed, 1)
    .option('--webhook-url <url>', 'where changes are announced', webAddress)
    .option('--script <file>', 'CSV with the columns vin and expect')
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const lives = options.script === undefined ? [] : await readScript(options.script);
  const demo = Object.entries(DEMO_CREDENTIALS).filter(([name]) => !process.env[name]?.trim());
  const credentials = { ...pick(process.env), ...Object.fromEntries(demo) } as typeof DEMO_CREDENTIALS;
  const { port, host, speed, webhookUrl } = options;
  const simulator = await start({
    port,
    host,
    speed,
    clientId: credentials.HIGH_MOBILITY_CLIENT_ID,
    clientSecret: credentials.HIGH_MOBILITY_CLIENT_SECRET,
    webhook:
      webhookUrl === undefined
        ? undefined
        : { url: webhookUrl, secret: credentials.HIGH_MOBILITY_WEBHOOK_SECRET },
  });
  for (const [vin, life] of lives) simulator.script(vin, life);
  const stopped = signalled();
  if (options.output === 'json') process.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`);
  say(`simulator of High Mobility on ${simulator.url}, ${speed} times real time; Ctrl-C ends it`);
  if (demo.length > 0) say(`demo credentials: ${demo.map(([name, value]) => `${name}=${value}`).join(' ')}`);
  await stopped;
  await simulator.close();
}

async function start(options: SimulatorOptions): Promise<Simulator> {
  try {
    return await startSimulator(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new VinError(
      'SIMULATOR_NOT_LISTENING',
      `The simulator cannot listen on ${options.host} port ${options.port}: ${message}.`,
      'Choose another --port or --host; --port 0 takes a free port.',
      { cause: error },
    );
  }
}

function pick(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(DEMO_CREDENTIALS).map((name) => [name, environment[name]?.trim()]));
}

/**
 * Reads which VIN lives how. Rows that never reach the provider, and rows without an expectation, are left out.
 *
 * @throws VinError `SCRIPT_INVALID`, naming the line.
 */
export async function readScript(file: string): Promise<[string, Life][]> {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    const text = await readFile(file, 'utf8');
    rows = parse(text, {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
      comment: '#',
    });
  } catch (error) {
    throw new VinError(
      'SCRIPT_INVALID',
      `The script ${file} cannot be read: ${(error as Error).message}`,
      FIX,
    );
  }
  const lives: [string, Life][] = [];
  for (const { record, info } of rows) {
    const { vin, expect } = record;
    if (vin === undefined || expect === undefined) {
      throw new VinError('SCRIPT_INVALID', `The script ${file} lacks the column vin or expect.`, FIX);
    }
    const life = expect === '' ? null : lifeOn(info.lines, file, expect);
    if (life) lives.push([vin.toUpperCase(), life]);
  }
  return lives;
}

const FIX = 'Give a CSV file with a header line and the columns vin and expect.';

function lifeOn(line: number, file: string, expect: string): Life | null {
  try {
    return lifeFor(parseExpectation(expect));
  } catch (error) {
    const { message, next } = error as VinError;
    throw new VinError('SCRIPT_INVALID', `${file}, line ${line}: ${message}`, next, { cause: error });
  }
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function webAddress(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new InvalidArgumentError('It must be an http(s) address.');
  }
  return text;
}
