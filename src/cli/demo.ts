import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { request } from 'undici';
import { Screen, summarise } from '../demo/screen';
import { type Stack, startStack } from '../demo/stack';
import { follow, isAsExpected, type Trial, trialOf } from '../demo/trial';
import { loadCatalogue } from '../domain/catalogue';
import { type Row, readBatches } from '../fleet-list/fleet-list';
import { importRows } from '../fleet-list/import-rows';
import { Activations } from '../temporal/activations';
import { connectClient, readTemporalConfig } from '../temporal/connection';
import { prepareNamespace } from '../temporal/namespace';
import { numberThatIs } from './number-option';
import { EXIT, say } from './output';

const EXAMPLE = join(__dirname, '../../../examples/fleet.csv');
const DAY = 86_400_000;
/** A simulated day passes in three seconds. */
const SPEED = DAY / 3_000;
/** Simulated time that a row may take longer than it says, before the demo gives up. */
const PATIENCE = 6 * DAY;

const readSpeed = numberThatIs('a number from 1 to 1000000', (speed) => speed >= 1 && speed <= 1_000_000);

interface Options {
  readonly exit?: boolean;
  readonly speed: number;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('Run the whole product on this machine: days pass in seconds for a fleet of examples.')
    .argument(
      '[file]',
      'a CSV file with the columns vin and brand; the column expect says what should happen',
      EXAMPLE,
    )
    .option('--exit', 'leave at the end, with 0 only if every vehicle ended where its row says it should')
    .option('--speed <factor>', 'how many times faster than real time the days pass', readSpeed, SPEED)
    .addHelpText(
      'after',
      `
Starts a real Temporal server with its web UI, a simulator of High Mobility, the gateway and the worker, and
onboards the list. It stays up until Ctrl-C.

Examples:
  npm start
  npm start -- my-fleet.csv
  npm start -- --exit`,
    )
    .action(demo);
}

async function demo(file: string, options: Options): Promise<void> {
  const rows: Row[] = [];
  const list = { catalogue: loadCatalogue(process.env['VIN_CATALOGUE']), sandbox: true };
  for await (const batch of readBatches(file, list)) {
    rows.push(...batch.rows);
    for (const note of batch.notes) say(`note: ${note}`);
  }
  const trials = rows.map(trialOf);

  const interrupted = interruption();
  const stack = await startStack(options.speed, say);
  try {
    announce(stack);
    const right = await Promise.race([runTrials(trials, stack, options.speed), interrupted.then(() => null)]);
    if (right === null) {
      process.exitCode = EXIT.interrupted;
      return;
    }
    process.exitCode = right ? EXIT.ok : EXIT.failed;
    if (stack.ui) say(`\nTemporal UI: ${stack.ui}/namespaces/default/workflows`);
    if (options.exit) return;
    say('Everything stays up until Ctrl-C.');
    await interrupted;
  } finally {
    say('stopping');
    await stack.stop();
  }
}

function announce({ temporal, ui, simulator, gateway, logFolder }: Stack): void {
  say(
    `Temporal ${temporal}, UI ${ui ?? 'yours'}\nsimulator ${simulator}, gateway ${gateway}\nlogs in ${logFolder}`,
  );
}

/** Scripts the simulator, imports the list and watches until every row has ended, or should have. */
async function runTrials(trials: readonly Trial[], stack: Stack, speed: number): Promise<boolean> {
  const { client, close } = await connectClient({
    ...readTemporalConfig(process.env),
    ...at(stack.temporal),
  });
  try {
    await prepareNamespace(client);
    const activations = new Activations(client);
    await Promise.all(trials.map((trial) => script(stack.simulator, trial)));
    const rows = trials.map(({ row }) => row);
    await importRows(rows, (vehicle) => activations.start(vehicle));

    const start = Date.now();
    const expected = Math.max(3 * DAY, ...trials.map(({ expectation }) => expectation?.after ?? 0)) + DAY;
    const screen = new Screen(process.stderr);
    for (;;) {
      await Promise.all(trials.map((trial) => follow(trial, activations)));
      const elapsed = (Date.now() - start) * speed;
      screen.show({ trials, elapsed, expected, ui: stack.ui });
      const done = trials.every(isAsExpected);
      if (done || elapsed > expected + PATIENCE) {
        say(`\n${summarise(trials, elapsed)}`);
        return done;
      }
      await sleep(500);
    }
  } finally {
    await close();
  }
}

function at(address: string): Pick<ReturnType<typeof readTemporalConfig>, 'address' | 'connectionOptions'> {
  return { address, connectionOptions: { ...readTemporalConfig(process.env).connectionOptions, address } };
}

/** Tells the simulator what shall become of a vehicle. */
async function script(simulator: string, { row }: Trial): Promise<void> {
  if (!row.ok || !row.expect) return;
  const reply = await request(`${simulator}/_simulator/vehicles/${row.vehicle.vin}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ expect: row.expect }),
  });
  if (reply.statusCode !== 204)
    throw new Error(`The simulator refused line ${row.line}: ${await reply.body.text()}`);
  await reply.body.dump();
}

function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
