import { Command } from 'commander';
import type { DriftCommandOptions } from './drift';
import { outputOption } from './output';

export function driftCommand(): Command {
  return new Command('drift')
    .description(
      'Make a full sweep and report what has drifted apart: the provider on one side, activations on the other.',
    )
    .option('--unmanaged <file>', 'write all that have no activation here into a list (CSV) for vin import')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
The exit code is 0 whatever is found; "drift" of the JSON has a count for each kind, and up to 1,000 vehicles.
The list of --unmanaged has all of them, with brand and tags. It reads the provider's list once more, and needs
address and credentials of the application. It names vehicles: keep it safe.

Examples:
  vin drift
  vin drift --unmanaged unmanaged.csv
  vin drift -o json`,
    )
    .action(async (options: DriftCommandOptions) =>
      (require('./drift') as typeof import('./drift')).runDrift(options),
    );
}
