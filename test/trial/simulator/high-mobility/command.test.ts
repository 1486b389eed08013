import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_CREDENTIALS, readScript } from '../../../../src/cli/simulator';
import { simulatorCommand } from '../../../../src/cli/simulator-command';
import { closeAll, startReceiver, vin } from './support';

let folder: string;
let written: { stdout: string; stderr: string };
const environment = { ...process.env };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    jest.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      written[stream] += chunk;
      return true;
    });
  }
  for (const name of Object.keys(DEMO_CREDENTIALS)) delete process.env[name];
});

afterEach(async () => {
  jest.restoreAllMocks();
  Object.assign(process.env, environment);
  await closeAll();
  await rm(folder, { recursive: true });
});

async function file(...lines: string[]): Promise<string> {
  const name = join(folder, 'fleet.csv');
  await writeFile(name, `${lines.join('\n')}\n`);
  return name;
}

function parse(...args: string[]): Promise<unknown> {
  return simulatorCommand().exitOverride().parseAsync(args, { from: 'user' });
}

/** Runs the command until it listens, looks at it, and ends it by a signal. */
async function whileRunning(args: string[], look: (url: string) => Promise<void>): Promise<void> {
  const ended = parse(...args, '-o', 'json');
  const listening = new Promise<string>((resolve, reject) => {
    jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      resolve(String(chunk));
      return true;
    });
    ended.catch(reject);
  });
  const line = await listening;
  expect(line).toMatch(/^\{"url":"http:\/\/127\.0\.0\.1:\d+"\}\n$/);
  try {
    await look(JSON.parse(line).url);
  } finally {
    process.emit('SIGTERM');
    await ended;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Reply = { status: number; body: any };

async function send(method: string, url: string, body?: object, token = ''): Promise<Reply> {
  const headers = { ...(body && { 'content-type': 'application/json' }), authorization: `Bearer ${token}` };
  const reply = await fetch(url, { method, headers, body: JSON.stringify(body) ?? null });
  const text = await reply.text();
  return { status: reply.status, body: text && JSON.parse(text) };
}

test('runs until it is told to stop, with a script, a webhook and demo credentials', async () => {
  const receiver = await startReceiver();
  const script = await file(
    'vin,brand,expect',
    `${vin(1)},bmw,rejected after 1s: ineligible VIN`,
    `${vin(1)},bmw,duplicate`,
    `${vin(2)},bmw,`,
  );
  const args = ['--speed', '1000', '--script', script, '--webhook-url', receiver.url];
  let address = '';
  await whileRunning(args, async (url) => {
    address = url;
    const token = await send('POST', `${url}/v1/access_tokens`, {
      client_id: DEMO_CREDENTIALS.HIGH_MOBILITY_CLIENT_ID,
      client_secret: DEMO_CREDENTIALS.HIGH_MOBILITY_CLIENT_SECRET,
      grant_type: 'client_credentials',
    });
    const vehicles = [{ vin: vin(1), brand: 'bmw' }];
    await send('POST', `${url}/v1/fleets/vehicles`, { vehicles }, token.body.access_token);
    await send('POST', `${url}/_simulator/clock`, { by: '1s' });
    const { body: ledger } = await send('GET', `${url}/_simulator/ledger`);
    expect(ledger.clearances[0].changelog.at(-1)).toMatchObject({
      status: 'rejected',
      reason: 'ineligible VIN',
    });
  });
  await expect(fetch(address)).rejects.toThrow('fetch failed');
  expect(written.stderr).toContain('1000 times real time');
  expect(written.stderr).toContain('HIGH_MOBILITY_CLIENT_SECRET=demo-client-secret');
  expect(written.stderr).toContain('HIGH_MOBILITY_WEBHOOK_SECRET=demo-webhook-secret');
});

test('prints the lines to copy for a worker and a gateway, and says where webhooks go', async () => {
  const ended = parse('--speed', '1000');
  const lines = await new Promise<string>((resolve) => {
    jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      resolve(String(chunk));
      return true;
    });
  });
  process.emit('SIGTERM');
  await ended;
  expect(lines.split('\n').slice(1)).toEqual([
    expect.stringMatching(/^ {2}export HIGH_MOBILITY_BASE_URL=http:\/\/127\.0\.0\.1:\d+$/),
    '  export HIGH_MOBILITY_CLIENT_ID=demo-client',
    '  export HIGH_MOBILITY_CLIENT_SECRET=demo-client-secret',
    '  export HIGH_MOBILITY_WEBHOOK_SECRET=demo-webhook-secret',
    '  export VIN_SPEED=1000',
    '',
  ]);
  expect(written.stderr).toContain('--webhook-url http://127.0.0.1:8080/webhooks/high-mobility');
});

test('takes the credentials of the environment and never prints them', async () => {
  process.env['HIGH_MOBILITY_CLIENT_ID'] = 'mine';
  process.env['HIGH_MOBILITY_CLIENT_SECRET'] = 'my-own-secret';
  process.env['HIGH_MOBILITY_WEBHOOK_SECRET'] = 'my-other-secret';
  await whileRunning([], async (url) => {
    const body = { client_id: 'mine', client_secret: 'my-own-secret', grant_type: 'client_credentials' };
    expect((await send('POST', `${url}/v1/access_tokens`, body)).status).toBe(200);
  });
  expect(written.stderr).not.toContain('secret');
});

test('says what to do when the port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const port = String((other.address() as AddressInfo).port);
  await expect(parse('--port', port)).rejects.toMatchObject({
    code: 'SIMULATOR_NOT_LISTENING',
    next: expect.stringContaining('--port 0'),
  });
  await new Promise((resolve) => other.close(resolve));
});

test.each([
  [['--speed', '0'], 'greater than 0'],
  [['--speed', 'fast'], 'greater than 0'],
  [['--port', '70000'], 'whole number'],
  [['--webhook-url', 'gateway'], 'http(s) address'],
])('refuses %j', async (args, problem) => {
  await expect(parse(...args)).rejects.toThrow(problem);
});

test('shows examples in its help', async () => {
  const command = simulatorCommand();
  command.outputHelp();
  expect(written.stdout).toContain('$ vin simulator --script examples/fleet.csv');
});

describe('a script', () => {
  test('gives a life to every VIN that reaches the provider', async () => {
    const lives = await readScript(
      await file('vin,expect', `${vin(1).toLowerCase()}, pending`, 'SHORT,invalid'),
    );
    expect(lives).toEqual([[vin(1), [{ status: 'pending', reason: null, after: 0 }]]]);
  });

  test.each([
    [
      'a bad expectation, with its line',
      ['vin,expect', `${vin(1)},approved`, `${vin(2)},soon`],
      /line 3: .*"soon"/,
    ],
    ['a missing column', ['vin,brand', `${vin(1)},bmw`], /lacks the column/],
    ['an uneven row', ['vin,expect', `${vin(1)},approved,again`], /cannot be read: .*line 2/],
  ])('is refused for %s', async (_, lines, problem) => {
    const reading = readScript(await file(...lines));
    await expect(reading).rejects.toMatchObject({
      code: 'SCRIPT_INVALID',
      message: expect.stringMatching(problem),
    });
  });

  test('is refused when it is not there', async () => {
    await expect(readScript(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'SCRIPT_INVALID' });
  });
});
