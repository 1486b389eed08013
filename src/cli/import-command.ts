import { Command } from 'commander';
import { eligibilityOption } from './eligibility-option';
import type { ImportCommandOptions } from './import';
import { wholeNumber } from './number-option';
import { EXIT, outputOption } from './output';

export function importCommand(): Command {
  return new Command('import')
    .description("Start the activations of a fleet's list (CSV). Importing it again starts nothing twice.")
    .argument(
      '<file>',
      'a CSV file with the columns vin and brand, or - for stdin; fleet, odometer and tag:<key> are optional',
    )
    .option('--dry-run', 'check every row and start nothing; needs no Temporal')
    .option(
      '--again',
      'also start vehicles whose activation has ended, or that have left with a certificate; those that are leaving once they have left',
    )
    .option(
      '--result <file>',
      'where the verdict of each row goes (default: beside the list, <list>.result.csv, or <list>.dry-run.csv; of stdin here, stdin.result.csv)',
    )
    .option('--concurrency <number>', 'starts under way at the same time', wholeNumber(1, 256), 32)
    .addOption(eligibilityOption())
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
The result file has a line for each row: line, vin, outcome, problem, remedy, and the row itself (brand, fleet, odometer and
tags), so that what failed can be corrected and imported from there. Outcomes are started, already-active, ended, leaving,
starts-again, failed, and ready in a dry run. A row with a plate and no VIN has its parking started alone, which its problem says as a
warning. Rows that cannot be used do not stop the others. After an interruption import the
list again: it goes on where it was. Lists may be in any encoding and with any separator that spreadsheets write
(docs/lists.md). Exit code ${EXIT.rowsFailed} says that rows failed.

Examples:
  vin import fleet.csv --dry-run
  vin import fleet.csv
  vin import fleet.csv --result verdicts.csv -o json`,
    )
    .action(async (file: string, options: ImportCommandOptions) =>
      (require('./import') as typeof import('./import')).runImport(file, options),
    );
}
