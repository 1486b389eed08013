import { Command } from 'commander';
import type { AdoptOptions } from './adopt';
import { EXIT, rowsOutputOption } from './output';

export function adoptCommand(): Command {
  return new Command('adopt')
    .description(
      'Take over vehicles whose clearance is open at the provider, and that nobody here manages. Nothing is submitted.',
    )
    .argument('[vins...]', 'vehicle identification numbers; - reads a list of them from stdin')
    .option(
      '--file <path>',
      'the vehicles of this list: one VIN a line, or a CSV with a column vin; - is stdin',
    )
    .option('--all', 'every vehicle of the application that nobody manages')
    .option('-b, --brand <brand>', 'the brand of vehicles of which the provider names none')
    .option('--dry-run', 'say what would be started, and start nothing')
    .option('-y, --yes', 'do not ask first, however many they are')
    .addOption(rowsOutputOption())
    .addHelpText(
      'after',
      `
It reads the provider's list, needs address and credentials of the application, and a worker. Brand and tags are those of
the provider. The activation reads the record first: what is open is taken over, and where nothing is open any more it
ends. Outcomes are started, already-active, leaving, ended, failed, and ready in a dry run. For more than one vehicle you are asked
first. Exit code ${EXIT.rowsFailed} says that some failed.

Examples:
  vin adopt --all --dry-run
  vin adopt --all --yes -o csv
  vin adopt WVWZZZ1KZAW000001`,
    )
    .action(async (vins: string[], options: AdoptOptions, command: Command) => {
      const problem = problemOf(vins, options);
      if (problem) command.error(`error: ${problem}`, { exitCode: EXIT.usage });
      return (require('./adopt') as typeof import('./adopt')).runAdopt(vins, options);
    });
}

function problemOf(vins: readonly string[], { file, all = false }: AdoptOptions): string | null {
  const ways = [vins.length > 0, file !== undefined, all].filter((is) => is).length;
  if (ways !== 1) return 'name vehicles in one way: VINs, --file, - for stdin, or --all.';
  return vins.includes('-') && vins.length > 1 ? 'give either - for stdin, or VINs.' : null;
}
