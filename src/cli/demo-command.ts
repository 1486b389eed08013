import { join } from 'node:path';
import { Argument, Command } from 'commander';
import type { DemoCommandOptions } from './demo';
import { numberThatIs } from './number-option';

const EXAMPLE = join(__dirname, '../../../examples/fleet.csv');
const DAY = 86_400_000;
/** A simulated day passes in three seconds. */
const SPEED = DAY / 3_000;

const readSpeed = numberThatIs('a number from 1 to 1000000', (speed) => speed >= 1 && speed <= 1_000_000);

export function demoCommand(): Command {
  return new Command('demo')
    .description('Run the whole product on this machine: days pass in seconds for a fleet of examples.')
    .addArgument(
      new Argument(
        '[file]',
        'a CSV file with the columns vin and brand; the column expect says what should happen',
      ).default(EXAMPLE, 'examples/fleet.csv of this package'),
    )
    .option('--exit', 'leave at the end, with 0 only if every vehicle ended where its row says it should')
    .option('--speed <factor>', 'how many times faster than real time the days pass', readSpeed, SPEED)
    .addHelpText(
      'after',
      `
Starts a real Temporal server with its web UI, the simulators of all providers, the gateway and the worker, and
onboards the list; the column application says where, for example otonomo. It stays up until Ctrl-C.

Examples:
  npm start
  npm start -- my-fleet.csv
  npm start -- --exit`,
    )
    .action(async (file: string, options: DemoCommandOptions) =>
      (require('./demo') as typeof import('./demo')).runDemo(file, options),
    );
}
