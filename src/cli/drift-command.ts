import { Command, Option } from 'commander';
import type { DriftCommandOptions } from './drift';
import { EXIT, rowsOutputOption } from './output';
import { sinceOption } from './since-option';

export function driftCommand(): Command {
  return new Command('drift')
    .description(
      'Make a full sweep and report what has drifted apart: the provider on one side, activations on the other.',
    )
    .option(
      '--unmanaged [file]',
      'write all that have no activation here into a list (CSV) for vin import; with -o csv to stdout',
    )
    .addOption(
      new Option(
        '--since <time>',
        'what full sweeps have found since fri, yesterday, 36h or 2026-11-20; makes no sweep',
      ).argParser((text) => sinceOption(text)),
    )
    .addOption(rowsOutputOption())
    .addHelpText(
      'after',
      `
The exit code is 0 whatever is found; "drift" of the JSON has a count for each kind, and up to 1,000 vehicles.
The list of --unmanaged has all of them, with brand and tags. It reads the provider's list once more, and needs
address and credentials of the application. It names vehicles: keep it safe. vin adopt takes the same vehicles over,
and submits nothing. Plates that vanished, or have no parking here, are shown by vin parking sweep --full, and taken over
by vin parking add. With --since it reads what the daily sweeps have found, and those that were made by hand: for as long as Temporal
keeps workflows that have ended, at most 100 of them.

Examples:
  vin drift
  vin drift --unmanaged unmanaged.csv
  vin drift --unmanaged -o csv | vin import - --dry-run
  vin drift --since fri
  vin drift -o json`,
    )
    .action(async (options: DriftCommandOptions & { readonly since?: number }, command: Command) => {
      const { since, output } = options;
      const problem = problemOf(options);
      if (problem) command.error(`error: ${problem}`, { exitCode: EXIT.usage });
      if (since !== undefined && output !== 'csv') {
        return (require('./drift-since') as typeof import('./drift-since')).runDriftSince(since, output);
      }
      return (require('./drift') as typeof import('./drift')).runDrift(options);
    });
}

function problemOf({
  output,
  unmanaged,
  since,
}: DriftCommandOptions & { readonly since?: number }): string | null {
  if (since !== undefined && (unmanaged !== undefined || output === 'csv')) {
    return '--since tells what was found: it goes with table, json and jsonl, and without --unmanaged.';
  }
  const isListed = unmanaged === true;
  if (isListed === (output === 'csv')) return null;
  return isListed
    ? 'give --unmanaged a file, or -o csv for stdout.'
    : 'as CSV there is the list of --unmanaged on stdout: give both, and no file.';
}
